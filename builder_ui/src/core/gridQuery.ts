/** The order grid's question, as it stands in the address bar and as it goes to the server. */

import { dayOf, isDay, startOfDay } from './time';

export const ORDER_STATES = [
  'to_ship', 'held', 'short', 'exception', 'handed_over', 'shipped', 'completed', 'cancelled',
  'awaiting_payment', 'closed',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const SORTS = ['-placed_at', 'placed_at', '-total', 'total', '-updated_at', 'updated_at'] as const;
export type Sort = (typeof SORTS)[number];

export const PERIODS = ['today', 'yesterday', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];

/** A named period, or first and last day (both included) in the hub's zone. */
export type When = Period | { readonly first: string; readonly last: string } | null;

export const HOLDS = ['risk', 'manual', 'platform'] as const;
export type Hold = (typeof HOLDS)[number];

export interface GridQuery {
  readonly state: OrderState | null;
  readonly search: string;
  readonly platforms: readonly string[];
  readonly warehouses: readonly string[];
  readonly provinces: readonly string[];
  readonly holds: readonly Hold[];
  readonly when: When;
  readonly sort: Sort;
}

export const EVERYTHING: GridQuery = {
  state: null, search: '', platforms: [], warehouses: [], provinces: [], holds: [], when: null,
  sort: '-placed_at',
};

const list = (text: string | null): string[] => [...new Set((text ?? '').split(',').filter(Boolean))];

function oneOf<T extends string>(allowed: readonly T[], text: string | null): T | null {
  return allowed.find((a) => a === text) ?? null;
}

function readWhen(text: string | null): When {
  const named = oneOf(PERIODS, text);
  if (named) return named;
  const [first = '', last = ''] = (text ?? '').split('..');
  return isDay(first) && isDay(last) && first <= last ? { first, last } : null;
}

function writeWhen(when: When): string {
  if (when === null) return '';
  return typeof when === 'string' ? when : `${when.first}..${when.last}`;
}

/** Reads the address; anything unknown in it is left out rather than sent on. */
export function fromAddress(search: string): GridQuery {
  const p = new URLSearchParams(search);
  return {
    state: oneOf(ORDER_STATES, p.get('state')),
    search: (p.get('q') ?? '').trim(),
    platforms: list(p.get('platform')),
    warehouses: list(p.get('warehouse')),
    provinces: list(p.get('province')),
    holds: HOLDS.filter((h) => list(p.get('hold')).includes(h)),
    when: readWhen(p.get('when')),
    sort: oneOf(SORTS, p.get('sort')) ?? EVERYTHING.sort,
  };
}

function pairs(q: GridQuery): [string, string][] {
  return [
    ['state', q.state ?? ''], ['q', q.search], ['platform', q.platforms.join(',')],
    ['warehouse', q.warehouses.join(',')], ['province', q.provinces.join(',')],
    ['hold', q.holds.join(',')],
  ];
}

/** The address's query without `?`; empty when nothing is filtered. */
export function toAddress(q: GridQuery): string {
  const p = new URLSearchParams();
  const sort: [string, string] = ['sort', q.sort === EVERYTHING.sort ? '' : q.sort];
  for (const [key, value] of [...pairs(q), ['when', writeWhen(q.when)] as const, sort]) {
    if (value) p.set(key, value);
  }
  return p.toString().replaceAll('%2C', ',');
}

/** First instant and the instant after the last one of a period. */
export function bounds(when: When, zone: string, now: number): { from?: string; to?: string } {
  if (when === null) return {};
  if (typeof when !== 'string') {
    return { from: startOfDay(when.first, zone), to: startOfDay(when.last, zone, 1) };
  }
  const today = dayOf(now, zone);
  if (when === 'yesterday') return { from: startOfDay(today, zone, -1), to: startOfDay(today, zone) };
  const back = { today: 0, '7d': -6, '30d': -29 }[when];
  return { from: startOfDay(today, zone, back) };
}

/** What GET /orders is asked. `placed_to` is exclusive. */
export function toServer(q: GridQuery, zone: string, now: number): URLSearchParams {
  const p = new URLSearchParams();
  const { from, to } = bounds(q.when, zone, now);
  for (const [key, value] of pairs(q)) if (value) p.set(key, value);
  if (from) p.set('placed_from', from);
  if (to) p.set('placed_to', to);
  p.set('sort', q.sort);
  return p;
}

/** How many filters stand besides the view and the sort. */
export function filterCount(q: GridQuery): number {
  const lists = [q.platforms, q.warehouses, q.provinces, q.holds].filter((l) => l.length > 0).length;
  return lists + (q.search ? 1 : 0) + (q.when ? 1 : 0);
}

export function cleared(q: GridQuery): GridQuery {
  return { ...EVERYTHING, state: q.state, sort: q.sort };
}
