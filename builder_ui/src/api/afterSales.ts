/** Refunds and returns. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Followed, ProductName } from './products';
import type { Named } from './types';

export const AFTER_STATES = ['requested', 'returning', 'refunded', 'rejected', 'withdrawn'] as const;
export type AfterState = (typeof AFTER_STATES)[number];

export interface AfterSale {
  readonly id: string;
  readonly order_id: string;
  readonly external_no: string;
  readonly platform: string;
  readonly account: Named;
  readonly title: string;
  readonly spec: string | null;
  readonly sku_code: string | null;
  readonly kind: 'refund' | 'return';
  readonly state: AfterState;
  readonly refund_no: string | null;
  readonly quantity: number;
  readonly amount: number;
  readonly currency: string;
  readonly opened_at: string;
  readonly changed_at: string;
  readonly closed_at: string | null;
  readonly goods: 'none' | 'awaited' | 'received';
}

interface AfterSalePage {
  readonly items: readonly AfterSale[];
  readonly next: string | null;
  readonly counts: Readonly<Partial<Record<AfterState, number>>>;
}

export interface Gone {
  readonly product: ProductName;
  readonly shipped: number;
  readonly received: number;
}

export interface Arrived {
  readonly product_id: string;
  readonly sellable: number;
  readonly damaged: number;
}

/** `state`: one of the states, or "awaited" for goods on their way back. */
export function afterSalesQuery(state: AfterState | 'awaited' | null, search: string) {
  return infiniteQueryOptions({
    queryKey: ['after-sales', state, search],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams();
      if (state) query.set(state === 'awaited' ? 'goods' : 'state', state);
      if (search) query.set('q', search);
      if (pageParam) query.set('cursor', pageParam);
      return request<AfterSalePage>('GET', '/after-sales', { query, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 8_000,
    placeholderData: (before) => before,
  });
}

const at = (id: string, rest: string): string => `/after-sales/${encodeURIComponent(id)}${rest}`;

export function goodsQuery(id: string) {
  return queryOptions({
    queryKey: ['after-sales', 'goods', id],
    queryFn: ({ signal }) => request<{ readonly pieces: readonly Gone[]; readonly warehouses: readonly Named[] }>('GET', at(id, '/goods'), { signal }),
    staleTime: 0,
  });
}

export const receiveGoods = (id: string, warehouse: string, pieces: readonly Arrived[]): Promise<Followed> =>
  request('POST', at(id, '/receive'), { body: { warehouse_id: warehouse, pieces } });
