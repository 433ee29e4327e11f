import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Bilingual, Named } from './types';

export type LabelState = 'waiting' | 'refused' | 'ready' | 'printed' | 'left' | 'cancelled';

/** A waybill number, or the wait for one. */
export interface Label {
  readonly id: string;
  readonly state: LabelState;
  readonly courier: string | null;
  readonly tracking_no: string | null;
  readonly due_at: string;
  readonly made_at: string | null;
  readonly prints: number;
  readonly printed_at: string | null;
  readonly problem: { readonly code: string; readonly message: Bilingual; readonly how: Bilingual | null } | null;
}

/** Titles of fulfilment and order are their numbers. */
export interface LabelItem extends Label {
  readonly fulfilment: Named;
  readonly order: Named;
  readonly platform: string;
  readonly warehouse: Named;
  readonly exception_id: string | null;
}

export interface LabelPage {
  readonly items: readonly LabelItem[];
  readonly next: string | null;
}

export interface WarehouseLabels {
  readonly warehouse: Named;
  readonly states: { readonly [S in LabelState]?: number };
}

export interface Printable {
  readonly id: string;
  readonly fulfilment_no: string;
  readonly courier: string;
  readonly tracking_no: string;
  /** In the vendor's own form; `label_url` is a picture to print, the rest is for its print component. */
  readonly printing: { readonly label_url?: string | null; readonly [name: string]: unknown } | null;
}

export interface LabelQuestion {
  readonly from: string;
  readonly to: string;
  readonly warehouse: string | null;
  readonly state: LabelState | null;
}

const span = (from: string, to: string): URLSearchParams => new URLSearchParams({ due_from: from, due_to: to });

export function labelsQuery({ from, to, warehouse, state }: LabelQuestion) {
  return infiniteQueryOptions({
    queryKey: ['labels', 'list', from, to, warehouse, state],
    queryFn: ({ pageParam, signal }) => {
      const query = span(from, to);
      if (warehouse) query.set('warehouse', warehouse);
      if (state) query.set('state', state);
      if (pageParam) query.set('cursor', pageParam);
      return request<LabelPage>('GET', '/labels', { query, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}

export function labelCountsQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['labels', 'counts', from, to],
    queryFn: async ({ signal }) => (await request<{ warehouses: readonly WarehouseLabels[] }>('GET', '/labels/counts', { query: span(from, to), signal })).warehouses,
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}

export async function printLabels(ids: readonly string[]): Promise<readonly Printable[]> {
  return (await request<{ labels: readonly Printable[] }>('POST', '/labels/print', { body: { ids } })).labels;
}
