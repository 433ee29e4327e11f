/** Asks the server what the draft means: for the sample order, for the newest orders, for each part. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect } from 'react';
import { countDraft, tryDraft, tryOnRecord, type Finding, type TriedList } from '@/api/rules';
import { read } from '@/core/rule';
import { OTHERWISE, type Blueprint, type RuleList, type RuleRow } from '@/core/ruleDocument';
import { drawn } from '@/core/ruleMoves';
import { sightOf } from '@/core/ruleTriggers';
import { hintedTicks, ticksOf } from '@/core/ruleTicks';
import { useDraft } from './draft';
import { useLexicon } from './names';
import { listIn, useView, type Judged } from './view';

const TRY_MS = 250;
const COUNT_MS = 1_200;
const numbers = new WeakMap<Blueprint, number>();
let last = 0;

/** A short name for a document: documents are never changed in place. */
function numberOf(document: Blueprint): number {
  const known = numbers.get(document);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(document, last);
  return last;
}

export interface Trial {
  readonly busy: boolean;
  readonly failed: boolean;
}

interface Answer {
  readonly document: Blueprint;
  readonly lists: readonly TriedList[];
}

const judgedBy = (answer: Answer | undefined): readonly Judged[] =>
  answer?.lists.map((list) => ({ ...list, document: answer.document })) ?? [];

/** The open list on the sample record, if it is one that looks at records or at nothing. */
function useTriedRecord(soon: Blueprint) {
  const id = useView((s) => s.list);
  const sample = useView((s) => s.sample);
  const list = listIn(soon, id);
  const sight = sightOf(list);
  const mine = sight !== 'nothing' && sample?.model === list?.trigger?.model ? sample : null;
  const enabled = Boolean(soon.key && list && sight !== 'order' && (mine || sight === 'nothing'));
  const tried = useQuery({
    queryKey: ['rules', 'try-record', numberOf(soon), list?.id, mine?.values, mine?.before], enabled, retry: false, staleTime: Infinity, gcTime: 30_000,
    queryFn: async ({ signal }): Promise<Answer> => {
      const answer = await tryOnRecord(soon.key, { document: soon, list: list?.id ?? '', values: mine?.values ?? {}, before: mine?.before ?? null }, signal);
      return { document: soon, ...answer };
    },
  });
  return { ...tried, enabled };
}

/** Keeps ticks and counts of the draft up to date. */
export function useResults(): Trial {
  const now = useDraft((s) => s.history.now);
  const order = useView((s) => s.order);
  const [soon] = useDebouncedValue(now, TRY_MS);
  const [later] = useDebouncedValue(now, COUNT_MS);
  const tried = useQuery({
    queryKey: ['rules', 'try', numberOf(soon), order], enabled: Boolean(soon.key && order), retry: false, staleTime: Infinity, gcTime: 30_000,
    placeholderData: keepPreviousData, queryFn: async ({ signal }) => ({ document: soon, ...(await tryDraft(soon.key, soon, order ?? '', signal)) }),
  });
  const counted = useQuery({
    queryKey: ['rules', 'count', numberOf(later)], enabled: Boolean(later.key), retry: false, staleTime: 60_000, gcTime: 30_000,
    placeholderData: keepPreviousData, queryFn: ({ signal }) => countDraft(later.key, later, signal),
  });
  const record = useTriedRecord(soon);
  const found = tried.isError ? undefined : tried.data;
  const about = record.isError ? undefined : record.data;
  useEffect(() => {
    useView.setState({ tried: [...judgedBy(found), ...judgedBy(about)] });
  }, [found, about]);
  const counts = counted.data;
  useEffect(() => {
    useView.setState({ counted: counts ?? null });
  }, [counts]);
  const shown = record.enabled ? record : tried;
  return { busy: shown.isFetching, failed: shown.isError };
}

/** Findings inside the row's condition, by the innermost part that is drawn there. */
export function faultsIn(findings: readonly Finding[], list: number, index: number, row: RuleRow): ReadonlyMap<string, readonly Finding[]> {
  const start = `/rules/${list}/rows/${index}/when`;
  const parts = drawn(read(row.when)).map((part) => part.at);
  const found = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!finding.where.startsWith(start)) continue;
    const at = finding.where.slice(start.length);
    const place = parts.filter((part) => at === part || at.startsWith(`${part}/`)).at(-1);
    if (place !== undefined) found.set(place, [...(found.get(place) ?? []), finding]);
  }
  return found;
}

/** Whether the server judged this very row: documents are never changed in place. */
const judged = ({ document }: Judged, list: RuleList, row: RuleRow): boolean =>
  document.rules?.find((one) => one.id === list.id)?.rows.includes(row) ?? false;

/** Puts ticks and findings of the open row where its parts look for them. */
export function useOpenRow(list: RuleList, row: RuleRow | typeof OTHERWISE): void {
  const { meanings } = useLexicon();
  const tried = useView((s) => s.tried);
  const findings = useDraft((s) => s.findings);
  const number = useDraft((s) => s.history.now.rules?.indexOf(list) ?? -1);
  useEffect(() => {
    if (row === OTHERWISE) return;
    const here = tried.find((one) => one.id === list.id);
    const hinted = here !== undefined && !judged(here, list, row);
    const ticks = hinted ? hintedTicks(read(row.when), here.seen, meanings) : ticksOf(here?.rows.find((one) => one.id === row.id)?.trace);
    useView.setState({ ticks, hinted });
  }, [tried, list, row, meanings]);
  useEffect(() => {
    if (row === OTHERWISE) return;
    useView.setState({ faults: faultsIn(findings, number, list.rows.indexOf(row), row) });
  }, [findings, number, list, row]);
}
