/** Changes to the decision lists of a blueprint; the document is never changed in place. */

import type { Kinds } from './liveTable';
import type { Json } from './rule';
import { ownModels, recordAction, type Trigger } from './ruleTriggers';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export const VERBS = ['route', 'courier', 'hold', 'tag', 'set', 'task', 'notify', 'send', 'record'] as const;
export type Verb = (typeof VERBS)[number];

export interface Weight {
  readonly courier: string;
  readonly weight: number;
}

export interface Action {
  readonly do: Verb;
  readonly code?: string;
  readonly title?: Bilingual;
  readonly tag?: string;
  /** `set`: an own field, and the rule that gives its value. */
  readonly field?: string;
  readonly value?: Json;
  readonly candidates?: readonly string[];
  readonly backups?: readonly string[];
  readonly split?: 'never' | 'by_line';
  /** Pieces that stay in a first choice: a number, or a parameter. */
  readonly safety?: Json;
  readonly weights?: readonly Weight[];
  /** A live table of couriers, instead of weights. */
  readonly table?: string;
  readonly alert?: string;
  readonly send_to?: string;
  /** `record`: a model of the blueprint's own, and the rules that give its fields their values. */
  readonly model?: string;
  readonly values?: readonly { readonly field: string; readonly value: Json }[];
}

export interface RuleRow {
  readonly id: string;
  readonly title: Bilingual;
  readonly when: Json;
  readonly then: readonly Action[];
}

export interface RuleList {
  readonly id: string;
  readonly title: Bilingual;
  /** On every order's way; a list without one has a trigger. */
  readonly stage?: 'risk' | 'routing' | 'courier';
  readonly trigger?: Trigger;
  readonly mode?: 'first' | 'all';
  readonly rows: readonly RuleRow[];
  readonly otherwise?: readonly Action[];
}

interface Titled {
  readonly title: Bilingual;
}

export interface Parameter extends Titled {
  readonly key: string;
  readonly kind: string;
  readonly default: Json;
}

export interface Role extends Titled {
  readonly key: string;
  readonly kind: string;
}

export interface NamedSet extends Titled {
  readonly key: string;
  readonly values: readonly string[];
}

/** A table people edit without publishing; conditions look values up in it. */
export interface LiveTable extends Titled, Kinds {
  readonly key: string;
}

export interface OwnField extends Titled {
  /** Never changes, the key may. */
  readonly id?: string;
  readonly key: string;
  readonly kind: 'text' | 'integer' | 'money' | 'instant' | 'yes_no' | 'choice';
  readonly choices?: readonly string[];
  /** Whoever writes a record gives it a value. */
  readonly required?: boolean;
}

/** Fields added to the order, or a model of the blueprint's own. */
export interface Model {
  readonly extends?: string;
  readonly id?: string;
  readonly key?: string;
  readonly title?: Bilingual;
  readonly known_by?: readonly string[];
  readonly fields: readonly OwnField[];
}

export interface Alert extends Titled {
  readonly id: string;
  readonly subject?: Bilingual;
  readonly text?: Bilingual;
}

export interface Mapping extends Titled {
  readonly id: string;
  readonly order: readonly { readonly to: string }[];
}

/** The parts of a blueprint that this screen reads; all others are kept as they are. */
export interface Blueprint {
  readonly key: string;
  readonly rules?: readonly RuleList[];
  readonly parameters?: readonly Parameter[];
  readonly roles?: readonly Role[];
  readonly sets?: readonly NamedSet[];
  readonly tables?: readonly LiveTable[];
  readonly models?: readonly Model[];
  readonly alerts?: readonly Alert[];
  readonly mappings?: readonly Mapping[];
}

export const OTHERWISE = '$otherwise';

/** The same list with the part at `from` standing before what was at `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const part = items[from];
  if (part === undefined || to === from || to === from + 1) return items;
  const rest = items.filter((_, index) => index !== from);
  rest.splice(to > from ? to - 1 : to, 0, part);
  return rest;
}

export const inserted = <T>(items: readonly T[], at: number, ...parts: readonly T[]): readonly T[] => [
  ...items.slice(0, at), ...parts, ...items.slice(at),
];

export const without = <T>(items: readonly T[], at: number): readonly T[] => items.filter((_, index) => index !== at);

export const replaced = <T>(items: readonly T[], at: number, part: T): readonly T[] =>
  items.map((item, index) => (index === at ? part : item));

export function changeList(document: Blueprint, id: string, change: (list: RuleList) => RuleList): Blueprint {
  return { ...document, rules: (document.rules ?? []).map((list) => (list.id === id ? change(list) : list)) };
}

export function changeRow(document: Blueprint, list: string, row: string, change: (row: RuleRow) => RuleRow): Blueprint {
  return changeList(document, list, (found) => ({
    ...found, rows: found.rows.map((entry) => (entry.id === row ? change(entry) : entry)),
  }));
}

/** The actions of a row, or what happens to all other orders. */
export function changeActions(
  document: Blueprint, list: string, row: string, change: (actions: readonly Action[]) => readonly Action[],
): Blueprint {
  return row === OTHERWISE
    ? changeList(document, list, (found) => ({ ...found, otherwise: change(found.otherwise ?? []) }))
    : changeRow(document, list, row, (found) => ({ ...found, then: change(found.then) }));
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * An id nobody has or had: orders remember which rows acted on them and stories name them by it, so
 * it never changes and must not come back for another row.
 */
export function freshId(taken: readonly string[], stem: 'row' | 'list' | 'model' | 'field'): string {
  const tail = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => LETTERS[byte % LETTERS.length]).join('');
  return taken.includes(`${stem}-${tail}`) ? freshId(taken, stem) : `${stem}-${tail}`;
}

const freshRowId = (list: RuleList): string => freshId(list.rows.map((row) => row.id), 'row');

export function newRow(list: RuleList, title: Bilingual, then: readonly Action[]): RuleRow {
  return { id: freshRowId(list), title, when: true, then };
}

export function copyOf(list: RuleList, row: RuleRow, title: Bilingual): RuleRow {
  return { ...structuredClone(row), id: freshRowId(list), title };
}

const ALWAYS: readonly Verb[] = ['tag', 'set', 'record', 'task', 'notify', 'send'];

export const STAGE_VERBS: Readonly<Record<NonNullable<RuleList['stage']>, readonly Verb[]>> = {
  risk: ['hold', ...ALWAYS],
  routing: ['route', ...ALWAYS, 'hold'],
  courier: ['courier', ...ALWAYS],
};

const STARTS: Readonly<Record<OwnField['kind'], Json>> = {
  text: '', choice: '', integer: 1, money: 10_000, yes_no: true, instant: { var: 'now' },
};

/** A value to give an own field, of its kind. */
export function newValue(field: OwnField | undefined): Json {
  return field ? (field.choices?.[0] ?? STARTS[field.kind]) : '';
}

export const ownFields = (document: Blueprint): readonly OwnField[] => (document.models ?? []).flatMap((model) => (model.extends ? model.fields : []));

interface ActionWords {
  readonly hold: Bilingual;
  readonly task: Bilingual;
  readonly tag: string;
}

export function newAction(verb: Verb, document: Blueprint, words: ActionWords): Action {
  const role = (kind: string): string | undefined => document.roles?.find((one) => one.kind === kind)?.key;
  const [warehouse, [own]] = [role('warehouse'), ownFields(document)];
  switch (verb) {
    case 'route': return { do: 'route', candidates: warehouse ? [warehouse] : [], backups: [] };
    case 'courier': return { do: 'courier', weights: [{ courier: 'ZTO', weight: 1 }] };
    case 'hold': return { do: 'hold', code: 'held_by_rule', title: words.hold };
    case 'tag': return { do: 'tag', tag: words.tag };
    case 'set': return { do: 'set', field: own?.key ?? '', value: newValue(own) };
    case 'task': return { do: 'task', title: words.task };
    case 'notify': return { do: 'notify', alert: document.alerts?.[0]?.id ?? '' };
    case 'send': return { do: 'send', send_to: role('connection') ?? '' };
    case 'record': return recordAction(ownModels(document)[0]);
  }
}
