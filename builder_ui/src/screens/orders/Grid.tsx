import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import { memo, useEffect, useMemo, type CSSProperties, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import type { OrderRow } from '@/api/types';
import type { GridQuery, Sort } from '@/core/gridQuery';
import { useWords } from '@/i18n';
import { useUi } from '@/store/ui';
import { COLUMNS, nextSort, type Column } from './columns';
import { ListEnd } from './ListEnd';
import type { OrderList } from './useOrderList';
import css from './Orders.module.css';

const ROW = { compact: 28, normal: 34, roomy: 44 } as const;
const AHEAD = 40;
export const rowId = (id: string): string => `order-${id}`;

interface Props {
  readonly list: OrderList;
  readonly query: GridQuery;
  readonly active: string | null;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly ask: (change: Partial<GridQuery>) => void;
  readonly open: (row: OrderRow) => void;
  readonly move: (step: number | 'first' | 'last') => void;
  readonly seen: (index: number) => void;
}

function Head({ column, sort, ask }: { readonly column: Column; readonly sort: Sort; readonly ask: Props['ask'] }): ReactElement {
  const { t } = useWords();
  const field = column.sort;
  if (!field) {
    return <div role="columnheader" className={css.head} data-right={column.right}>{t(column.title)}</div>;
  }
  const state = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none';
  const Icon = { ascending: ArrowUp, descending: ArrowDown, none: ArrowUpDown }[state];
  return (
    <div role="columnheader" aria-sort={state} className={css.head} data-right={column.right}>
      <button type="button" className={css.sort} title={t('orders.sort.by', { what: t(column.title) })} onClick={() => ask({ sort: nextSort(sort, field) })}>
        {t(column.title)}
        <Icon size={13} aria-hidden="true" data-off={state === 'none' || undefined} />
      </button>
    </div>
  );
}

interface RowProps {
  readonly row: OrderRow;
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly columns: readonly Column[];
  readonly open: (row: OrderRow) => void;
}

const Row = memo(function Row({ row, index, top, active, columns, open }: RowProps): ReactElement {
  return (
    <div
      role="row" id={rowId(row.id)} aria-rowindex={index + 2} aria-selected={active} className={css.row}
      style={{ transform: `translateY(${top}px)` }} onClick={() => open(row)}
    >
      {columns.map((c) => (
        <div key={c.id} role="gridcell" className={css.cell} data-right={c.right} data-col={c.id}>{c.cell(row)}</div>
      ))}
    </div>
  );
});

const KEYS: Readonly<Record<string, number | 'first' | 'last'>> = {
  ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: 'first', End: 'last',
};

export function Grid({ list, query, active, box, ask, open, move, seen }: Props): ReactElement {
  const { t } = useWords();
  const { density, hiddenColumns } = useUi();
  const columns = useMemo(() => COLUMNS.filter((c) => c.fixed || !hiddenColumns.includes(c.id)), [hiddenColumns]);
  const height = ROW[density];
  const { rows } = list;
  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => box.current, estimateSize: () => height, overscan: 14, scrollPaddingStart: 38, scrollPaddingEnd: 8,
    getItemKey: (i) => rows[i]?.id ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const middle = items[Math.floor(items.length / 2)]?.index ?? 0;

  useEffect(() => {
    virtual.measure();
  }, [virtual, height]);
  useEffect(() => {
    seen(middle);
  }, [seen, middle]);
  useEffect(() => {
    if (!list.moreFailed && last >= rows.length - AHEAD) list.loadMore();
  }, [last, rows.length, list]);
  useEffect(() => {
    const index = rows.findIndex((r) => r.id === active);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
    // Only a move of the reader scrolls; fresh rows must not.
  }, [active]);

  const onKey = (event: KeyboardEvent): void => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(step);
  };
  const style = {
    '--columns': columns.map(({ width: [least, grow] }) => (grow > 0 ? `minmax(${least}px, ${grow}fr)` : `${least}px`)).join(' '),
    '--least': `${columns.reduce((sum, c) => sum + c.width[0], 16)}px`,
    '--row': `${height}px`,
  } as CSSProperties;
  const shown = active !== null && items.some((i) => rows[i.index]?.id === active);
  return (
    <div ref={box} className={css.gridBox} style={style}>
      <div
        className={css.grid} role="grid" tabIndex={0} aria-label={t('orders.grid')} aria-description={t('orders.keys')} aria-colcount={columns.length}
        aria-rowcount={list.capped ? -1 : list.total + 1} aria-activedescendant={shown ? rowId(active) : undefined} onKeyDown={onKey}
      >
        <div role="row" className={css.headRow} aria-rowindex={1}>
          {columns.map((c) => <Head key={c.id} column={c} sort={query.sort} ask={ask} />)}
        </div>
        <div role="rowgroup" className={css.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            return row && <Row key={item.key} row={row} index={item.index} top={item.start} active={row.id === active} columns={columns} open={open} />;
          })}
        </div>
      </div>
      <ListEnd list={list} />
    </div>
  );
}
