/** A record to try rules on: picked, or made up. Values as the server shows them, money in fen. */

import type { OwnField, RuleList } from './ruleDocument';

export type Values = Readonly<Record<string, string | number | boolean>>;

export interface RecordSample {
  readonly model: string;
  /** The stored record it was taken from; null once it is made up. */
  readonly id: string | null;
  readonly values: Values;
  /** What it was before the change; null for a new record. */
  readonly before: Values | null;
}

const MADE_UP: Readonly<Record<OwnField['kind'], string | number | boolean>> = {
  text: '', choice: '', integer: 1, money: 10_000, yes_no: true, instant: '2026-01-01T09:00:00+08:00',
};

export function madeUp(model: string, fields: readonly OwnField[]): RecordSample {
  const value = (field: OwnField) => field.choices?.[0] ?? MADE_UP[field.kind];
  return { model, id: null, values: Object.fromEntries(fields.map((field) => [field.key, value(field)])), before: null };
}

/** A stored record, new or unchanged so far, whichever the list waits for. */
export function taken(model: string, record: { readonly id: string; readonly values: Values }, list: RuleList): RecordSample {
  const isNew = list.trigger?.event === 'created';
  return { model, id: record.id, values: record.values, before: isNew ? null : record.values };
}

/** With another value, or without one. */
export function put(values: Values, key: string, value: string | number | boolean | null): Values {
  const { [key]: _, ...rest } = values;
  return value === null ? rest : { ...rest, [key]: value };
}
