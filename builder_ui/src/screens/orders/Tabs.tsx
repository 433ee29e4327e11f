import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { facetsQuery } from '@/api/queries';
import { ORDER_STATES, type GridQuery, type OrderState } from '@/core/gridQuery';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import { STATE_LOOK } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import css from './Orders.module.css';

interface Props {
  readonly query: GridQuery;
  readonly ask: (change: Partial<GridQuery>) => void;
}

function short(count: number): string {
  return count > 99_999 ? `${formatCount(Math.floor(count / 1000))}k` : formatCount(count);
}

/** Views by state with their counts; arrow keys move along them. */
export function Tabs({ query, ask }: Props): ReactElement {
  const { t } = useWords();
  const { zone } = useHub();
  const facets = useQuery(facetsQuery(query, zone)).data;
  const bar = useRef<HTMLDivElement>(null);
  const counts = new Map(facets?.states.map((f) => [f.value, f.count]));
  const all = facets?.states.reduce((sum, f) => sum + f.count, 0);
  const views: readonly (OrderState | null)[] = [null, ...ORDER_STATES];
  useEffect(() => {
    bar.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [query.state]);
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !bar.current) return;
    event.preventDefault();
    const buttons = [...bar.current.querySelectorAll('button')];
    buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
  };
  return (
    <div ref={bar} className={css.tabs} role="group" aria-label={t('orders.tabs')} onKeyDown={move}>
      {views.map((view) => {
        const count = view === null ? all : facets && (counts.get(view) ?? 0);
        const Icon = view && STATE_LOOK[view].icon;
        return (
          <button
            key={view ?? 'all'} type="button" className={css.tab} aria-pressed={query.state === view} data-zero={count === 0 || undefined}
            data-tone={view ? STATE_LOOK[view].tone : undefined} onClick={() => ask({ state: view })}
          >
            {Icon && <Icon size={15} aria-hidden="true" />}
            {view ? t(`state.${view}`) : t('common.all')}
            {count !== undefined && <span className={css.tabCount}>{short(count)}</span>}
          </button>
        );
      })}
    </div>
  );
}
