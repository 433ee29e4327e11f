/** Products, their stock and parts, and what shops call them. */

import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { request, upload } from './client';
import type { Bilingual, Named } from './types';

export interface ProductName {
  readonly id: string;
  readonly code: string;
  readonly title: string;
}

export interface Part {
  readonly product: ProductName;
  readonly quantity: number;
  readonly gift: boolean;
  /** A gift that comes once an order, not with each piece. */
  readonly once: boolean;
}

export interface Level {
  readonly warehouse: Named;
  readonly on_hand: number;
  readonly allocated: number;
  readonly safety: number;
  readonly free: number;
}

export interface Product extends ProductName {
  readonly spec: string | null;
  readonly barcode: string | null;
  readonly bundle: boolean;
  readonly parts: readonly Part[];
  readonly stock: readonly Level[];
  /** Of a bundle: how many each warehouse could put together. */
  readonly sets: readonly { readonly warehouse: Named; readonly free: number }[];
  readonly links: number;
}

export interface WholeProduct extends Product {
  readonly used_in: readonly ProductName[];
  readonly linked: readonly { readonly id: string; readonly account: Named; readonly name: string }[];
}

export interface Shop extends Named {
  readonly platform: string;
}

export interface Match {
  readonly product: ProductName;
  readonly score: number;
  readonly why: 'other_shop' | 'same_code' | 'alike';
  readonly shop: string | null;
}

export interface Unlinked {
  readonly name: string;
  readonly title: string;
  readonly spec: string | null;
  readonly accounts: readonly Shop[];
  readonly orders: number;
  readonly waiting: number;
  readonly seen_at: string;
  readonly matches: readonly Match[];
}

export interface ShopLink {
  readonly id: string;
  readonly account: Named;
  readonly platform: string;
  readonly name: string;
  readonly product: ProductName;
}

export interface NewProduct {
  readonly code: string;
  readonly title: string;
  readonly spec: string | null;
  readonly barcode: string | null;
}

/** How many orders are worked on again. */
export interface Followed {
  readonly orders: number;
}

interface ProductPage {
  readonly items: readonly Product[];
  readonly next: string | null;
  readonly total: number;
  readonly warehouses: readonly Named[];
}

interface LinkPage {
  readonly items: readonly ShopLink[];
  readonly next: string | null;
  readonly accounts: readonly Shop[];
}

export const KINDS = ['all', 'single', 'bundle', 'low'] as const;
export type ProductKind = (typeof KINDS)[number];

const query = (values: Readonly<Record<string, string | null>>): URLSearchParams => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) params.set(name, value);
  return params;
};

export function productsQuery(search: string, kind: ProductKind) {
  return infiniteQueryOptions({
    queryKey: ['products', 'list', search, kind],
    queryFn: ({ pageParam, signal }) =>
      request<ProductPage>('GET', '/products', { query: query({ q: search, kind, cursor: pageParam }), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
}

export function productQuery(id: string) {
  return queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: ({ signal }) => request<WholeProduct>('GET', `/products/${encodeURIComponent(id)}`, { signal }),
  });
}

/** Products to choose from while somebody types; an empty text gives the first of the catalogue. */
export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['products', 'search', text],
    queryFn: ({ signal }) => request<ProductPage>('GET', '/products', { query: query({ q: text, limit: '20' }), signal }),
    placeholderData: (before) => before,
  });
}

/** `order`: only the names of that order. */
export function unlinkedQuery(order: string | null) {
  return queryOptions({
    queryKey: ['products', 'unlinked', order],
    queryFn: ({ signal }) =>
      request<{ readonly items: readonly Unlinked[] }>('GET', '/links/unlinked', { query: query({ order }), signal }),
    ...(order === null ? { refetchInterval: 8_000 } : {}),
  });
}

export function linksQuery(search: string, account: string | null) {
  return infiniteQueryOptions({
    queryKey: ['products', 'links', search, account],
    queryFn: ({ pageParam, signal }) =>
      request<LinkPage>('GET', '/links', { query: query({ q: search, account, cursor: pageParam }), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
}

const at = (id: string, rest = ''): string => `/products/${encodeURIComponent(id)}${rest}`;

export const addProduct = (body: NewProduct): Promise<WholeProduct> => request('POST', '/products', { body });

export const describeProduct = (id: string, body: Omit<NewProduct, 'code'>): Promise<WholeProduct> => request('PUT', at(id), { body });

export const saveParts = (id: string, parts: readonly Part[]): Promise<Followed> =>
  request('PUT', at(id, '/parts'), {
    body: { parts: parts.map(({ product, quantity, gift, once }) => ({ product_id: product.id, quantity, gift, once })) },
  });

export const saveLevel = (
  id: string, warehouse: string, body: { readonly on_hand?: number; readonly safety?: number },
): Promise<Followed> => request('PUT', at(id, `/stock/${encodeURIComponent(warehouse)}`), { body });

/** From now on these shops mean this product, known or new, by `name`. */
export const setLink = (
  name: string, accounts: readonly string[], product: string | NewProduct,
): Promise<Followed> =>
  request('POST', '/links', {
    body: { name, accounts, ...(typeof product === 'string' ? { product_id: product } : { product }) },
  });

export const removeLink = (id: string): Promise<unknown> => request('DELETE', `/links/${encodeURIComponent(id)}`);

/** After a change: the catalogue, and the orders and exceptions it set going. */
export function refreshProducts(client: QueryClient): void {
  for (const key of ['products', 'exceptions', 'orders', 'order']) void client.invalidateQueries({ queryKey: [key] });
}

export const TABLES = ['products', 'links', 'stock'] as const;
export type TableKind = (typeof TABLES)[number];

export interface TableReport {
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  readonly refused: number;
  readonly orders: number;
  readonly faults: readonly { readonly row: number; readonly message: Bilingual; readonly how: Bilingual | null }[];
  readonly rows: readonly { readonly row: number; readonly what: 'new' | 'changed' | 'same'; readonly values: Readonly<Record<string, string>> }[];
}

/** Without `apply` the file is only looked through. */
export const importTable = (kind: TableKind, file: File, apply: boolean): Promise<TableReport> =>
  upload('/product-import', file, { query: query({ kind, apply: String(apply) }) });
