/** Where a blueprint uses one of its own fields or models. */

import type { Json } from './rule';
import { OTHERWISE, type Action, type Blueprint, type Model, type OwnField, type RuleList } from './ruleDocument';
import { seesOrders } from './ruleTriggers';

/** `row`: the row's id, or what happens to all others; null: the list as a whole. */
export type Use =
  | { readonly in: 'rules'; readonly list: string; readonly row: string | null }
  | { readonly in: 'mappings' | 'alerts'; readonly id: string };

/** Whether a rule reads a field under one of these names. */
function reads(rule: Json | undefined, names: readonly string[]): boolean {
  if (Array.isArray(rule)) return rule.some((part) => reads(part, names));
  if (rule === null || typeof rule !== 'object') return false;
  return Object.entries(rule as Readonly<Record<string, Json>>).some(([key, value]) => {
    const name = Array.isArray(value) ? value[0] : value;
    return (key === 'var' && typeof name === 'string' && names.includes(name)) || reads(value, names);
  });
}

interface Sought {
  readonly model: Model;
  /** Null: the model itself. */
  readonly field: OwnField | null;
}

function acts(action: Action, { model, field }: Sought, names: readonly string[]): boolean {
  const values = [action.value, ...(action.values ?? []).map((entry) => entry.value)];
  if (values.some((value) => reads(value, names))) return true;
  if (model.extends) return action.do === 'set' && action.field === field?.key;
  return action.model === model.key && (field === null || (action.values ?? []).some((entry) => entry.field === field.key));
}

/** The names under which a list's rows read the field; a list that looks at something else has none. */
function namesIn(list: RuleList, { model, field }: Sought): readonly string[] {
  const looked = model.extends ? seesOrders(list) : list.trigger?.model === model.key;
  return looked && field ? [field.key, `old.${field.key}`] : [];
}

function inList(list: RuleList, sought: Sought): Use[] {
  const names = namesIn(list, sought);
  const use = (row: string | null): Use => ({ in: 'rules', list: list.id, row });
  const doing = (actions: readonly Action[]): boolean => actions.some((action) => acts(action, sought, names));
  const rows = list.rows.filter((row) => reads(row.when, names) || doing(row.then)).map((row) => use(row.id));
  const whole = !sought.field && list.trigger?.model === sought.model.key && !sought.model.extends ? [use(null)] : [];
  return [...whole, ...rows, ...(doing(list.otherwise ?? []) ? [use(OTHERWISE)] : [])];
}

const TEMPLATE = /\{[{%](.*?)[%}]\}/gs;

/** Whether a message's text names the field where it is filled in. */
function fills(texts: readonly string[], key: string): boolean {
  const word = new RegExp(`(?<![\\w-])${key}(?![\\w-])`);
  return texts.some((text) => [...text.matchAll(TEMPLATE)].some((found) => word.test(found[1] ?? '')));
}

/** Every place that would be wrong without a field, or without a model where `field` is null. */
export function usesOf(document: Blueprint, model: Model, field: OwnField | null): readonly Use[] {
  const sought = { model, field };
  const rules = (document.rules ?? []).flatMap((list) => inList(list, sought));
  if (!field) return rules;
  const mapped = model.extends ? (document.mappings ?? []).filter((one) => one.order.some((entry) => entry.to === field.key)) : [];
  const told = (document.alerts ?? []).filter((one) => fills([one.subject?.zh, one.subject?.en, one.text?.zh, one.text?.en].map((text) => text ?? ''), field.key));
  return [...rules, ...mapped.map(({ id }): Use => ({ in: 'mappings', id })), ...told.map(({ id }): Use => ({ in: 'alerts', id }))];
}
