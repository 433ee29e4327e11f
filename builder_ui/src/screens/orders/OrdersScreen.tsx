import { Button } from '@mantine/core';
import { ArrowUp, PackageOpen, SearchX } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { cleared, filterCount } from '@/core/gridQuery';
import { useWords } from '@/i18n';
import { useNarrow } from '@/ui/media';
import { EmptyState, ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { CardList } from './CardList';
import { Display } from './Display';
import { Grid } from './Grid';
import { SearchBox } from './SearchBox';
import { Sentence } from './Sentence';
import { SortMenu } from './SortMenu';
import { SkeletonRows } from './SkeletonRows';
import { Tabs } from './Tabs';
import { useAddress, type Address } from './useAddress';
import { useGridKeys } from './useGridKeys';
import { useOrderList, type OrderList } from './useOrderList';
import { orderPath } from '@/routes';
import css from './Orders.module.css';

const StoryDrawer = lazy(() => import('../story/StoryDrawer'));

function Fresh({ list, toTop }: { readonly list: OrderList; readonly toTop: () => void }): ReactElement | null {
  const { t } = useWords();
  const { count, more } = list.fresh;
  if (count === 0) return null;
  const show = async (): Promise<void> => {
    await list.showFresh();
    toTop();
  };
  return (
    <button type="button" className={css.fresh} onClick={() => void show()}>
      <ArrowUp size={15} aria-hidden="true" />
      {t(more ? 'orders.fresh_more' : 'orders.fresh', { n: count })}
    </button>
  );
}

function Nothing({ address }: { readonly address: Address }): ReactElement {
  const { t } = useWords();
  const { query, ask } = address;
  const filtered = filterCount(query) > 0 || query.state !== null;
  if (!filtered) return <EmptyState icon={PackageOpen} title={t('orders.empty_all')} text={t('orders.empty_all_how')} />;
  return (
    <EmptyState icon={SearchX} title={t('orders.empty')} text={t('orders.empty_how')}>
      <Button variant="light" onClick={() => ask({ ...cleared(query), state: null })}>{t('orders.filter.reset')}</Button>
    </EmptyState>
  );
}

function Total({ list }: { readonly list: OrderList }): ReactElement {
  const { t } = useWords();
  return (
    <span className={css.total} role="status">
      {list.loading ? '' : t(list.capped ? 'orders.total_capped' : 'orders.total', { n: list.total })}
    </span>
  );
}

export default function OrdersScreen(): ReactElement {
  const { t } = useWords();
  const narrow = useNarrow();
  const address = useAddress();
  const { query, open, ask, show } = address;
  const [visible, setVisible] = useState(0);
  const list = useOrderList(query, visible);
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const keys = useGridKeys({ rows: list.rows, openId: open, show, search });
  const toTop = useCallback(() => box.current?.scrollTo({ top: 0 }), []);
  useEffect(() => {
    toTop();
    setVisible(0);
  }, [query, toTop]);
  const [, navigate] = useLocation();
  useEffect(() => {
    if (open !== null && narrow) navigate(orderPath(open), { replace: true });
  }, [open, narrow, navigate]);
  const askSearch = useCallback((text: string) => ask({ search: text }, { replace: true }), [ask]);

  return (
    <div className={css.screen}>
      <ScreenTitle title={t('orders.title')}><Total list={list} /></ScreenTitle>
      <div className={css.bar}>
        <Tabs query={query} ask={ask} />
        <div className={css.filters}>
          <div className={css.searchLine}>
            <SearchBox value={query.search} ask={askSearch} box={search} />
            {narrow && <SortMenu sort={query.sort} ask={ask} />}
          </div>
          <Sentence query={query} ask={ask} />
          {!narrow && <Display />}
        </div>
      </div>
      <div className={css.list}>
        <Fresh list={list} toTop={toTop} />
        {list.loading && <SkeletonRows />}
        {list.error !== null && <ProblemState error={list.error} title={t('orders.failed')} retry={list.retry} />}
        {!list.loading && list.error === null && list.rows.length === 0 && <Nothing address={address} />}
        {list.rows.length > 0 && (narrow
          ? <CardList list={list} box={box} seen={setVisible} />
          : <Grid list={list} query={query} active={keys.active} box={box} ask={ask} open={keys.open} move={keys.move} seen={setVisible} />)}
        {open !== null && !narrow && <Suspense><StoryDrawer id={open} close={() => show(null)} step={keys.step} /></Suspense>}
      </div>
    </div>
  );
}
