/** What sets a list of rules off, and what its rows can read and do then. */

import { freshId, STAGE_VERBS, type Action, type Bilingual, type Blueprint, type Model, type OwnField, type RuleList, type Verb } from './ruleDocument';

export type Timing =
  | { readonly daily_at: string; readonly weekdays?: readonly number[]; readonly days?: readonly (number | 'last')[] }
  | { readonly cron: string };

export const EVENTS = ['created', 'changed', 'any'] as const;
export const OVER = ['nothing', 'orders', 'records'] as const;
export const RHYTHMS = ['day', 'week', 'month', 'cron'] as const;
export type Rhythm = (typeof RHYTHMS)[number];
export const ONS = ['record', 'schedule'] as const;

export interface Trigger {
  readonly on: (typeof ONS)[number];
  readonly model?: string;
  readonly event?: (typeof EVENTS)[number];
  readonly schedule?: Timing;
  readonly zone?: string;
  readonly over?: (typeof OVER)[number];
}

/** A model of the blueprint's own, once it has all its names. */
export interface OwnModel extends Model {
  readonly key: string;
  readonly title: Bilingual;
  readonly known_by: readonly string[];
}

const isOwn = (model: Model): model is OwnModel => !model.extends && Boolean(model.key && model.title && model.known_by);

export const ownModels = (document: Blueprint): readonly OwnModel[] => (document.models ?? []).filter(isOwn);

/** Whether the rows of a list look at an order. */
export const seesOrders = (list: RuleList): boolean => !list.trigger || list.trigger.over === 'orders';

export type Sight = 'order' | 'change' | 'record' | 'nothing';

export function sightOf(list: RuleList | null): Sight {
  if (!list || seesOrders(list)) return 'order';
  if (list.trigger?.on === 'record') return 'change';
  return list.trigger?.over === 'records' ? 'record' : 'nothing';
}

const NO_FIELDS: readonly OwnField[] = [];

/** The fields of the record a list looks at: the same array while these are the same, as a whole screen is drawn from it. */
export function recordFields(list: RuleList | null, models: readonly Model[]): readonly OwnField[] {
  const sight = sightOf(list);
  const model = models.filter(isOwn).find((one) => one.key === list?.trigger?.model);
  return sight === 'change' || sight === 'record' ? (model?.fields ?? NO_FIELDS) : NO_FIELDS;
}

const ANYWHERE: readonly Verb[] = ['record', 'task', 'notify', 'send'];

/** What the rows of a list can do. */
export function verbsOf(list: RuleList): readonly Verb[] {
  if (list.stage) return STAGE_VERBS[list.stage];
  return seesOrders(list) ? ['tag', 'set', 'hold', ...ANYWHERE] : ANYWHERE;
}

const DAILY: Timing = { daily_at: '09:00' };

function newTrigger(on: Trigger['on'], document: Blueprint): Trigger {
  if (on === 'schedule') return { on, schedule: DAILY, over: 'orders' };
  return { on, model: ownModels(document)[0]?.key ?? '', event: 'any' };
}

/** A list that no order's way leads through; it stands behind those. */
export function withTriggered(document: Blueprint, on: Trigger['on'], title: Bilingual): { readonly document: Blueprint; readonly list: RuleList } {
  const lists = document.rules ?? [];
  const list: RuleList = { id: freshId(lists.map((one) => one.id), 'list'), title, trigger: newTrigger(on, document), mode: 'all', rows: [] };
  return { document: { ...document, rules: [...lists, list] }, list };
}

export function rhythmOf(timing: Timing | undefined): Rhythm {
  if (!timing || 'cron' in timing) return timing ? 'cron' : 'day';
  if (timing.weekdays) return 'week';
  return timing.days ? 'month' : 'day';
}

const atOf = (timing: Timing | undefined): string => (timing && 'daily_at' in timing ? timing.daily_at : '09:00');

/** The same time of day in another rhythm. */
export function inRhythm(timing: Timing | undefined, rhythm: Rhythm): Timing {
  const daily_at = atOf(timing);
  const [hour = '9', minute = '0'] = daily_at.split(':');
  switch (rhythm) {
    case 'day': return { daily_at };
    case 'week': return { daily_at, weekdays: [1, 2, 3, 4, 5] };
    case 'month': return { daily_at, days: [1] };
    case 'cron': return { cron: `${Number(minute)} ${Number(hour)} * * *` };
  }
}

/** With one more of the days, or without it; the last one stays. */
export function toggled<T extends number | 'last'>(days: readonly T[], day: T): readonly T[] {
  if (!days.includes(day)) return [...days, day].sort((a, b) => (a === 'last' ? 1 : b === 'last' ? -1 : Number(a) - Number(b)));
  return days.length > 1 ? days.filter((one) => one !== day) : days;
}

/** Another trigger without what does not belong to it. */
export function over(trigger: Trigger, what: NonNullable<Trigger['over']>, document: Blueprint): Trigger {
  const { model, ...rest } = trigger;
  return what === 'records' ? { ...rest, over: what, model: model ?? ownModels(document)[0]?.key ?? '' } : { ...rest, over: what };
}

/** Writes a record of this model; the fields it is known by are read from what the list sees. */
export function recordAction(model: OwnModel | undefined): Action {
  return { do: 'record', model: model?.key ?? '', values: (model?.known_by ?? []).map((field) => ({ field, value: { var: field } })) };
}
