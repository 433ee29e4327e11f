import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, type ReactElement, type RefObject } from 'react';
import { Link } from 'wouter';
import type { OrderRow } from '@/api/types';
import { sayPersonal } from '@/core/values';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { PlatformMark, useCourierName } from '@/ui/Chips';
import { Money } from '@/ui/Money';
import { Time } from '@/ui/Time';
import { region, State } from './columns';
import { ListEnd } from './ListEnd';
import type { OrderList } from './useOrderList';
import css from './Orders.module.css';

const CARD = 112;

interface Props {
  readonly list: OrderList;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly seen: (index: number) => void;
}

function Card({ row }: { readonly row: OrderRow }): ReactElement {
  const { t } = useWords();
  const courierName = useCourierName();
  return (
    <Link href={orderPath(row.id)} className={css.card}>
      <span className={css.cardLine}>
        <PlatformMark platform={row.platform} />
        <span className={css.cardNo}>{row.external_no}</span>
        <State row={row} />
      </span>
      <span className={css.cardLine}>
        <span className={css.cardWho}>{[sayPersonal(row.receiver_name, t), region(row)].filter(Boolean).join(' · ')}</span>
        <strong><Money fen={row.total} currency={row.currency} /></strong>
      </span>
      <span className={css.cardLine} data-dim>
        <span className={css.cardWho}>{[row.account.title, row.warehouse?.title, row.courier && courierName(row.courier)].filter(Boolean).join(' · ')}</span>
        <span>{t('orders.items', { n: row.item_count })}</span>
        <Time iso={row.placed_at} />
      </span>
    </Link>
  );
}

/** The grid for phones: one card per order, the same server-side question behind it. */
export function CardList({ list, box, seen }: Props): ReactElement {
  const { t } = useWords();
  const { rows } = list;
  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => box.current, estimateSize: () => CARD, overscan: 6, getItemKey: (i) => rows[i]?.id ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    seen(last);
  }, [seen, last]);
  useEffect(() => {
    if (!list.moreFailed && last >= rows.length - 20) list.loadMore();
  }, [last, rows.length, list]);
  return (
    <div ref={box} className={css.cards} tabIndex={0} role="region" aria-label={t('orders.grid')}>
      <ul style={{ position: 'relative', height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row && (
            <li key={item.key} className={css.cardSlot} style={{ transform: `translateY(${item.start}px)`, height: CARD }}>
              <Card row={row} />
            </li>
          );
        })}
      </ul>
      <ListEnd list={list} />
    </div>
  );
}
