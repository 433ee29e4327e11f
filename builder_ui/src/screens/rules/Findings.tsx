import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Finding } from '@/api/rules';
import { useWords } from '@/i18n';
import { useDraft } from './draft';
import css from './Rules.module.css';
import { choose } from './view';

const ICONS = { error: CircleX, warning: TriangleAlert, note: Info } as const;

interface Props {
  readonly finding: Finding;
  /** Whether to say where it is; not needed beside the row itself. */
  readonly placed?: boolean;
  readonly onGo?: () => void;
}

/** Two findings of a kind may stand at one row, about different others. */
export const keyOf = ({ code, where, rows }: Finding): string => [code, where, ...rows].join(' ');

/** What is wrong, and how to put it right. */
export function FindingNote({ finding, placed = false, onGo }: Props): ReactElement {
  const { t, say } = useWords();
  const Icon = ICONS[finding.level];
  return (
    <div className={css.finding} data-level={finding.level}>
      <Icon size={15} aria-hidden="true" />
      <div>
        {placed && finding.place && <p className={css.findingPlace}>{say(finding.place)}</p>}
        <p><strong>{t(`rules.level.${finding.level}`)}</strong> {say(finding.message)}</p>
        {finding.how && <p>{t('rules.how')} {say(finding.how)}</p>}
        {finding.example && <p className={css.witness}>{t('rules.witness')} {say(finding.example)}</p>}
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

/** `leave`: goes to the rules, from a screen that is not theirs. */
export function FindingList({ leave }: { readonly leave?: () => void }): ReactElement {
  const { t } = useWords();
  const findings = useDraft((s) => s.findings);
  const rules = useDraft((s) => s.history.now.rules);
  const go = (where: string): (() => void) | undefined => {
    const place = placeOf(where);
    const list = place && rules?.[place.list];
    if (!list) return undefined;
    return () => {
      choose(list.id, place.row === null ? null : (list.rows[place.row]?.id ?? null));
      leave?.();
    };
  };
  if (findings.length === 0) return <p className={css.quiet}>{t('rules.findings_none')}</p>;
  return (
    <>
      {findings.map((finding) => {
        const onGo = go(finding.where);
        return <FindingNote key={keyOf(finding)} finding={finding} placed {...(onGo ? { onGo } : {})} />;
      })}
    </>
  );
}
