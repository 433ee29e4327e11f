import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { PackageCheck, Search, Undo2 } from 'lucide-react';
import { useDeferredValue, useState, type ReactElement } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { AFTER_STATES, afterSalesQuery, type AfterSale, type AfterState } from '@/api/afterSales';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { Chip, PlatformMark, type Tone } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { Money } from '@/ui/Money';
import { EmptyState, ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ScreenTitle } from '../frame/Frame';
import { Receive } from './Receive';
import css from '../products/Products.module.css';

const TONE: Readonly<Record<AfterState, Tone>> = { requested: 'warn', returning: 'orange', refunded: 'good', rejected: 'grey', withdrawn: 'grey' };
const FILTERS = [null, ...AFTER_STATES, 'awaited'] as const;
const MAY_ARRIVE: ReadonlySet<AfterState> = new Set(['requested', 'returning', 'refunded']);

function Row({ item, receive }: { readonly item: AfterSale; readonly receive: (() => void) | null }): ReactElement {
  const { t } = useWords();
  return (
    <tr data-after-sale={item.id}>
      <th scope="row">
        <span className={css.shop}><PlatformMark platform={item.platform} /><Link href={orderPath(item.order_id)}>{item.external_no}</Link></span>
        <span className={css.what}>{[item.account.title, item.refund_no && t('returns.no', { no: item.refund_no })].filter(Boolean).join(' · ')}</span>
      </th>
      <td data-label={t('returns.item')}>{item.title}<span className={css.what}>{[item.sku_code, item.spec].filter(Boolean).join(' · ')}</span></td>
      <td className={css.right} data-label={t('returns.pieces')}>{item.quantity}</td>
      <td className={css.right} data-label={t('returns.amount')}><Money fen={item.amount} currency={item.currency} /></td>
      <td data-label={t('returns.state')}>
        <Chip tone={TONE[item.state]}>{t(`after.${item.state}`)}</Chip>
        {item.goods !== 'none' && <span className={css.what}>{t(`returns.goods.${item.goods}`)}</span>}
      </td>
      <td className={css.right} data-label={t('returns.opened')}><Time iso={item.opened_at} /></td>
      <td className={css.right}>
        {receive && <Button size="compact-sm" variant={item.goods === 'awaited' ? 'filled' : 'default'} leftSection={<PackageCheck size={14} />} onClick={receive}>{t('returns.receive')}</Button>}
      </td>
    </tr>
  );
}

/** Refunds and returns, one per order line; goods that arrive are booked from here. */
export default function ReturnsScreen(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const [, navigate] = useLocation();
  const asked = new URLSearchParams(useSearch()).get('state');
  const state = FILTERS.find((filter) => filter === asked) ?? null;
  const [text, setText] = useState('');
  const [receiving, setReceiving] = useState<AfterSale | null>(null);
  const list = useInfiniteQuery(afterSalesQuery(state, useDeferredValue(text.trim())));
  const counts = list.data?.pages[0]?.counts ?? {};
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  const all = AFTER_STATES.reduce((sum, one) => sum + (counts[one] ?? 0), 0);
  const label = (filter: (typeof FILTERS)[number]): string => {
    if (filter === null) return t('common.all');
    return filter === 'awaited' ? t('returns.goods.awaited') : t(`after.${filter}`);
  };
  return (
    <div className={css.screen}>
      <ScreenTitle title={t('returns.title')}>{list.data && <span className="ol-num" role="status">{t('returns.total', { n: all })}</span>}</ScreenTitle>
      <div className={css.bar}>
        <TextInput type="search" size="sm" className={css.search ?? ''} value={text} onChange={(e) => setText(e.currentTarget.value)} placeholder={t('returns.search')} aria-label={t('returns.search')} leftSection={<Search size={16} />} />
        <div className={css.kinds} role="group" aria-label={t('returns.filters')}>
          {FILTERS.map((filter) => (
            <button key={filter ?? 'all'} type="button" className={css.kind} aria-pressed={state === filter} onClick={() => navigate(filter ? `/returns?state=${filter}` : '/returns')}>
              {label(filter)}{filter !== null && filter !== 'awaited' && counts[filter] ? ` ${counts[filter]}` : ''}
            </button>
          ))}
        </div>
      </div>
      <div className={css.list}>
        {list.isPending && <Busy />}
        {!list.data && list.error && <ProblemState error={list.error} title={t('returns.failed')} retry={() => void list.refetch()} />}
        {list.data && items.length === 0 && <EmptyState icon={Undo2} tone="good" title={t('returns.empty')} text={t('returns.empty_how')} />}
        {items.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t('returns.order')}</th>
                <th scope="col">{t('returns.item')}</th>
                <th scope="col" className={css.right}>{t('returns.pieces')}</th>
                <th scope="col" className={css.right}>{t('returns.amount')}</th>
                <th scope="col">{t('returns.state')}</th>
                <th scope="col" className={css.right}>{t('returns.opened')}</th>
                <th><span className="ol-hide">{t('returns.receive')}</span></th>
              </tr>
            </thead>
            <tbody>{items.map((item) => <Row key={item.id} item={item} receive={user.role !== 'viewer' && MAY_ARRIVE.has(item.state) ? () => setReceiving(item) : null} />)}</tbody>
          </table>
        )}
        {list.hasNextPage && <Button className={css.more ?? ''} variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('products.more')}</Button>}
      </div>
      {receiving && <Receive item={receiving} close={() => setReceiving(null)} />}
    </div>
  );
}
