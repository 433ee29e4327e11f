import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { freshQuery, loadOrders, ordersKey, ordersQuery, PAGE, type OrderPages } from '@/api/queries';
import type { OrderRow } from '@/api/types';
import { distinct, refresh, unseen } from '@/core/feed';
import type { GridQuery } from '@/core/gridQuery';
import { useHub } from '@/ui/hub';

export interface OrderList {
  readonly rows: readonly OrderRow[];
  readonly total: number;
  readonly capped: boolean;
  readonly loading: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  readonly hasMore: boolean;
  readonly moreFailed: boolean;
  readonly loadMore: () => void;
  /** Orders that arrived since the list was read. */
  readonly fresh: { readonly count: number; readonly more: boolean };
  readonly showFresh: () => Promise<void>;
}

const NOTHING_NEW = { count: 0, more: false };
const newestFirst = (query: GridQuery): boolean => query.sort === '-placed_at' || query.sort === '-updated_at';

function useInPlace(query: GridQuery, pages: OrderPages | undefined, visible: number): { readonly count: number; readonly more: boolean } {
  const { zone } = useHub();
  const client = useQueryClient();
  const cursor = pages?.pageParams[Math.floor(visible / PAGE)] ?? null;
  const fresh = useQuery(freshQuery(query, zone, pages !== undefined)).data;
  const seen = useQuery({
    queryKey: ['orders', 'visible', query, cursor],
    queryFn: ({ signal }) => loadOrders(query, zone, cursor, PAGE, signal),
    refetchInterval: 5_000, staleTime: 5_000, gcTime: 0, retry: false, enabled: cursor !== null,
  }).data;
  useEffect(() => {
    const rows = [...(fresh?.items ?? []), ...(seen?.items ?? [])];
    client.setQueryData<OrderPages>(ordersKey(query), (old) => {
      const updated = old && refresh(old.pages, rows);
      return old && updated !== old.pages ? { ...old, pages: [...(updated ?? [])] } : old;
    });
  }, [client, query, fresh, seen]);
  return useMemo(
    () => (fresh && pages && newestFirst(query) ? unseen(pages.pages, fresh.items) : NOTHING_NEW),
    [fresh, pages, query],
  );
}

export function useOrderList(query: GridQuery, visible: number): OrderList {
  const { zone } = useHub();
  const client = useQueryClient();
  const list = useInfiniteQuery(ordersQuery(query, zone));
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const fresh = useInPlace(query, data, visible);
  const rows = useMemo(() => distinct(data?.pages ?? []), [data?.pages]);
  const head = data?.pages.at(-1);

  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const showFresh = useCallback(async () => {
    const page = await loadOrders(query, zone, null, PAGE);
    client.setQueryData<OrderPages>(ordersKey(query), { pages: [page], pageParams: [null] });
  }, [client, query, zone]);

  // Nothing can jump under the eyes of somebody who looks at an empty list.
  const waitsFor = rows.length === 0 && fresh.count > 0;
  useEffect(() => {
    if (waitsFor) void showFresh();
  }, [waitsFor, showFresh]);

  return {
    rows, total: head?.total ?? 0, capped: head?.total_capped ?? false, loading: list.isPending, error: data ? null : list.error,
    retry: () => void list.refetch(), hasMore: hasNextPage, moreFailed: isFetchNextPageError, loadMore, fresh, showFresh,
  };
}
