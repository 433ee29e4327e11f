import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { actOnException } from '@/api/queries';
import type { ExceptionAction, HubException } from '@/api/types';

export type Phase = 'sending' | 'working' | 'still' | { readonly failed: unknown };

/** An exception, wherever it is shown. */
export type Retriable = Pick<HubException, 'id'>;

export interface Retries {
  readonly phase: (id: string) => Phase | undefined;
  readonly act: (item: Retriable, action: ExceptionAction) => Promise<void>;
  readonly batch: { readonly done: number; readonly all: number; readonly failed: number } | null;
  readonly retryAll: (items: readonly Retriable[]) => Promise<void>;
  /** Given the ids still open: forgets the retried ones that are gone and tells how many passed. */
  readonly settle: (open: ReadonlySet<string>) => number;
}

/** How long the hub may take before we say that the order still does not pass. */
const PATIENCE_MS = 12_000;

/** Retrying is asynchronous: the exception disappears from the list once the order passes. */
export function useRetries(): Retries {
  const client = useQueryClient();
  const [phases, setPhases] = useState<ReadonlyMap<string, Phase>>(new Map());
  const [batch, setBatch] = useState<Retries['batch']>(null);

  const set = useCallback((id: string, phase: Phase) => setPhases((old) => new Map(old).set(id, phase)), []);

  const send = useCallback(async ({ id }: Retriable, action: ExceptionAction): Promise<boolean> => {
    set(id, 'sending');
    try {
      await actOnException(id, action);
    } catch (error) {
      set(id, { failed: error });
      return false;
    }
    set(id, 'working');
    setTimeout(() => setPhases((old) => (old.get(id) === 'working' ? new Map(old).set(id, 'still') : old)), PATIENCE_MS);
    return true;
  }, [set]);

  const refresh = useCallback(async () => {
    await Promise.all(['exceptions', 'labels'].map((list) => client.invalidateQueries({ queryKey: [list] })));
  }, [client]);

  const act = useCallback(async (item: Retriable, action: ExceptionAction) => {
    await send(item, action);
    await refresh();
  }, [send, refresh]);

  const retryAll = useCallback(async (items: readonly Retriable[]) => {
    let failed = 0;
    setBatch({ done: 0, all: items.length, failed });
    for (const [i, item] of items.entries()) {
      if (!(await send(item, 'retry'))) failed += 1;
      setBatch({ done: i + 1, all: items.length, failed });
    }
    await refresh();
    setTimeout(() => setBatch(null), 4_000);
  }, [send, refresh]);

  const settle = useCallback((open: ReadonlySet<string>) => {
    const passed = [...phases].filter(([id, phase]) => (phase === 'working' || phase === 'still') && !open.has(id)).map(([id]) => id);
    if (passed.length > 0) setPhases((old) => new Map([...old].filter(([id]) => !passed.includes(id))));
    return passed.length;
  }, [phases]);

  return { phase: (id) => phases.get(id), act, batch, retryAll, settle };
}
