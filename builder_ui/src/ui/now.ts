import { useSyncExternalStore } from 'react';

/** One clock for every relative time on the page; it stands still while the page is hidden. */
const STEP_MS = 1_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present in milliseconds, in steps of `every` so that a component is not drawn for nothing. */
export function useNow(every = 10_000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / every) * every);
}
