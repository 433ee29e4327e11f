import { CircleAlert, ShieldAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import type { OrderRow } from '@/api/types';
import type { Sort } from '@/core/gridQuery';
import { sayPersonal } from '@/core/values';
import { useWords, type Key } from '@/i18n';
import { orderPath } from '@/routes';
import { PlatformMark, StateChip, useCourierName } from '@/ui/Chips';
import { CopyButton } from '@/ui/Copy';
import { Money } from '@/ui/Money';
import { Time } from '@/ui/Time';
import css from './Orders.module.css';

export interface Column {
  readonly id: string;
  readonly title: Key & `orders.col.${string}`;
  /** Least width in pixels, and the share of what is left over. */
  readonly width: readonly [least: number, grow: number];
  readonly right?: true;
  readonly fixed?: true;
  /** The field to sort by; a click toggles its direction, newest or highest first. */
  readonly sort?: 'placed_at' | 'total' | 'updated_at';
  readonly cell: (row: OrderRow) => ReactNode;
}

function Number_({ row }: { readonly row: OrderRow }): ReactElement {
  const { t } = useWords();
  return (
    <span className={css.no}>
      <PlatformMark platform={row.platform} />
      <Link href={orderPath(row.id)} className={css.noLink} tabIndex={-1} onClick={(e) => !e.metaKey && !e.ctrlKey && e.preventDefault()}>
        {row.external_no}
      </Link>
      <span className={css.noCopy}>
        <CopyButton text={row.external_no} label={t('orders.copy_no', { no: row.external_no })} tabIndex={-1} />
      </span>
    </span>
  );
}

// States that are themselves the word for an open exception.
const SAYS_SO = new Set<OrderRow['state']>(['exception', 'short', 'held']);

/** The state, and beside it what it does not say: why held, or that something else is wrong. */
export function State({ row }: { readonly row: OrderRow }): ReactElement {
  const { t } = useWords();
  const others = SAYS_SO.has(row.state) ? 0 : row.open_exceptions;
  return (
    <span className={css.stateCell}>
      <StateChip state={row.state} />
      {row.hold_state === 'risk' && (
        <span title={t('hold.risk')} className={css.warnIcon}><ShieldAlert size={15} aria-label={t('hold.risk')} role="img" /></span>
      )}
      {others > 0 && (
        <span title={t('orders.exceptions', { n: others })} className={css.badIcon}>
          <CircleAlert size={15} aria-label={t('orders.exceptions', { n: others })} role="img" />
        </span>
      )}
    </span>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }): ReactElement {
  return <span className={css.tags} title={tags.join(' ')}>{tags.map((tag) => <span key={tag} className={css.tag}>{tag}</span>)}</span>;
}

function Person({ text }: { readonly text: string | null }): ReactElement {
  const { t } = useWords();
  return <>{sayPersonal(text, t)}</>;
}

function Courier({ code }: { readonly code: string | null }): ReactElement | null {
  const courierName = useCourierName();
  return code ? <>{courierName(code)}</> : null;
}

export function region(row: OrderRow): string {
  const { province, city } = row;
  return [province, city === province ? null : city].filter(Boolean).join(' ');
}

export const COLUMNS: readonly Column[] = [
  { id: 'external_no', title: 'orders.col.external_no', width: [238, 0], fixed: true, cell: (r) => <Number_ row={r} /> },
  { id: 'account', title: 'orders.col.account', width: [120, 1.2], cell: (r) => r.account.title },
  { id: 'state', title: 'orders.col.state', width: [128, 0], fixed: true, cell: (r) => <State row={r} /> },
  { id: 'total', title: 'orders.col.total', width: [104, 0], right: true, sort: 'total', cell: (r) => <Money fen={r.total} currency={r.currency} /> },
  { id: 'items', title: 'orders.col.items', width: [60, 0], right: true, cell: (r) => r.item_count },
  { id: 'receiver', title: 'orders.col.receiver', width: [84, 0.7], cell: (r) => <Person text={r.receiver_name} /> },
  { id: 'region', title: 'orders.col.region', width: [120, 1], cell: region },
  { id: 'warehouse', title: 'orders.col.warehouse', width: [104, 1], cell: (r) => r.warehouse?.title },
  { id: 'courier', title: 'orders.col.courier', width: [76, 0.7], cell: (r) => <Courier code={r.courier} /> },
  { id: 'placed', title: 'orders.col.placed', width: [108, 0], sort: 'placed_at', cell: (r) => <Time iso={r.placed_at} as="compact" /> },
  { id: 'updated', title: 'orders.col.updated', width: [96, 0], sort: 'updated_at', cell: (r) => <Time iso={r.updated_at} /> },
  { id: 'tags', title: 'orders.col.tags', width: [110, 1], cell: (r) => <Tags tags={r.tags} /> },
];

export function nextSort(current: Sort, field: NonNullable<Column['sort']>): Sort {
  return current === `-${field}` ? field : `-${field}`;
}
