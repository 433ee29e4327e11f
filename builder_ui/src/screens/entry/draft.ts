/** An order while it is being typed: texts as they stand in the boxes. */

import { create } from 'zustand';
import { ApiError } from '@/api/client';
import { RECEIVER, type NewOrder, type ReceiverBox } from '@/api/entry';
import type { ProductName } from '@/api/products';
import { fenOf } from '@/core/money';
import type { Key } from '@/i18n';

export interface Line {
  readonly key: number;
  readonly product: ProductName;
  readonly quantity: string;
  readonly price: string;
  readonly gift: boolean;
}

export interface Draft {
  /** Names the order: sent twice, it is still one. */
  readonly token: string;
  readonly begun: string;
  readonly receiver: Readonly<Record<ReceiverBox, string>>;
  readonly lines: readonly Line[];
  readonly isPaid: boolean;
  /** Empty: all of it. */
  readonly paid: string;
  readonly freight: string;
  readonly discount: string;
  readonly buyer: string;
  readonly buyerNote: string;
  readonly sellerNote: string;
}

const NOBODY = Object.fromEntries(RECEIVER.map((name) => [name, ''])) as Record<ReceiverBox, string>;

/** `crypto.randomUUID` is only there behind https. */
function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function blank(isPaid = true): Draft {
  return {
    token: newToken(), begun: new Date().toISOString(), receiver: NOBODY, lines: [], isPaid,
    paid: '', freight: '', discount: '', buyer: '', buyerNote: '', sellerNote: '',
  };
}

const pieces = (text: string): number | null => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : null);
const amount = (text: string): number | null => (text.trim() ? fenOf(text) : 0);

/** Fen as far as they can be told: what is no amount counts as none. */
export function sums(draft: Draft): { readonly goods: number; readonly total: number } {
  const goods = draft.lines.reduce((sum, line) => sum + (pieces(line.quantity) ?? 0) * (amount(line.price) ?? 0), 0);
  return { goods, total: goods + (amount(draft.freight) ?? 0) - (amount(draft.discount) ?? 0) };
}

/** Field -> what is wrong, in words or as their key. */
export type Faults = Readonly<Record<string, string>>;
export type KeyedFaults = Readonly<Record<string, Key>>;

/** What keeps a draft from being sent at all: texts that are no numbers. */
export function misfits(draft: Draft): KeyedFaults {
  const wrong: [string, boolean, Key][] = [
    ...draft.lines.flatMap((line, at): [string, boolean, Key][] => [
      [`lines.${at}.quantity`, pieces(line.quantity) === null, 'entry.no_count'],
      [`lines.${at}.price`, amount(line.price) === null, 'entry.no_amount'],
    ]),
    ...(['freight', 'discount', 'paid'] as const).map((name): [string, boolean, Key] => [name, amount(draft[name]) === null, 'entry.no_amount']),
    ['lines', draft.lines.length === 0, 'entry.no_lines'],
  ];
  return Object.fromEntries(wrong.filter(([, is]) => is).map(([field, , key]) => [field, key]));
}

export function bodyOf(draft: Draft, account: string): NewOrder {
  return {
    account,
    token: draft.token,
    placed_at: draft.begun,
    receiver: draft.receiver,
    lines: draft.lines.map(({ product, quantity, price, gift }) => ({ product_id: product.id, quantity: pieces(quantity) ?? 0, price: amount(price) ?? 0, gift })),
    payment: draft.isPaid ? 'paid' : 'unpaid',
    paid: draft.isPaid && draft.paid.trim() ? amount(draft.paid) : null,
    freight: amount(draft.freight) ?? 0,
    discount: amount(draft.discount) ?? 0,
    buyer: draft.buyer,
    buyer_note: draft.buyerNote,
    seller_note: draft.sellerNote,
  };
}

/** A place in the order as the box that holds it. */
function boxOf(where: string): string {
  const line = /^lines\/(\d+)\/(\w+)$/.exec(where);
  if (line) return `lines.${Number(line[1]) - 1}.${line[2]}`;
  return (RECEIVER as readonly string[]).includes(where) ? `receiver.${where}` : where;
}

/** What the server found wrong, box by box; empty where it is about none of them. */
export function faultsOf(error: unknown): Faults {
  if (!(error instanceof ApiError)) return {};
  const { errors, where, message, how } = error.problem;
  const listed = Object.fromEntries(errors.map((one) => [boxOf(one.field), one.message]));
  return where && error.status === 422 ? { ...listed, [boxOf(where)]: [message, how].filter(Boolean).join(' ') } : listed;
}

/** An order that was saved in this session. */
export interface Saved {
  readonly number: string;
  readonly account: string;
  readonly receiver: string;
  readonly total: number;
}

interface Desk {
  /** Whose it is: what one person typed is not for the next. */
  readonly login: string;
  readonly account: string;
  readonly draft: Draft;
  readonly saved: readonly Saved[];
  readonly sit: (login: string) => void;
  readonly choose: (account: string) => void;
  readonly change: (part: Partial<Draft>) => void;
  readonly next: (saved: Saved) => void;
}

const MOST_SAVED = 50;

/** Outlives the screen, so that looking something up elsewhere loses nothing. */
export const useDesk = create<Desk>()((set) => ({
  login: '',
  account: '',
  draft: blank(),
  saved: [],
  sit: (login) => set((desk) => (desk.login === login ? desk : { login, account: '', draft: blank(), saved: [] })),
  choose: (account) => set({ account }),
  change: (part) => set((desk) => ({ draft: { ...desk.draft, ...part } })),
  next: (saved) => set((desk) => ({ draft: blank(desk.draft.isPaid), saved: [saved, ...desk.saved].slice(0, MOST_SAVED) })),
}));
