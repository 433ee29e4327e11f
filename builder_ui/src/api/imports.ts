/** Files of orders: shops to import into, what a file would become, how far it is, what is not in. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request, upload, type Moved } from './client';
import type { Bilingual, Named } from './types';

export interface ImportShop extends Named {
  readonly platform: string;
  /** Takes tables, not only its platform's own answers. */
  readonly tables: boolean;
  /** A shop without a platform. */
  readonly own: boolean;
  readonly published: boolean;
}

export interface ImportShops {
  readonly items: readonly ImportShop[];
  readonly most_bytes: number;
}

export interface Trouble {
  readonly code: string;
  readonly message: Bilingual;
  readonly how: Bilingual | null;
}

export const OUTCOMES = ['accepted', 'updated', 'unchanged', 'failed', 'waiting'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type ImportState = 'uploaded' | 'waiting' | 'running' | 'done' | 'failed' | 'stopped';

export interface FileImport {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly account: Named;
  readonly platform: string;
  readonly state: ImportState;
  readonly created_at: string;
  readonly created_by: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly encoding: string | null;
  readonly own_columns: readonly string[];
  /** Known once the file has been read to its end. */
  /** Bytes of it, while `records` is not known yet. */
  readonly read: number;
  readonly records: number | null;
  readonly done: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly trouble: Trouble | null;
  readonly may_continue: boolean;
  readonly failed_rows: boolean;
}

export interface Failure extends Trouble {
  readonly place: number;
  readonly is_row: boolean;
  readonly external_no: string | null;
}

export interface CellProblem extends Trouble {
  readonly field: string | null;
  readonly title: Bilingual | null;
  readonly column: string | null;
  readonly cell: string | null;
}

export interface PreviewColumn {
  readonly title: string;
  readonly becomes: readonly { readonly name: string; readonly title: Bilingual }[];
  readonly own: boolean;
}

export interface PreviewOrder {
  readonly placed_at: string | null;
  readonly payment_state: string | null;
  readonly total: number | null;
  readonly paid: number | null;
  readonly receiver_name: string | null;
  readonly phone: string | null;
  readonly province: string | null;
  readonly city: string | null;
  readonly district: string | null;
  readonly town: string | null;
  readonly address: string | null;
  readonly lines: readonly {
    readonly sku_code: string | null;
    readonly title: string | null;
    readonly spec: string | null;
    readonly quantity: number | null;
    readonly price: number | null;
  }[];
}

export interface PreviewRow {
  readonly place: number;
  readonly is_row: boolean;
  readonly external_no: string | null;
  readonly values: PreviewOrder | null;
  readonly problems: readonly CellProblem[];
}

export interface Preview {
  readonly columns: readonly PreviewColumn[];
  readonly rows: readonly PreviewRow[];
  readonly more: boolean;
  readonly published: boolean;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const AT = '/imports';
const at = (id: string, rest = ''): string => `${AT}/${encodeURIComponent(id)}${rest}`;
const pageOf = (cursor: string | null): URLSearchParams => new URLSearchParams(cursor ? { cursor } : {});

/** Somebody works on it, or is about to. */
export const goesOn = (state: ImportState): boolean => state === 'waiting' || state === 'running';

export const importShopsQuery = queryOptions({
  queryKey: ['imports', 'shops'],
  queryFn: ({ signal }) => request<ImportShops>('GET', `${AT}/shops`, { signal }),
});

export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports', 'history'],
  queryFn: ({ pageParam, signal }) => request<Page<FileImport>>('GET', AT, { query: pageOf(pageParam), signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => goesOn(one.state))) ? 2_000 : 30_000),
});

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => request<FileImport>('GET', at(id), { signal }),
    refetchInterval: (query) => (query.state.data && goesOn(query.state.data.state) ? 1_000 : false),
  });
}

export function previewQuery(id: string) {
  return queryOptions({
    queryKey: ['imports', 'preview', id],
    queryFn: ({ signal }) => request<Preview>('GET', at(id, '/preview'), { signal }),
    staleTime: 60_000,
  });
}

export function failuresQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['imports', 'failures', id],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Failure> & { readonly total: number }>('GET', at(id, '/failures'), { query: pageOf(pageParam), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export const openShop = (title: string, blueprint: string | null): Promise<Named> =>
  request('POST', `${AT}/shops`, { body: { title, blueprint } });

export const bringFile = (account: string, file: File, moved: Moved, signal: AbortSignal): Promise<FileImport> =>
  upload(AT, file, { query: new URLSearchParams({ account, name: file.name.slice(-200) }), moved, signal });

export const startImport = (id: string): Promise<null> => request('POST', at(id, '/start'));
export const stopImport = (id: string): Promise<null> => request('POST', at(id, '/stop'));
export const discardImport = (id: string): Promise<null> => request('DELETE', at(id));

export const TEMPLATE_FORMS = ['xlsx', 'csv'] as const;
export const templateOf = (shop: string, form: (typeof TEMPLATE_FORMS)[number]): string =>
  `/api/v1${AT}/shops/${encodeURIComponent(shop)}/template?form=${form}`;
export const failedRowsOf = (id: string): string => `/api/v1${at(id, '/failed-rows')}`;
