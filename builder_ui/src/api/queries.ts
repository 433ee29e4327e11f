import {
  infiniteQueryOptions, QueryCache, QueryClient, queryOptions, useMutation, useQueryClient, type InfiniteData,
} from '@tanstack/react-query';
import { toServer, type GridQuery } from '@/core/gridQuery';
import { ApiError, request, setCsrf } from './client';
import type { ExceptionAction, ExceptionPage, Facets, Flow, OrderPage, OrderStory, Session, WhyNot } from './types';

export const PAGE = 100;
const FRESH_ROWS = 50;

const unauthorised = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // A session that ended elsewhere: ask again who we are, which shows the login.
      onError: (error, query) => {
        if (unauthorised(error) && query.queryKey[0] !== 'session') void client.invalidateQueries({ queryKey: ['session'] });
      },
    }),
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
        retryDelay: (count) => 600 * 2 ** count,
        refetchOnWindowFocus: true,
        // "Online" is judged by answers, not by the browser's guess: the hub may be on this machine.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

async function loadSession(signal?: AbortSignal): Promise<Session> {
  const session = await request<Session>('GET', '/session', signal ? { signal } : {});
  setCsrf(session.csrf);
  return session;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => loadSession(signal),
  staleTime: 60_000,
});

export const flowQuery = queryOptions({
  queryKey: ['flow'],
  queryFn: ({ signal }) => request<Flow>('GET', '/flow', { signal }),
  refetchInterval: 2_000,
  staleTime: 1_000,
  retry: false,
});

type PageParam = string | null;
export type OrderPages = InfiniteData<OrderPage, PageParam>;

export async function loadOrders(
  query: GridQuery, zone: string, cursor: PageParam, limit: number, signal?: AbortSignal,
): Promise<OrderPage> {
  const params = toServer(query, zone, Date.now());
  params.set('limit', String(limit));
  if (cursor) params.set('cursor', cursor);
  return request<OrderPage>('GET', '/orders', { query: params, ...(signal ? { signal } : {}) });
}

export const ordersKey = (query: GridQuery): readonly unknown[] => ['orders', 'list', query];

export function ordersQuery(query: GridQuery, zone: string) {
  return infiniteQueryOptions<OrderPage, Error, OrderPages, readonly unknown[], PageParam>({
    queryKey: ordersKey(query),
    queryFn: ({ pageParam, signal }) => loadOrders(query, zone, pageParam, PAGE, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    // Rows are refreshed in place by `freshQuery`; a refetch of all pages would make the list jump.
    staleTime: Infinity,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** The newest rows of the same question: tells what arrived since, and what changed on top. */
export function freshQuery(query: GridQuery, zone: string, enabled: boolean) {
  return queryOptions({
    queryKey: ['orders', 'fresh', query],
    queryFn: ({ signal }) => loadOrders(query, zone, null, FRESH_ROWS, signal),
    refetchInterval: 4_000,
    retry: false,
    enabled,
  });
}

export function facetsQuery(query: GridQuery, zone: string) {
  const others: GridQuery = { ...query, state: null, sort: '-placed_at' };
  return queryOptions({
    queryKey: ['orders', 'facets', others],
    queryFn: ({ signal }) => {
      const params = toServer(others, zone, Date.now());
      params.delete('sort');
      return request<Facets>('GET', '/orders/facets', { query: params, signal });
    },
    refetchInterval: 6_000,
    placeholderData: (before) => before,
    retry: false,
  });
}

export function whyNotQuery(order: string) {
  return queryOptions({
    queryKey: ['order', order, 'why-not'],
    queryFn: ({ signal }) => request<{ readonly items: readonly WhyNot[] }>('GET', `/orders/${encodeURIComponent(order)}/why-not`, { signal }),
  });
}

export function orderQuery(id: string) {
  return queryOptions({
    queryKey: ['order', id],
    queryFn: ({ signal }) => request<OrderStory>('GET', `/orders/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 5_000,
    staleTime: 2_000,
  });
}

export function exceptionsQuery(code: string | null) {
  return infiniteQueryOptions({
    queryKey: ['exceptions', code],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ state: 'open', limit: '50' });
      if (code) query.set('code', code);
      if (pageParam) query.set('cursor', pageParam);
      return request<ExceptionPage>('GET', '/exceptions', { query, signal });
    },
    initialPageParam: null as PageParam,
    getNextPageParam: (page) => page.next,
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}

export function actOnException(id: string, action: ExceptionAction): Promise<unknown> {
  return request('POST', `/exceptions/${encodeURIComponent(id)}/${action}`, { body: {} });
}

function useSessionMutation<V>(run: (input: V) => Promise<Session>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: (session) => {
      setCsrf(session.csrf);
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

export function useSignIn() {
  return useSessionMutation((input: { login: string; password: string }) => request<Session>('POST', '/session', { body: input }));
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('DELETE', '/session'),
    onSuccess: async () => {
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => request('POST', '/session/password', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
}

export function saveLocale(locale: string): Promise<unknown> {
  return request('PATCH', '/session', { body: { locale } });
}
