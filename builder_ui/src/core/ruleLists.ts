/** Adding, ordering and taking away whole decision lists; the document is never changed in place. */

import { freshId, inserted, moved, without, type Bilingual, type Blueprint, type RuleList } from './ruleDocument';

export const STAGES = ['risk', 'routing', 'courier'] as const;
export type Stage = (typeof STAGES)[number];
export const LIST_MODES = ['first', 'all'] as const;

const listsOf = (document: Blueprint): readonly RuleList[] => document.rules ?? [];

export function newList(document: Blueprint, stage: Stage, title: Bilingual): RuleList {
  const taken = listsOf(document).map((list) => list.id);
  // Of a list for warnings every matching row should act; a warehouse or a courier is chosen once.
  return { id: freshId(taken, 'list'), title, stage, mode: stage === 'risk' ? 'all' : 'first', rows: [] };
}

/** Behind the lists of its own stage and those before it: what is judged first is asked first. */
export function withList(document: Blueprint, list: RuleList, at = placeFor(document, list.stage ?? 'courier')): Blueprint {
  return { ...document, rules: inserted(listsOf(document), at, list) };
}

function placeFor(document: Blueprint, stage: Stage): number {
  const last = listsOf(document).findLastIndex((list) => list.stage !== undefined && STAGES.indexOf(list.stage) <= STAGES.indexOf(stage));
  return last + 1;
}

export function moveList(document: Blueprint, from: number, to: number): Blueprint {
  return { ...document, rules: moved(listsOf(document), from, to) };
}

export function withoutList(document: Blueprint, at: number): Blueprint {
  return { ...document, rules: without(listsOf(document), at) };
}
