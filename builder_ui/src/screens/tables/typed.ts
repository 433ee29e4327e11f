import { create } from 'zustand';
import type { Row } from '@/core/liveTable';

/** Rows somebody is editing, and the version they were made from. */
export interface Typed {
  readonly rows: readonly Row[];
  readonly version: number;
}

type Kept = Readonly<Record<string, Typed | null>>;
const useKept = create<Kept>()(() => ({}));

/** What is typed in a table stays while people look at others. */
export function useTyped(id: string): readonly [Typed | null, (typed: Typed | null) => void] {
  const typed = useKept((kept) => kept[id] ?? null);
  return [typed, (next) => useKept.setState({ [id]: next })];
}
