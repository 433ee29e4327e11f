/** Records of the blueprints' own models, and when scheduled lists run. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Bilingual, OwnField } from '@/core/ruleDocument';
import { request } from './client';

export interface RecordField extends OwnField {
  /** One of those that tell records apart. */
  readonly known_by: boolean;
}

export interface RecordModel {
  readonly key: string;
  readonly title: Bilingual;
  readonly fields: readonly RecordField[];
}

export interface StoredRecord {
  readonly id: string;
  readonly changed_at: string;
  /** The order it was last written for. */
  readonly order_id: string | null;
  /** Money in fen, instants as text. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

interface RecordPage {
  readonly model: RecordModel;
  readonly items: readonly StoredRecord[];
  readonly next: string | null;
}

export interface ScheduledList {
  readonly list: string;
  readonly next_at: string | null;
  readonly running: boolean;
  readonly last_moment: string | null;
  readonly missed_since: string | null;
  readonly looked_at: number;
  readonly did: number;
}

export const recordModelsQuery = queryOptions({
  queryKey: ['records'], queryFn: ({ signal }) => request<{ readonly items: readonly RecordModel[] }>('GET', '/records', { signal }),
});

export function recordsQuery(model: string, text: string) {
  return infiniteQueryOptions({
    queryKey: ['records', model, text], enabled: model !== '',
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50' });
      if (text) query.set('q', text);
      if (pageParam) query.set('cursor', pageParam);
      return request<RecordPage>('GET', `/records/${encodeURIComponent(model)}`, { query, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // A search goes through all records, stretch by stretch: not again and again.
    refetchInterval: text ? false : 30_000,
    placeholderData: (before) => before,
  });
}

export function schedulesQuery(blueprint: string) {
  return queryOptions({
    queryKey: ['rules', 'schedules', blueprint], refetchInterval: 30_000,
    queryFn: ({ signal }) => request<{ readonly items: readonly ScheduledList[] }>('GET', `/blueprints/${encodeURIComponent(blueprint)}/schedules`, { signal }),
  });
}
