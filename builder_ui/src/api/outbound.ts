/** Outbound lists, as their screen reads and makes them. */

import { infiniteQueryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Named } from './types';

export interface OutboundList {
  readonly id: string;
  readonly warehouse: Named;
  readonly day: string;
  /** Somebody wanted it; it was not made for a hand-over moment. */
  readonly asked: boolean;
  readonly made_at: string;
  readonly made_by: string;
  readonly count: number;
  readonly pieces: number;
}

export interface OutboundLists {
  readonly items: readonly OutboundList[];
  readonly next: string | null;
  readonly warehouses: readonly Named[];
}

export function outboundQuery(warehouse: string | null) {
  return infiniteQueryOptions({
    queryKey: ['outbound', warehouse],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50' });
      if (warehouse) query.set('warehouse', warehouse);
      if (pageParam) query.set('cursor', pageParam);
      return request<OutboundLists>('GET', '/outbound', { query, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
}

export const makeList = (warehouse: string, day: string): Promise<OutboundList> =>
  request<OutboundList>('POST', '/outbound', { body: { warehouse_id: warehouse, day } });

export const fileOf = (id: string): string => `/api/v1/outbound/${encodeURIComponent(id)}/file`;
