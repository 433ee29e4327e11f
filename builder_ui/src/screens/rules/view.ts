/** What is chosen on the screen, and what the server found out about it. */

import { create } from 'zustand';
import type { Counted, Finding, TriedList } from '@/api/rules';
import type { RecordSample } from '@/core/recordSample';
import { OTHERWISE, type Blueprint, type RuleList, type RuleRow } from '@/core/ruleDocument';
import type { Ticks } from '@/core/ruleTicks';
import { useDraft } from './draft';

/** What the server found, with the document it judged. */
export type Judged = TriedList & { readonly document: Blueprint };

interface ViewState {
  readonly list: string | null;
  readonly row: string | null;
  readonly order: string | null;
  /** The record on which lists that look at records are tried. */
  readonly sample: RecordSample | null;
  readonly tried: readonly Judged[];
  readonly counted: Counted | null;
  readonly ticks: Ticks;
  /** The ticks are the browser's own, until the server's are there. */
  readonly hinted: boolean;
  /** Findings of the open row by the part they are shown at. */
  readonly faults: ReadonlyMap<string, readonly Finding[]>;
}

export const useView = create<ViewState>()(() => ({
  list: null, row: null, order: null, sample: null, tried: [], counted: null, ticks: new Map(), hinted: false, faults: new Map(),
}));

export const choose = (list: string, row: string | null): void => useView.setState({ list, row });

export function listIn(document: Blueprint, id: string | null): RuleList | null {
  return document.rules?.find((list) => list.id === id) ?? document.rules?.[0] ?? null;
}

/** The row that is open: the chosen one, or the first. */
export function rowIn(list: RuleList, id: string | null): RuleRow | typeof OTHERWISE {
  if (id === OTHERWISE) return OTHERWISE;
  return list.rows.find((row) => row.id === id) ?? list.rows[0] ?? OTHERWISE;
}

export function useList(): RuleList | null {
  const id = useView((s) => s.list);
  return useDraft((s) => listIn(s.history.now, id));
}

export function useRow(list: RuleList): RuleRow | typeof OTHERWISE {
  const id = useView((s) => s.row);
  return rowIn(list, id);
}
