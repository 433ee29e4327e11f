/** Live tables, as their screen reads and edits them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Entry, KeyKind, ValueKind } from '@/core/liveTable';
import { request } from './client';
import type { Bilingual } from './types';

interface Titled {
  readonly key: string;
  readonly title: Bilingual;
}

export interface RegionSet extends Titled {
  readonly members: readonly string[];
}

export interface TableSummary extends Titled {
  readonly id: string;
  readonly blueprint: Titled;
  readonly keys: KeyKind;
  readonly values: ValueKind;
  readonly version: number;
  readonly rows: number;
  readonly changed_at: string;
  readonly changed_by: string;
}

export interface LiveTable extends TableSummary {
  readonly entries: readonly Entry[];
  readonly sets: readonly RegionSet[];
  readonly couriers: readonly string[];
  readonly used_by: readonly { readonly id: string; readonly title: Bilingual }[];
}

export interface TableVersion {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly restored: number | null;
  readonly first: boolean;
  readonly changes: readonly { readonly before: Entry | null; readonly after: Entry | null }[];
}

const at = (id: string): string => `/tables/${encodeURIComponent(id)}`;

export const tablesQuery = queryOptions({
  queryKey: ['tables'],
  queryFn: ({ signal }) => request<{ readonly items: readonly TableSummary[] }>('GET', '/tables', { signal }),
});

export const tableQuery = (id: string) =>
  queryOptions({
    queryKey: ['tables', id],
    queryFn: ({ signal }) => request<LiveTable>('GET', at(id), { signal }),
    // Somebody may be typing: what others save is told when saving.
    refetchOnWindowFocus: false,
  });

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['tables', id, 'versions'],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '20' });
      if (pageParam) query.set('cursor', pageParam);
      return request<{ readonly items: readonly TableVersion[]; readonly next: string | null }>('GET', `${at(id)}/versions`, { query, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const saveTable = (id: string, version: number, entries: readonly Entry[]): Promise<LiveTable> =>
  request<LiveTable>('PUT', at(id), { body: { version, entries } });

export const restoreTable = (id: string, version: number, current: number): Promise<LiveTable> =>
  request<LiveTable>('POST', `${at(id)}/restore`, { body: { version, current } });
