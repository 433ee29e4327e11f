import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { GitBranch, TriangleAlert } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { blueprintsQuery, loadBlueprint } from '@/api/rules';
import { OTHERWISE, type RuleList } from '@/core/ruleDocument';
import { seesOrders } from '@/core/ruleTriggers';
import { DragLayer } from '@/dnd/DragLayer';
import { useWords } from '@/i18n';
import { ScreenTitle } from '@/screens/frame/Frame';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { flush, keepMine, open, takeTheirs, useDraft } from './draft';
import { FindingList } from './Findings';
import { AddList, ListHead, Lists } from './Lists';
import { LexiconProvider, useLexicon } from './names';
import { Palette } from './Palette';
import { useResults } from './results';
import { RowEditor } from './RowEditor';
import { RowList } from './RowList';
import css from './Rules.module.css';
import { SampleBar } from './SampleBar';
import { TriggerBar } from './Trigger';
import { Toolbar } from './Toolbar';
import { useList, useRow } from './view';

function Conflict(): ReactElement | null {
  const { t } = useWords();
  const saving = useDraft((s) => s.saving);
  if (saving !== 'conflict') return null;
  return (
    <div className={css.conflict} role="alert">
      <TriangleAlert size={16} aria-hidden="true" />
      <span>{t('rules.conflict')}</span>
      <Button size="compact-sm" variant="white" onClick={() => void takeTheirs(t('rules.step.theirs'))}>{t('rules.conflict_theirs')}</Button>
      <Button size="compact-sm" variant="white" onClick={() => void keepMine()}>{t('rules.conflict_mine')}</Button>
    </div>
  );
}

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
  const { user } = useHub();
  const list = useList();
  const trial = useResults();
  const editable = user.role !== 'viewer';
  useEffect(() => {
    useDraft.setState({ editable });
  }, [editable]);
  useEffect(() => {
    return () => {
      void flush();
    };
  }, []);
  return (
    <div className={css.screen} data-editable={editable}>
      <Toolbar editable={editable} />
      {list && !seesOrders(list) ? <p className={css.readOnly}>{t('records.no_sample')}</p> : <SampleBar list={list} trial={trial} />}
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
  const list = useQuery(blueprintsQuery);
  const key = list.data?.items[0]?.key;
  const [error, setError] = useState<unknown>(null);
  const opened = useDraft((s) => s.key);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (!key) return;
    let gone = false;
    loadBlueprint(key).then((detail) => !gone && open(detail)).catch((problem: unknown) => !gone && setError(problem));
    return () => {
      gone = true;
    };
  }, [key, tries]);
  const again = (): void => {
    setError(null);
    void list.refetch();
    setTries((n) => n + 1);
  };
  const problem = error ?? list.error;
  return (
    <>
      <ScreenTitle title={t('rules.title')} />
      {problem != null && <ProblemState error={problem} title={t('rules.load_failed')} retry={again} />}
      {problem == null && list.data && !key && <EmptyState icon={GitBranch} title={t('rules.empty')} text={t('rules.empty_how')} />}
      {problem == null && (!list.data || (key && opened !== key)) && <Busy />}
      {problem == null && key && opened === key && <LexiconProvider><Screen /></LexiconProvider>}
    </>
  );
}
