/** People who are told of things, as the notifications screen reads and writes them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Bilingual, Named } from './types';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Way {
  readonly connection_id: string;
  readonly severities: readonly Severity[];
}

export interface QuietHours {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

export interface ContactForm {
  readonly name: string;
  readonly mail: string;
  readonly mobile: string;
  readonly locale: string;
  readonly groups: readonly string[];
  readonly quiet: QuietHours | null;
  readonly paused: boolean;
  readonly ways: readonly Way[];
}

export interface Contact extends ContactForm {
  readonly id: string;
  readonly revision: number;
}

export interface Carrier {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly by_mail: boolean;
}

export interface LiveAlert {
  readonly name: string;
  readonly title: Bilingual;
  readonly severity: Severity;
  readonly recipients: readonly string[];
  readonly strangers: readonly string[];
}

export interface Alarms {
  readonly recipients: readonly string[];
  readonly exceptions: number;
  readonly remind_minutes: number;
}

export interface Notifications {
  readonly contacts: readonly Contact[];
  readonly connections: readonly Carrier[];
  readonly alerts: readonly LiveAlert[];
  readonly alarms: Alarms;
  readonly zones: readonly string[];
}

export interface Told {
  readonly id: string;
  readonly at: string;
  readonly sent_at: string | null;
  readonly not_before: string | null;
  readonly severity: Severity;
  readonly state: 'waiting' | 'held' | 'sending' | 'sent' | 'failed' | 'cancelled';
  readonly connection: Named;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly order_id: string | null;
  readonly external_no: string | null;
  readonly joined: number;
  readonly shortened: boolean;
  readonly refused: readonly string[];
  readonly problem: { readonly message: Bilingual; readonly how: Bilingual | null } | null;
}

export interface ToldPage {
  readonly items: readonly Told[];
  readonly next: string | null;
}

export const HISTORY_STATES = ['open', 'sent', 'failed'] as const;
export type HistoryState = (typeof HISTORY_STATES)[number];

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => request<Notifications>('GET', '/notifications', { signal }),
});

export function historyQuery(state: HistoryState | null) {
  return infiniteQueryOptions({
    queryKey: ['notifications', 'history', state],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '30' });
      if (state) query.set('state', state);
      if (pageParam) query.set('cursor', pageParam);
      return request<ToldPage>('GET', '/notifications/history', { query, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}

const at = (id: string, rest = ''): string => `/notifications/contacts/${encodeURIComponent(id)}${rest}`;

export function saveContact(known: Contact | null, form: ContactForm): Promise<unknown> {
  if (!known) return request('POST', '/notifications/contacts', { body: form });
  return request('PUT', at(known.id), { body: { ...form, revision: known.revision } });
}

export const removeContact = (id: string): Promise<unknown> => request('DELETE', at(id));

export const testContact = (id: string): Promise<{ readonly messages: number }> => request('POST', at(id, '/test'), { body: {} });

export const saveAlarms = (alarms: Alarms): Promise<unknown> => request('PUT', '/notifications/alarms', { body: alarms });
