import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Finding } from '@/api/rules';
import { useWords } from '@/i18n';
import { sayTotal } from './samples';
import { useDraft } from './draft';
import { useLexicon } from './names';
import css from './Rules.module.css';
import { choose } from './view';

const ICONS = { error: CircleX, warning: TriangleAlert, note: Info } as const;

function Witness({ witness }: { readonly witness: Readonly<Record<string, unknown>> }): ReactElement {
  const lexicon = useLexicon();
  const facts = Object.entries(witness).filter(([name]) => lexicon.field(name).known);
  if (facts.length === 0) return <></>;
  return (
    <p className={css.witness}>
      {lexicon.t('rules.witness')} {facts.map(([name, value]) => `${lexicon.field(name).title} ${sayTotal(value, name, lexicon)}`).join(lexicon.t('common.list_sep'))}
    </p>
  );
}

/** What is wrong here, and how to put it right. */
export function FindingNote({ finding, onGo }: { readonly finding: Finding; readonly onGo?: () => void }): ReactElement {
  const { t, say } = useWords();
  const Icon = ICONS[finding.level];
  return (
    <div className={css.finding} data-level={finding.level}>
      <Icon size={15} aria-hidden="true" />
      <div>
        <p><strong>{t(`rules.level.${finding.level}`)}</strong> {say(finding.message)}</p>
        {finding.how && <p>{t('rules.how')} {say(finding.how)}</p>}
        {finding.witness && <Witness witness={finding.witness} />}
        {onGo && <button type="button" className={css.textButton} onClick={onGo}>{t('rules.go_there')}</button>}
      </div>
    </div>
  );
}

/** The list and row a finding is about. */
export function placeOf(where: string): { readonly list: number; readonly row: number | null } | null {
  const found = /^\/rules\/(\d+)(?:\/rows\/(\d+))?/.exec(where);
  return found ? { list: Number(found[1]), row: found[2] === undefined ? null : Number(found[2]) } : null;
}

export function FindingList(): ReactElement {
  const { t } = useWords();
  const findings = useDraft((s) => s.findings);
  const rules = useDraft((s) => s.history.now.rules);
  const go = (where: string): (() => void) | undefined => {
    const place = placeOf(where);
    const list = place && rules?.[place.list];
    return list ? () => choose(list.id, place.row === null ? null : (list.rows[place.row]?.id ?? null)) : undefined;
  };
  if (findings.length === 0) return <p className={css.quiet}>{t('rules.findings_none')}</p>;
  return (
    <>
      {findings.map((finding) => {
        const onGo = go(finding.where);
        return <FindingNote key={finding.code + finding.where} finding={finding} {...(onGo ? { onGo } : {})} />;
      })}
    </>
  );
}
