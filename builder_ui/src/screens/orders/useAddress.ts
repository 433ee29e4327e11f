import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { fromAddress, toAddress, type GridQuery } from '@/core/gridQuery';

export interface Address {
  readonly query: GridQuery;
  /** The order shown in the drawer. */
  readonly open: string | null;
  readonly ask: (change: Partial<GridQuery>, how?: { readonly replace: boolean }) => void;
  readonly show: (id: string | null) => void;
}

const address = (query: GridQuery, open: string | null): string => {
  const parts = [toAddress(query), open ? `order=${encodeURIComponent(open)}` : ''].filter(Boolean).join('&');
  return parts ? `/orders?${parts}` : '/orders';
};

/** The address bar is the grid's only memory of its question, so a link shows the same thing. */
export function useAddress(): Address {
  const search = useSearch();
  const [, navigate] = useLocation();
  const open = new URLSearchParams(search).get('order');
  // `order` must not make a new question: the list would load again for every row opened.
  const asked = toAddress(fromAddress(search));
  const query = useMemo(() => fromAddress(asked), [asked]);
  const ask = useCallback<Address['ask']>(
    (change, how) => navigate(address({ ...query, ...change }, null), { replace: how?.replace ?? false }),
    [navigate, query],
  );
  const show = useCallback<Address['show']>(
    (id) => navigate(address(query, id), { replace: open !== null && id !== null }),
    [navigate, query, open],
  );
  return { query, open, ask, show };
}
