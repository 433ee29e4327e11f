import type { ReactElement, ReactNode } from 'react';
import { read } from '@/core/rule';
import { OTHERWISE, type Bilingual, type RuleList, type RuleRow } from '@/core/ruleDocument';
import { sayRule } from '@/core/ruleSay';
import { bodyOf } from '@/core/ruleShape';
import { Disclosure } from '@/ui/Disclosure';
import { Actions } from './Actions';
import { AdvancedText } from './Advanced';
import { useDraft } from './draft';
import { editRow, editRule } from './edit';
import { FindingNote, keyOf, placeOf } from './Findings';
import { Titles } from './Fields';
import { useLexicon } from './names';
import { GroupBox } from './Part';
import { useOpenRow } from './results';
import css from './Rules.module.css';
import { Tick } from './Tick';
import { useView } from './view';

/** Findings about the row as a whole; those about a condition stand at the condition. */
function RowFindings({ list, index }: { readonly list: RuleList; readonly index: number }): ReactElement {
  const findings = useDraft((s) => s.findings);
  const number = useDraft((s) => s.history.now.rules?.indexOf(list) ?? -1);
  const mine = findings.filter(({ where }) => {
    const place = placeOf(where);
    return place?.list === number && place.row === index && !/\/when\/./.test(where);
  });
  return <>{mine.map((finding) => <FindingNote key={keyOf(finding)} finding={finding} />)}</>;
}

/** Says whether the ticks inside are the browser's own; apart, so that only this box is drawn anew. */
function Hinted({ children }: { readonly children: ReactNode }): ReactElement {
  const hinted = useView((s) => s.hinted);
  return <div className={css.sectionBody} data-hinted={hinted || undefined}>{children}</div>;
}

function When({ row }: { readonly row: RuleRow }): ReactElement {
  const { t } = useLexicon();
  const root = read(row.when);
  return (
    <section className={css.section} aria-label={t('rules.when')}>
      <div className={css.sectionMark} data-kind="when"><span>{t('rules.when')}</span><Tick at="" /></div>
      <Hinted><GroupBox node={root} group={bodyOf(root)} at="" inLines={false} lines={null} /></Hinted>
    </section>
  );
}

interface Props {
  readonly list: RuleList;
  readonly row: RuleRow | typeof OTHERWISE;
}

/** The open row: what it is called, what it means, when it applies and what it does. */
export function RowEditor({ list, row }: Props): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  useOpenRow(list, row);
  const then = (
    <section className={css.section} aria-label={t('rules.then')}>
      <div className={css.sectionMark} data-kind="then"><span>{t('rules.then')}</span></div>
      <div className={css.sectionBody}>
        <Actions actions={row === OTHERWISE ? (list.otherwise ?? []) : row.then} list={list} />
      </div>
    </section>
  );
  if (row === OTHERWISE) {
    return (
      <>
        <h2 className={css.editorTitle}>{t('rules.otherwise')}</h2>
        <p className={css.sentence}>{t('rules.otherwise_how')}</p>
        {then}
      </>
    );
  }
  const root = read(row.when);
  const rename = (side: keyof Bilingual, text: string): void =>
    editRow((now) => ({ ...now, title: { ...now.title, [side]: text } }), t('rules.step.title'), side);
  return (
    <>
      <h2 className="ol-hide">{t('rules.row', { n: list.rows.indexOf(row) + 1, title: lexicon.say(row.title) })}</h2>
      <Titles title={row.title} onChange={rename} />
      <p className={css.sentence} data-sentence="true"><strong>{t('rules.meaning')}</strong> {sayRule(root, lexicon)}</p>
      <RowFindings list={list} index={list.rows.indexOf(row)} />
      <When row={row} />
      {then}
      <Disclosure show={t('rules.advanced_rule')} hide={t('rules.advanced_hide')}>
        {() => <AdvancedText node={root} onApply={(next) => editRule(() => next, t('rules.step.advanced'))} />}
      </Disclosure>
    </>
  );
}
