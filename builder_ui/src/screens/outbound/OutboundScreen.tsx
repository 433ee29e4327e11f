import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Download, ListPlus, Truck } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { fileOf, makeList, outboundQuery, type OutboundList } from '@/api/outbound';
import type { Named } from '@/api/types';
import { dayOf, isDay } from '@/core/time';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Busy } from '@/ui/Busy';
import { Chip } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState, sayProblem } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ScreenTitle } from '../frame/Frame';
import css from './Outbound.module.css';

function Row({ list, mayTake }: { readonly list: OutboundList; readonly mayTake: boolean }): ReactElement {
  const { t } = useWords();
  const named = { warehouse: list.warehouse.title, day: list.day };
  return (
    <li className={css.list}>
      <div className={css.what}>
        <h3>
          <span className="ol-num">{list.day}</span> {list.warehouse.title}
          <Chip tone={list.asked ? 'blue' : 'grey'}>{list.asked ? t('outbound.asked', { name: list.made_by }) : t('outbound.auto')}</Chip>
        </h3>
        <p className={css.facts}>
          <span>{t('outbound.counts', { count: list.count, pieces: list.pieces })}</span>
          <Time iso={list.made_at} as="both" />
        </p>
      </div>
      {mayTake && (
        <Button
          component="a" size="xs" variant="light" leftSection={<Download size={14} />} href={fileOf(list.id)} download
          aria-label={t('outbound.download_what', named)}
        >
          {t('outbound.download')}
        </Button>
      )}
    </li>
  );
}

function Make({ warehouses }: { readonly warehouses: readonly Named[] }): ReactElement {
  const words = useWords();
  const { t } = words;
  const { zone } = useHub();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [chosen, choose] = useState<string | null>(null);
  const [day, setDay] = useState(() => dayOf(Date.now(), zone));
  const warehouse = chosen ?? warehouses[0]?.id;
  const make = useMutation({
    mutationFn: (of: string) => makeList(of, day),
    onSuccess: async (made) => {
      show('good', t('outbound.made', { warehouse: made.warehouse.title, day: made.day, n: made.count }));
      await client.invalidateQueries({ queryKey: ['outbound'] });
    },
    onError: (error) => {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
    },
  });
  return (
    <form
      className={css.make}
      onSubmit={(event) => {
        event.preventDefault();
        if (warehouse) make.mutate(warehouse);
      }}
    >
      <label className={css.pick}>
        {t('outbound.warehouse')}
        <select value={warehouse} onChange={(event) => choose(event.target.value)}>
          {warehouses.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
        </select>
      </label>
      <label className={css.pick}>
        {t('outbound.day')}
        <input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
      </label>
      <Button type="submit" leftSection={<ListPlus size={16} />} loading={make.isPending} disabled={!warehouse || !isDay(day)}>
        {t('outbound.make')}
      </Button>
    </form>
  );
}

/** What leaves each warehouse on which day, to be downloaded as it was. */
export default function OutboundScreen(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const [shown, show] = useState<string | null>(null);
  const found = useInfiniteQuery(outboundQuery(shown));
  const mayTake = user.role !== 'viewer';
  const items = (found.data?.pages ?? []).flatMap((page) => page.items);
  const warehouses = found.data?.pages[0]?.warehouses ?? [];
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('outbound.title')}>
      <ScreenTitle title={t('outbound.title')} />
      {found.isPending && <Busy />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('outbound.failed')} retry={() => void found.refetch()} />}
      {found.data && (
        <div className={css.inner}>
          <p className={css.small}>{t(mayTake ? 'outbound.how' : 'outbound.viewer')}</p>
          {mayTake && <Make warehouses={warehouses} />}
          <div className={`${css.pick} ${css.filter}`}>
            <select value={shown ?? ''} aria-label={t('outbound.warehouse')} onChange={(event) => show(event.target.value || null)}>
              <option value="">{t('outbound.all')}</option>
              {warehouses.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
            </select>
          </div>
          {items.length === 0 && <EmptyState icon={Truck} title={t('outbound.none')} text={t('outbound.none_how')} />}
          <ul className={css.lists}>{items.map((list) => <Row key={list.id} list={list} mayTake={mayTake} />)}</ul>
          {found.hasNextPage && (
            <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('outbound.more')}</Button>
          )}
        </div>
      )}
    </div>
  );
}
