/** Orders typed in by people. */

import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Trouble } from './imports';

export const PASTED = ['name', 'phone', 'province', 'city', 'district', 'address'] as const;
export type Pasted = (typeof PASTED)[number];
/** The boxes of a receiver; nobody tells towns from streets in a pasted text. */
export const RECEIVER = ['name', 'phone', 'province', 'city', 'district', 'town', 'address'] as const;
export type ReceiverBox = (typeof RECEIVER)[number];

/** Money in fen, ids as text. */
export interface NewOrder {
  readonly account: string;
  readonly token: string;
  readonly placed_at: string;
  readonly receiver: Readonly<Record<ReceiverBox, string>>;
  readonly lines: readonly { readonly product_id: string; readonly quantity: number; readonly price: number; readonly gift: boolean }[];
  readonly payment: 'paid' | 'unpaid';
  readonly paid: number | null;
  readonly freight: number;
  readonly discount: number;
  readonly buyer: string;
  readonly buyer_note: string;
  readonly seller_note: string;
}

export interface Entered {
  readonly number: string;
  readonly account_id: string;
  readonly state: 'waiting' | 'done' | 'failed';
  readonly order_id: string | null;
  readonly trouble: Trouble | null;
}

export const takeApart = (text: string): Promise<Readonly<Record<Pasted, string | null>>> =>
  request('POST', '/orders/receiver', { body: { text } });

export const enterOrder = (body: NewOrder): Promise<Entered> => request('POST', '/orders', { body });

/** Asked again until the workers have been at it. */
export function enteredQuery(account: string, number: string) {
  return queryOptions({
    queryKey: ['entered', account, number],
    queryFn: ({ signal }) => request<Entered>('GET', '/orders/entered', { query: new URLSearchParams({ account, number }), signal }),
    refetchInterval: (query) => (query.state.data?.state === 'waiting' || !query.state.data ? 700 : false),
  });
}
