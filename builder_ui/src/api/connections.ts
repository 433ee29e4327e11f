/** Connections to platforms, as their screen reads and changes them. */

import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Bilingual, Named } from './types';

export const KINDS = ['channel', 'warehouse', 'courier', 'alert'] as const;
export type ConnectionKind = (typeof KINDS)[number];
export type ConnectionState = 'ok' | 'failing' | 'resting' | 'auth_failed' | 'paused' | 'retired' | 'no_connector';
export type Asked = 'orders' | 'confirmations' | 'inquire' | 'stock';

export interface Trouble {
  readonly message: Bilingual;
  readonly how: Bilingual | null;
}

export interface Question {
  readonly what: Asked;
  readonly seconds: number;
  readonly asked_at: string | null;
}

export interface Connection {
  readonly id: string;
  readonly connector: string;
  readonly connector_title: Bilingual | null;
  readonly kind: ConnectionKind;
  readonly title: string;
  readonly state: ConnectionState;
  readonly resting_until: string | null;
  readonly expires_at: string | null;
  readonly problem: Trouble | null;
  readonly worked_at: string | null;
  readonly waiting: number;
  readonly orders_today: number;
  readonly shops: readonly Named[];
  readonly questions: readonly Question[];
  readonly address: string | null;
  /** Pushes that came since it was retired. */
  readonly calls_refused: number;
  readonly call_refused_at: string | null;
}

export interface Place {
  readonly blueprint: string;
  readonly role: string;
}

export interface Role extends Place {
  readonly blueprint_title: Bilingual;
  readonly live: boolean;
  readonly title: Bilingual;
  readonly kind: 'account' | 'connection' | 'warehouse';
  readonly connector: string | null;
  readonly connector_title: Bilingual | null;
  readonly target: string | null;
  readonly candidates: readonly Named[];
  /** Settings that the blueprint brings along. */
  readonly provides: readonly string[];
}

export interface Connections {
  readonly connections: readonly Connection[];
  readonly roles: readonly Role[];
}

export type Value = string | number | boolean | null | object;

export interface Setting {
  readonly name: string;
  readonly label: Bilingual;
  readonly kind: 'text' | 'number' | 'bool' | 'choice' | 'url' | 'host' | 'email' | 'json';
  readonly required: boolean;
  readonly secret: boolean;
  readonly default: Value;
  readonly help: Bilingual | null;
  readonly choices: readonly string[];
  readonly minimum: number | null;
  readonly maximum: number | null;
}

export interface Connector {
  readonly key: string;
  readonly origin: string;
  readonly place: string;
  readonly problem: Trouble | null;
  readonly title: Bilingual | null;
  readonly kind: ConnectionKind | null;
  readonly capabilities: readonly string[];
  readonly effects: readonly string[];
  readonly verified: Bilingual | null;
  readonly settings: readonly Setting[];
}

export interface Form {
  readonly title: string;
  readonly connector: string;
  /** Which state of the connection this is; a later one has another number. */
  readonly revision: number;
  readonly values: Readonly<Record<string, Value>>;
  /** Secrets that are set; what they are stays with the hub. */
  readonly set: readonly string[];
}

export interface Trial {
  readonly ok: boolean;
  readonly seller: string | null;
  readonly known: string | null;
  readonly problem: Trouble | null;
}

export type Values = Readonly<Record<string, Value>>;

const AT = '/connections';
const at = (id: string, rest = ''): string => `${AT}/${encodeURIComponent(id)}${rest}`;

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => request<Connections>('GET', AT, { signal }),
  refetchInterval: 10_000,
});

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'],
  queryFn: async ({ signal }) => (await request<{ readonly items: readonly Connector[] }>('GET', `${AT}/connectors`, { signal })).items,
  staleTime: 60_000,
});

export const formQuery = (id: string) => queryOptions({
  queryKey: ['connection-form', id],
  queryFn: ({ signal }) => request<Form>('GET', at(id), { signal }),
  // Somebody is typing into it.
  staleTime: Infinity,
  gcTime: 0,
});

export interface New {
  readonly connector: string;
  readonly title: string;
  readonly settings: Values;
  readonly place: Place | null;
}

export const addConnection = (wanted: New): Promise<{ readonly id: string }> => request('POST', AT, { body: wanted });

export const changeConnection = (id: string, title: string, settings: Values, revision: number): Promise<void> =>
  request('PUT', at(id), { body: { title, settings, revision } });

export const trySettings = (connector: string, settings: Values, id: string | null, place: Place | null): Promise<Trial> =>
  request('POST', `${AT}/trial`, { body: { connector, settings, connection_id: id, place } });

export const tryConnection = (id: string): Promise<Trial> => request('POST', at(id, '/trial'));

export const setState = (id: string, state: 'ok' | 'paused'): Promise<void> => request('PUT', at(id, '/state'), { body: { state } });

export const setEvery = (id: string, what: Asked, seconds: number): Promise<void> =>
  request('PUT', at(id, '/every'), { body: { what, seconds } });

export const newAddress = (id: string): Promise<{ readonly address: string }> => request('POST', at(id, '/address'));

export const removeConnection = (id: string): Promise<{ readonly kept: boolean }> => request('DELETE', at(id));

export const fillRole = ({ blueprint, role }: Place, target: string | null): Promise<void> =>
  request('PUT', `${AT}/roles`, { body: { blueprint, role, target } });
