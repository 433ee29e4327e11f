import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, CircleAlert, CirclePause, Download, FileUp, Play, Table2, Trash2 } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import {
  discardImport, failedRowsOf, goesOn, importQuery, startImport, stopImport, type FileImport,
} from '@/api/imports';
import { formatBytes } from '@/core/bytes';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Busy } from '@/ui/Busy';
import { PlatformMark } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { ProblemState, sayProblem } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ScreenTitle } from '../frame/Frame';
import { Counts } from './Counts';
import { Failures } from './Failures';
import { Preview } from './Preview';
import { ImportChip } from './StateChip';
import css from './Imports.module.css';

interface Acts {
  readonly busy: boolean;
  readonly start: () => void;
  readonly stop: () => void;
  readonly discard: () => void;
}

function useActs(id: string): Acts {
  const words = useWords();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [, navigate] = useLocation();
  const act = useMutation({
    mutationFn: (what: (id: string) => Promise<null>) => what(id),
    onSuccess: (_, what) => {
      if (what === discardImport) navigate('/imports');
      void client.invalidateQueries({ queryKey: ['imports'], ...(what === discardImport ? { refetchType: 'none' } : {}) });
    },
    onError: (error) => {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
      void client.invalidateQueries({ queryKey: ['imports', 'one', id] });
    },
  });
  return {
    busy: act.isPending,
    start: () => act.mutate(startImport),
    stop: () => act.mutate(stopImport),
    discard: () => act.mutate(discardImport),
  };
}

function Buttons({ of, acts }: { readonly of: FileImport; readonly acts: Acts }): ReactElement {
  const { t } = useWords();
  const ended = of.state !== 'uploaded' && !goesOn(of.state);
  return (
    <div className={css.acts}>
      {of.state === 'uploaded' && <Button leftSection={<Play size={15} />} loading={acts.busy} onClick={acts.start}>{t('imports.start')}</Button>}
      {of.state === 'uploaded' && <Button variant="default" leftSection={<Trash2 size={15} />} disabled={acts.busy} onClick={acts.discard}>{t('imports.discard')}</Button>}
      {goesOn(of.state) && <Button variant="default" leftSection={<CirclePause size={15} />} loading={acts.busy} onClick={acts.stop}>{t('imports.stop')}</Button>}
      {of.may_continue && <Button leftSection={<Play size={15} />} loading={acts.busy} onClick={acts.start}>{t('imports.continue')}</Button>}
      {of.failed_rows && <Button component="a" href={failedRowsOf(of.id)} download leftSection={<Download size={15} />}>{t('imports.failed_rows')}</Button>}
      {ended && <Button component={Link} href={`/imports?shop=${of.account.id}`} variant="default" leftSection={<FileUp size={15} />}>{t(of.failed_rows ? 'imports.bring_corrected' : 'imports.bring_another')}</Button>}
      {of.counts.accepted + of.counts.updated > 0 && <Button component={Link} href={`/orders?platform=${of.platform}`} variant="default" leftSection={<Table2 size={15} />}>{t('imports.to_orders')}</Button>}
    </div>
  );
}

function Progress({ of }: { readonly of: FileImport }): ReactElement {
  const { t } = useWords();
  const share = of.size > 0 ? Math.min(of.read / of.size, 1) : 0;
  const reading = share > 0 ? t('imports.reading_share', { percent: Math.round(share * 100) }) : t('imports.reading');
  const words = of.records === null ? reading : t('imports.progress', { done: of.done, all: of.records });
  return (
    <div className={css.going}>
      <p className="ol-num">{words}</p>
      {of.records === null
        ? <progress className={css.progress} aria-label={reading} {...(share > 0 ? { value: share, max: 1 } : {})} />
        : <progress className={css.progress} value={of.done} max={Math.max(of.records, 1)} aria-label={words} />}
    </div>
  );
}

function Body({ of, acts }: { readonly of: FileImport; readonly acts: Acts | null }): ReactElement {
  const { t, say } = useWords();
  const begun = of.state !== 'uploaded';
  return (
    <>
      {of.trouble && <p className={css.problem} role="alert"><CircleAlert size={16} aria-hidden="true" /><span><b>{say(of.trouble.message)}</b> {of.trouble.how && say(of.trouble.how)}</span></p>}
      {acts && <Buttons of={of} acts={acts} />}
      {goesOn(of.state) && <Progress of={of} />}
      {begun && <Counts of={of} />}
      {begun && of.own_columns.length > 0 && <p className={css.quiet}>{t('imports.own_columns', { names: of.own_columns.join(t('common.list_sep')) })}</p>}
      {of.counts.failed > 0 && <Failures id={of.id} failed={of.counts.failed} />}
      {!begun && acts && <Preview id={of.id} />}
    </>
  );
}

/** One file on its way from the preview to the report. */
export default function ImportPage({ id }: { readonly id: string }): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const client = useQueryClient();
  const { data: of, error, refetch } = useQuery(importQuery(id));
  const acts = useActs(id);
  const [failed, state] = [of?.counts.failed ?? 0, of?.state];
  useEffect(() => {
    if (failed > 0) void client.invalidateQueries({ queryKey: ['imports', 'failures', id] });
    if (state === 'done') void client.invalidateQueries({ queryKey: ['orders'] });
  }, [failed, state]);
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('imports.title')}>
      <ScreenTitle title={of?.name ?? t('imports.title')} />
      <div className={css.inner}>
        <Link href="/imports" className={css.back}><ArrowLeft size={15} aria-hidden="true" />{t('imports.all')}</Link>
        {!of && !error && <Busy />}
        {!of && error && <ProblemState error={error} title={t('imports.one_failed')} retry={() => void refetch()} />}
        {of && (
          <>
            <p className={css.facts} role="status">
              <ImportChip of={of} />
              <span className={css.mark}><PlatformMark platform={of.platform} />{of.account.title}</span>
              <span>{formatBytes(of.size)}</span>
              <span>{t('imports.by', { name: of.created_by })}</span>
              <Time iso={of.started_at ?? of.created_at} as="absolute" />
            </p>
            <Body of={of} acts={user.role === 'viewer' ? null : acts} />
          </>
        )}
      </div>
    </div>
  );
}
