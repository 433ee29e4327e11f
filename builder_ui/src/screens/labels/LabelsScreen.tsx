import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { PrinterCheck, RotateCw } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import { labelCountsQuery, labelsQuery, type LabelItem, type LabelState, type WarehouseLabels } from '@/api/labels';
import { LABEL_STATES, sumStates, total } from '@/core/labels';
import { formatCount } from '@/core/money';
import { dayOf, startOfDay } from '@/core/time';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { useRetries, type Retries } from '../exceptions/useRetries';
import { ScreenTitle } from '../frame/Frame';
import { LABEL_LOOK } from './LabelChip';
import { PrintButton, PrintDialog } from './PrintDialog';
import { Row } from './Row';
import css from './Labels.module.css';

const MOST_AT_ONCE = 200;

interface PlacesProps {
  readonly all: readonly WarehouseLabels[];
  readonly chosen: string | null;
  readonly choose: (id: string | null) => void;
}

function Places({ all, chosen, choose }: PlacesProps): ReactElement {
  const { t } = useWords();
  const entries = [
    { id: null, title: t('lab.all_places'), count: total(sumStates(all)) },
    ...all.map((one) => ({ id: one.warehouse.id, title: one.warehouse.title, count: total(one.states) })),
  ];
  return (
    <nav className={css.places} aria-label={t('lab.places')}>
      {entries.map(({ id, title, count }) => (
        <button key={id ?? ''} type="button" className={css.place} aria-pressed={chosen === id} onClick={() => choose(id)}>
          <span>{title}</span>
          <span className={css.count}>{formatCount(count)}</span>
        </button>
      ))}
    </nav>
  );
}

interface StatesProps {
  readonly counts: ReturnType<typeof sumStates>;
  readonly chosen: LabelState | null;
  readonly choose: (state: LabelState | null) => void;
}

function States({ counts, chosen, choose }: StatesProps): ReactElement {
  const { t } = useWords();
  return (
    <div className={css.states} role="group" aria-label={t('lab.states')}>
      {([null, ...LABEL_STATES] as const).map((state) => {
        const Icon = state && LABEL_LOOK[state].icon;
        const count = state ? (counts[state] ?? 0) : total(counts);
        return (
          <button key={state ?? 'all'} type="button" className={css.state} aria-pressed={chosen === state} data-zero={count === 0 || undefined} onClick={() => choose(state)}>
            {Icon && <Icon size={15} aria-hidden="true" />}
            {state ? t(`lab.state.${state}`) : t('common.all')}
            <span className={css.count}>{formatCount(count)}</span>
          </button>
        );
      })}
    </div>
  );
}

interface TogetherProps {
  readonly items: readonly LabelItem[];
  readonly retries: Retries;
  readonly print: (ids: readonly string[]) => void;
}

/** What can be done to all labels that are listed. */
function Together({ items, retries, print }: TogetherProps): ReactElement | null {
  const { t } = useWords();
  const { user } = useHub();
  const ready = items.filter((i) => i.state === 'ready').map((i) => i.id).slice(0, MOST_AT_ONCE);
  const refused = items.flatMap((i) => (i.exception_id ? [{ id: i.exception_id }] : []));
  if (user.role === 'viewer') return <span className={css.small}>{t('lab.viewer')}</span>;
  if (retries.batch) return <span className={css.small} role="status">{t('exc.retry_progress', { done: retries.batch.done, all: retries.batch.all })}</span>;
  return (
    <div className={css.together}>
      {refused.length > 1 && (
        <Button size="compact-sm" variant="default" leftSection={<RotateCw size={14} />} onClick={() => void retries.retryAll(refused)}>{t('lab.retry_all', { n: refused.length })}</Button>
      )}
      {ready.length > 0 && <PrintButton variant="light" words={t('lab.print_all', { n: ready.length })} print={() => print(ready)} />}
    </div>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const { t } = useWords();
  return any
    ? <EmptyState icon={PrinterCheck} title={t('lab.empty_state')} text={t('lab.empty_state_how')} />
    : <EmptyState icon={PrinterCheck} title={t('lab.empty')} text={t('lab.empty_how')} />;
}

/** The labels of a day: which wait, which were refused, which are to be printed. */
export default function LabelsScreen(): ReactElement {
  const { t } = useWords();
  const { zone } = useHub();
  const today = dayOf(Date.now(), zone);
  const [day, setDay] = useState(today);
  const [warehouse, setWarehouse] = useState<string | null>(null);
  const [state, setState] = useState<LabelState | null>(null);
  const [printing, setPrinting] = useState<readonly string[] | null>(null);
  const [from, to] = [startOfDay(day, zone), startOfDay(day, zone, 1)];
  const places = useQuery(labelCountsQuery(from, to)).data ?? [];
  const list = useInfiniteQuery(labelsQuery({ from, to, warehouse, state }));
  const retries = useRetries();
  const items = useMemo(() => (list.data?.pages ?? []).flatMap((p) => p.items), [list.data]);
  const counts = sumStates(places.filter((one) => warehouse === null || one.warehouse.id === warehouse));
  return (
    <div className={css.screen}>
      <ScreenTitle title={t('lab.title')} />
      <Places all={places} chosen={warehouse} choose={setWarehouse} />
      <div className={css.main}>
        <header className={css.head}>
          <TextInput type="date" size="xs" aria-label={t('lab.day')} value={day} max={today} onChange={(e) => setDay(e.currentTarget.value || today)} />
          <States counts={counts} chosen={state} choose={setState} />
          <Together items={items} retries={retries} print={setPrinting} />
        </header>
        {list.isPending && <Busy />}
        {!list.data && list.error && <ProblemState error={list.error} title={t('lab.failed')} retry={() => void list.refetch()} />}
        {list.data && items.length === 0 && <Nothing any={total(counts) > 0} />}
        <ul className={css.rows} aria-label={t('lab.list')}>
          {items.map((item) => (
            <Row
              key={item.id} item={item} phase={retries.phase(item.exception_id ?? '')} retry={(id) => void retries.act({ id }, 'retry')} print={setPrinting}
            />
          ))}
        </ul>
        {list.hasNextPage && (
          <Button className={css.more ?? ''} variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('lab.more')}</Button>
        )}
      </div>
      {printing && <PrintDialog ids={printing} close={() => setPrinting(null)} />}
    </div>
  );
}
