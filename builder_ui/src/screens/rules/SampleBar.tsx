import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Pin, RefreshCw } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { request } from '@/api/client';
import type { OrderPage } from '@/api/types';
import { formatMoney } from '@/core/money';
import type { RuleList } from '@/core/ruleDocument';
import { PlatformMark, usePlatformName } from '@/ui/Chips';
import { useLexicon } from './names';
import type { Trial } from './results';
import css from './Rules.module.css';
import { Verdict } from './Verdict';
import { useView } from './view';

const KEPT = 'orderloom.rules.sample';
const SAMPLES = 50;

function useSamples() {
  return useQuery({
    queryKey: ['rules', 'samples'], staleTime: 60_000,
    queryFn: ({ signal }) => request<OrderPage>('GET', '/orders', { query: new URLSearchParams({ limit: String(SAMPLES), sort: '-placed_at' }), signal }),
  });
}

const pin = (order: string): void => {
  sessionStorage.setItem(KEPT, order);
  useView.setState({ order });
};

/** The pinned order on which everything on this screen is tried. */
export function SampleBar({ list, trial }: { readonly list: RuleList | null; readonly trial: Trial }): ReactElement {
  const { t } = useLexicon();
  const platform = usePlatformName();
  const items = useSamples().data?.items ?? [];
  const order = useView((s) => s.order);
  const at = items.findIndex((item) => item.id === order);
  const sample = items[at];
  const first = items[0]?.id;
  useEffect(() => {
    if (order || !first) return;
    const kept = sessionStorage.getItem(KEPT);
    pin(items.some((item) => item.id === kept) && kept ? kept : first);
  }, [order, first]);
  const next = items[(at + 1) % Math.max(1, items.length)];
  return (
    <div className={css.sample}>
      <span className={css.sampleTitle}><Pin size={14} aria-hidden="true" />{t('rules.sample')}</span>
      {sample ? (
        <span className={css.sampleOrder}>
          <PlatformMark platform={sample.platform} />
          <span>{platform(sample.platform)}</span>
          <span className="ol-num">{sample.external_no}</span>
          <span>{sample.province}</span>
          <span className="ol-num">{formatMoney(sample.total)}</span>
        </span>
      ) : <span className={css.quiet}>{t('rules.sample_none')}</span>}
      {next && <Button size="compact-sm" variant="light" leftSection={<RefreshCw size={14} />} onClick={() => pin(next.id)}>{t('rules.sample_next')}</Button>}
      {sample && <Verdict list={list} trial={trial} />}
    </div>
  );
}
