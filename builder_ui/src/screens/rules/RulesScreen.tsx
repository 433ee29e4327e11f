import { GitBranch } from 'lucide-react';
import { type ReactElement } from 'react';
import { OTHERWISE, type RuleList } from '@/core/ruleDocument';
import { seesOrders } from '@/core/ruleTriggers';
import { DragLayer } from '@/dnd/DragLayer';
import { useWords } from '@/i18n';
import { EmptyState } from '@/ui/States';
import { FindingList } from './Findings';
import { AddList, ListHead, Lists } from './Lists';
import { LexiconProvider, useLexicon } from './names';
import { Conflict, OpenDraft, useEditing } from './OpenDraft';
import { Palette } from './Palette';
import { useResults } from './results';
import { RecordSampleBar } from './RecordSampleBar';
import { RowEditor } from './RowEditor';
import { RowList } from './RowList';
import css from './Rules.module.css';
import { SampleBar } from './SampleBar';
import { TriggerBar } from './Trigger';
import { Toolbar } from './Toolbar';
import { useList, useRow } from './view';

function Editing({ list }: { readonly list: RuleList }): ReactElement {
  const { t } = useLexicon();
  const row = useRow(list);
  const key = row === OTHERWISE ? OTHERWISE : row.id;
  return (
    <div className={css.columns}>
      <div className={css.left}><Lists list={list} /><ListHead list={list} /><TriggerBar list={list} /><RowList list={list} /></div>
      <div className={css.centre} tabIndex={0} role="region" aria-label={t('rules.title')}><RowEditor key={list.id + key} list={list} row={row} /></div>
      <aside className={css.right}>
        <Palette list={list} conditions={row !== OTHERWISE} />
        <section aria-label={t('rules.findings')}>
          <h3 className={css.small}>{t('rules.findings')}</h3>
          <FindingList />
        </section>
      </aside>
    </div>
  );
}

function Screen(): ReactElement {
  const { t } = useLexicon();
  const list = useList();
  const trial = useResults();
  const editable = useEditing();
  return (
    <div className={css.screen} data-editable={editable}>
      <Toolbar editable={editable} />
      {list && !seesOrders(list) ? <RecordSampleBar key={list.trigger?.model} list={list} trial={trial} /> : <SampleBar list={list} trial={trial} />}
      {!editable && <p className={css.readOnly}>{t('rules.read_only')}</p>}
      <Conflict />
      {list
        ? <div className={css.frame}><Editing list={list} /></div>
        : <EmptyState icon={GitBranch} title={t('rules.empty')} text={t('rules.empty_how')}>{editable && <AddList />}</EmptyState>}
      <DragLayer />
    </div>
  );
}

/** Where rules are made: read, dragged, tried on a real order, published. */
export default function RulesScreen(): ReactElement {
  const { t } = useWords();
  return <OpenDraft title={t('rules.title')}><LexiconProvider><Screen /></LexiconProvider></OpenDraft>;
}
