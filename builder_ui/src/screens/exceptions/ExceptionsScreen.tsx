import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheckBig, RotateCw } from 'lucide-react';
import { useEffect, useMemo, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { exceptionsQuery } from '@/api/queries';
import type { ExceptionGroup, HubException } from '@/api/types';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { Card } from './Card';
import { useRetries, type Retries } from './useRetries';
import css from './Exceptions.module.css';

interface GroupsProps {
  readonly groups: readonly ExceptionGroup[];
  readonly chosen: string | null;
  readonly choose: (code: string | null) => void;
}

function Groups({ groups, chosen, choose }: GroupsProps): ReactElement {
  const { t, say } = useWords();
  const all = groups.reduce((sum, g) => sum + g.count, 0);
  const entries = [{ code: null, title: t('exc.all'), count: all }, ...groups.map((g) => ({ code: g.code, title: say(g.title), count: g.count }))];
  const most = Math.max(1, ...groups.map((g) => g.count));
  return (
    <nav className={css.groups} aria-label={t('exc.groups')}>
      {entries.map((g) => (
        <button key={g.code ?? ''} type="button" className={css.group} aria-pressed={chosen === g.code} onClick={() => choose(g.code)}>
          <span className={css.groupTitle}>{g.title}</span>
          <span className={css.groupCount}>{formatCount(g.count)}</span>
          {g.code !== null && <span className={css.share} aria-hidden="true"><span style={{ width: `${(g.count / most) * 100}%` }} /></span>}
        </button>
      ))}
    </nav>
  );
}

function Batch({ items, total, retries }: { readonly items: readonly HubException[]; readonly total: number; readonly retries: Retries }): ReactElement | null {
  const { t } = useWords();
  const { batch } = retries;
  if (batch) {
    return (
      <div className={css.batch} role="status">
        <progress className={css.bar} value={batch.done} max={batch.all} aria-label={t('exc.retrying')} />
        <span className="ol-num">{t('exc.retry_progress', { done: batch.done, all: batch.all })}</span>
        {batch.failed > 0 && <span className={css.bad}>{t('exc.retry_failed', { n: batch.failed })}</span>}
      </div>
    );
  }
  const again = items.filter((item) => item.actions.length === 1 && item.actions[0] === 'retry'); // what needs a decision is decided one by one
  if (again.length < 2) return null;
  return (
    <Button size="sm" variant="light" leftSection={<RotateCw size={15} />} onClick={() => void retries.retryAll(again)}>
      {t('exc.retry_all', { n: Math.min(again.length, total) })}
    </Button>
  );
}

function List({ items, code, retries }: { readonly items: readonly HubException[]; readonly code: string | null; readonly retries: Retries }): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  if (items.length === 0) {
    return <EmptyState icon={CircleCheckBig} tone="good" title={t(code ? 'exc.empty_group' : 'exc.empty')} text={t('exc.empty_how')} />;
  }
  return (
    <ul className={css.cards} aria-label={t('exc.list')}>
      {items.map((item) => (
        <Card key={item.id} item={item} phase={retries.phase(item.id)} act={(action) => void retries.act(item, action)} mayAct={user.role !== 'viewer'} />
      ))}
    </ul>
  );
}

export default function ExceptionsScreen(): ReactElement {
  const { t, say } = useWords();
  const { user } = useHub();
  const [, navigate] = useLocation();
  const code = new URLSearchParams(useSearch()).get('cause');
  const list = useInfiniteQuery(exceptionsQuery(code));
  const retries = useRetries();
  const groups = list.data?.pages[0]?.groups ?? [];
  const items = useMemo(() => (list.data?.pages ?? []).flatMap((p) => p.items).filter((i) => !code || i.code === code), [list.data, code]);
  const total = code ? (groups.find((g) => g.code === code)?.count ?? 0) : groups.reduce((sum, g) => sum + g.count, 0);
  const show = useToasts((s) => s.show);
  useEffect(() => {
    const open = new Set((list.data?.pages ?? []).flatMap((p) => p.items).map((i) => i.id));
    const passed = list.data ? retries.settle(open) : 0;
    if (passed > 0) show('good', t('exc.retried', { n: passed }));
  }, [list.data]);
  const group = groups.find((g) => g.code === code);
  return (
    <div className={css.screen}>
      <ScreenTitle title={t('exc.title')}>
        {list.data && <span className="ol-num" role="status">{t('exc.total', { n: groups.reduce((sum, g) => sum + g.count, 0) })}</span>}
      </ScreenTitle>
      {list.isPending && <Busy />}
      {!list.data && list.error && <ProblemState error={list.error} title={t('exc.failed')} retry={() => void list.refetch()} />}
      {list.data && (
        <>
          <Groups groups={groups} chosen={code} choose={(c) => navigate(c ? `/exceptions?cause=${encodeURIComponent(c)}` : '/exceptions')} />
          <div className={css.main}>
            <header className={css.head}>
              <h2>{group ? say(group.title) : t('exc.all')}</h2>
              {user.role === 'viewer' ? <span className={css.small}>{t('exc.viewer')}</span> : <Batch items={items} total={total} retries={retries} />}
            </header>
            <List items={items} code={code} retries={retries} />
            {list.hasNextPage && (
              <Button className={css.more ?? ''} variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('exc.more')}</Button>
            )}
          </div>
        </>
      )}
    </div>
  );
}
