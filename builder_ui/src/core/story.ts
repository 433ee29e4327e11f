/** Reads an order's story: how far it got, and how long each step took. */

export const STAGES = ['received', 'mapped', 'routed', 'stock', 'fulfilment', 'sent', 'receipt'] as const;
export type Stage = (typeof STAGES)[number];
export type StageState = 'done' | 'failed' | 'waiting' | 'ahead';

export interface Entry {
  readonly at: string;
  readonly kind: string;
  readonly detail: unknown;
}

export interface StageSeen {
  readonly stage: Stage;
  readonly state: StageState;
  /** Index of the latest entry of this stage in the story; null when there is none. */
  readonly entry: number | null;
}

const STAGE_OF: Readonly<Record<string, Stage>> = {
  received: 'received', mapped: 'mapped', routed: 'routed', allocated: 'stock', short: 'stock',
  fulfilment: 'fulfilment', sent: 'sent', receipt: 'receipt',
};
const REFUSED = new Set(['refused', 'rejected', 'failed', 'error', 'dead']);
const UNSENT = new Set(['waiting', 'sending']);

function field(detail: unknown, name: string): unknown {
  return typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>)[name] : undefined;
}

/** True for a receipt that says no. */
export function isRefusal(detail: unknown): boolean {
  const receipt = field(detail, 'receipt');
  const status = field(receipt, 'status') ?? field(receipt, 'state');
  return field(receipt, 'ok') === false || (typeof status === 'string' && REFUSED.has(status));
}

/** No warehouse was even proposed; one that was looked at and lacked stock is the stock's failure. */
function isNowhere(detail: unknown): boolean {
  const [chosen, looked] = [field(detail, 'chosen'), field(detail, 'candidates')];
  return (chosen === null || chosen === undefined) && !(Array.isArray(looked) && looked.length > 0);
}

function stateOf(entry: Entry): StageState {
  if (entry.kind === 'short') return 'failed';
  if (entry.kind === 'routed') return isNowhere(entry.detail) ? 'failed' : 'done';
  if (entry.kind === 'receipt') return isRefusal(entry.detail) ? 'failed' : 'done';
  if (entry.kind !== 'sent') return 'done';
  const state = String(field(entry.detail, 'state') ?? '');
  if (REFUSED.has(state)) return 'failed';
  return UNSENT.has(state) ? 'waiting' : 'done';
}

/** Only what concerns goods counts: an alert that was mailed says nothing about the parcel. */
function concernsGoods(story: readonly Entry[]): (entry: Entry) => boolean {
  const isAlert = (e: Entry): boolean => String(field(e.detail, 'effect') ?? '').startsWith('alert');
  const sends = story.filter((e) => e.kind === 'sent');
  const toGoods = new Set(sends.filter((e) => !isAlert(e)).map((e) => field(e.detail, 'connection')));
  const toPeople = new Set(sends.filter(isAlert).map((e) => field(e.detail, 'connection')));
  return (e) => {
    const connection = field(e.detail, 'connection');
    if (e.kind === 'sent') return !isAlert(e);
    return e.kind !== 'receipt' || toGoods.has(connection) || !toPeople.has(connection);
  };
}

/** The seven stages in order. A stage's latest entry decides; an unsolved exception fails the next one. */
export function stages(story: readonly Entry[], openExceptions: number): readonly StageSeen[] {
  const counts = concernsGoods(story);
  const seen = STAGES.map((stage): StageSeen => {
    const entry = story.findLastIndex((e) => STAGE_OF[e.kind] === stage && counts(e));
    const found = story[entry];
    return found ? { stage, state: stateOf(found), entry } : { stage, state: 'ahead', entry: null };
  });
  const stuck = openExceptions > 0 && !seen.some((s) => s.state === 'failed');
  const next = seen.findIndex((s) => s.state === 'ahead');
  const fault = story.findLastIndex((e) => e.kind === 'exception');
  if (!stuck || next < 0) return seen;
  return seen.map((s, i) => (i === next ? { ...s, state: 'failed', entry: fault < 0 ? null : fault } : s));
}

/** Milliseconds since the entry before; null for the first. */
export function gaps(story: readonly Entry[]): readonly (number | null)[] {
  return story.map((e, i) => {
    const before = story[i - 1];
    return before ? Math.max(0, Date.parse(e.at) - Date.parse(before.at)) : null;
  });
}
