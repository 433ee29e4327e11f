/** The draft on a screen: loaded, kept on the server while it is edited, and taken or kept when somebody else saved. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { GitBranch, TriangleAlert } from 'lucide-react';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { blueprintsQuery, loadBlueprint } from '@/api/rules';
import { useWords } from '@/i18n';
import { ScreenTitle } from '@/screens/frame/Frame';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { flush, keepMine, open, takeTheirs, useDraft } from './draft';
import css from './Rules.module.css';

export function Conflict(): ReactElement | null {
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

/** Whether this person may change the draft; what was changed is saved on leaving. */
export function useEditing(): boolean {
  const { user } = useHub();
  const editable = user.role !== 'viewer';
  useEffect(() => {
    useDraft.setState({ editable });
  }, [editable]);
  useEffect(() => {
    return () => {
      void flush();
    };
  }, []);
  return editable;
}

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

/** Shows `children` once the draft is there. */
export function OpenDraft({ title, children }: Props): ReactElement {
  const { t } = useWords();
  const list = useQuery(blueprintsQuery);
  const key = list.data?.items[0]?.key;
  const [error, setError] = useState<unknown>(null);
  const [ready, setReady] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (!key) return;
    let gone = false;
    // What another screen is still saving must not be overtaken.
    flush().then(() => loadBlueprint(key)).then((detail) => {
      if (gone) return;
      open(detail);
      setReady(true);
    }).catch((problem: unknown) => !gone && setError(problem));
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
      <ScreenTitle title={title} />
      {problem != null && <ProblemState error={problem} title={t('rules.load_failed')} retry={again} />}
      {problem == null && list.data && !key && <EmptyState icon={GitBranch} title={t('rules.empty')} text={t('rules.empty_how')} />}
      {problem == null && (!list.data || (key && !ready)) && <Busy />}
      {problem == null && key && ready && children}
    </>
  );
}
