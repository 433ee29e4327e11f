/** The draft being edited: its steps, and keeping it on the server while nobody has to think of it. */

import { create } from 'zustand';
import { ApiError } from '@/api/client';
import { checkDraft, loadBlueprint, saveDraft, type BlueprintDetail, type Finding } from '@/api/rules';
import type { Blueprint } from '@/core/ruleDocument';
import { record, redo, start, undo, type History } from '@/core/ruleHistory';

export type Saving = 'saved' | 'dirty' | 'saving' | 'failed' | 'conflict';

interface DraftState {
  readonly key: string | null;
  /** Some people may only look. */
  readonly editable: boolean;
  readonly revision: number;
  readonly history: History<Blueprint>;
  /** What the server has. */
  readonly kept: Blueprint | null;
  readonly saving: Saving;
  readonly findings: readonly Finding[];
  readonly differs: boolean;
  readonly liveVersion: number | null;
  readonly publishedAt: string | null;
  readonly parameters: BlueprintDetail['parameters'];
  /** Ids of own models and fields that are live: what they hold stays as it is. */
  readonly stored: readonly string[];
}

const NOTHING: Blueprint = { key: '' };
const PAUSE_MS = 700;
const AGAIN_MS = 5_000;

export const useDraft = create<DraftState>()(() => ({
  key: null, editable: false, revision: 0, history: start(NOTHING), kept: null, saving: 'saved', findings: [], differs: false, liveVersion: null,
  publishedAt: null, parameters: {}, stored: [],
}));

const { getState: get, setState: set } = useDraft;
let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | null = null;

const liveOf = (detail: BlueprintDetail) => ({
  revision: detail.revision, liveVersion: detail.live_version, publishedAt: detail.published_at, differs: detail.differs, parameters: detail.parameters,
  stored: detail.stored_ids,
});

export const current = (): Blueprint => get().history.now;

/** Shows what the server has. Coming from another screen one keeps the steps one made there. */
export function open(detail: BlueprintDetail): void {
  clearTimeout(timer);
  const { key, revision, saving } = get();
  if (key === detail.key && revision === detail.revision && saving === 'saved') return set(liveOf(detail));
  set({ ...liveOf(detail), key: detail.key, history: start(detail.draft), kept: detail.draft, saving: 'saved', findings: [] });
  void look(detail.draft);
}

/** What is wrong with a draft nobody has changed yet; a change brings its own findings with it. */
async function look(draft: Blueprint): Promise<void> {
  try {
    const { findings } = await checkDraft(draft.key, draft);
    if (get().history.now === draft) set({ findings });
  } catch {
    // The button asks again and says why it failed.
  }
}

function plan(after: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void flush(), after);
}

function changed(history: History<Blueprint>): void {
  if (history === get().history || !get().editable) return;
  const conflict = get().saving === 'conflict';
  set({ history, differs: true, ...(conflict ? {} : { saving: 'dirty' as const }) });
  if (!conflict) plan(PAUSE_MS);
}

/** One step. Steps with the same `key` in quick succession are undone together. */
export function commit(next: Blueprint, label: string, key: string | null = null): void {
  changed(record(get().history, next, label, key, Date.now()));
}

export const stepBack = (): void => changed(undo(get().history));
export const stepForward = (): void => changed(redo(get().history));

async function save(): Promise<void> {
  const { key, revision, history, kept } = get();
  if (!key || history.now === kept) return set({ saving: 'saved' });
  set({ saving: 'saving' });
  try {
    const saved = await saveDraft(key, history.now, revision);
    if (get().key !== key) return;
    set({ revision: saved.revision, findings: saved.findings, kept: history.now, saving: 'saved' });
    if (get().history.now !== history.now) {
      set({ saving: 'dirty' });
      plan(PAUSE_MS);
    }
  } catch (error) {
    const conflict = error instanceof ApiError && error.problem.code === 'blueprint.changed_meanwhile';
    set({ saving: conflict ? 'conflict' : 'failed' });
    if (!conflict) plan(AGAIN_MS);
  }
}

/** Brings the server up to date; true when it is. */
export async function flush(): Promise<boolean> {
  clearTimeout(timer);
  while (running) await running;
  if (get().saving === 'conflict') return false;
  running = save();
  await running;
  running = null;
  return get().kept === get().history.now;
}

export const setFindings = (findings: readonly Finding[]): void => set({ findings });

/** The server's draft as one more step, so that one's own can be had back. */
export async function takeTheirs(label: string): Promise<void> {
  const { key, history } = get();
  if (!key) return;
  const detail = await loadBlueprint(key);
  clearTimeout(timer);
  set({ ...liveOf(detail), history: record(history, detail.draft, label, null, Date.now()), kept: detail.draft, saving: 'saved' });
  void look(detail.draft);
}

/** One's own draft over the other person's. */
export async function keepMine(): Promise<void> {
  const { key } = get();
  if (!key) return;
  const { revision } = await loadBlueprint(key);
  set({ revision, kept: null, saving: 'dirty' });
  await flush();
}

/** What is live changed; the draft did not. */
export async function refreshLive(): Promise<void> {
  const { key } = get();
  if (!key) return;
  set(liveOf(await loadBlueprint(key)));
}
