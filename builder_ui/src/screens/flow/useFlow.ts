import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { flowQuery } from '@/api/queries';
import type { Flow } from '@/api/types';
import { rises } from '@/core/flow';
import { useNow } from '@/ui/now';

const STALE_AFTER_MS = 9_000;
const PULSE_MS = 1_400;

export interface Live {
  readonly flow: Flow | undefined;
  readonly error: unknown;
  readonly retry: () => void;
  /** The server has not answered for a while; `since` is when it last did. */
  readonly staleSince: string | null;
  /** Gains of the latest answer by step, for the pulse; empties itself. */
  readonly gains: ReadonlyMap<string, number>;
}

const NONE: ReadonlyMap<string, number> = new Map();

function useGains(flow: Flow | undefined): ReadonlyMap<string, number> {
  const before = useRef<Flow | undefined>(undefined);
  const [gains, setGains] = useState(NONE);
  useEffect(() => {
    if (!flow) return undefined;
    const risen = before.current ? rises(before.current.steps, flow.steps) : NONE;
    before.current = flow;
    if (risen.size === 0) return undefined;
    setGains(risen);
    const timer = setTimeout(() => setGains(NONE), PULSE_MS);
    return () => clearTimeout(timer);
  }, [flow]);
  return gains;
}

export function useFlow(): Live {
  const { data, error, refetch, dataUpdatedAt, isError } = useQuery(flowQuery);
  const now = useNow(1_000);
  const gains = useGains(data);
  const old = data !== undefined && isError && now - dataUpdatedAt > STALE_AFTER_MS;
  return { flow: data, error: data ? null : error, retry: () => void refetch(), staleSince: old ? data.at : null, gains };
}
