/** Undo with labels. Snapshots share what did not change, so two hundred steps are cheap. */

export interface Entry<T> {
  readonly label: string;
  readonly before: T;
  readonly key: string | null;
  readonly at: number;
}

export interface History<T> {
  readonly now: T;
  readonly past: readonly Entry<T>[];
  readonly future: readonly { readonly label: string; readonly after: T }[];
}

const DEEPEST = 200;
const MERGE_MS = 1_000;

export const start = <T>(now: T): History<T> => ({ now, past: [], future: [] });

/** Steps with the same `key` within a second are one: typing is undone by the word, not by the letter. */
export function record<T>(history: History<T>, next: T, label: string, key: string | null, at: number): History<T> {
  if (next === history.now) return history;
  const last = history.past.at(-1);
  const merged = last && key !== null && last.key === key && at - last.at < MERGE_MS && history.future.length === 0;
  const past = merged
    ? [...history.past.slice(0, -1), { ...last, at }]
    : [...history.past, { label, before: history.now, key, at }].slice(-DEEPEST);
  return { now: next, past, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (!last) return history;
  return {
    now: last.before,
    past: history.past.slice(0, -1),
    future: [{ label: last.label, after: history.now }, ...history.future],
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (!next) return history;
  return { now: next.after, past: [...history.past, { label: next.label, before: history.now, key: null, at: 0 }], future: rest };
}
