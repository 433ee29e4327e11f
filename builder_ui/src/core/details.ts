/** Picks from an entry's detail what people can read; the rest is left to those who ask. */

import { known } from '@/i18n/translate';

export interface Fact {
  readonly name: string;
  readonly values: readonly Shown[];
}

export type Shown = string | number | boolean | { readonly zh: string; readonly en: string };

// Numbers of our own, and what other entries of the same detail already say in words.
const HIDDEN = new Set(['id', 'inbox_id', 'holds', 'lacking', 'fields', 'word', 'kind', 'code', 'params', 'where']);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): Shown | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (!isRecord(value)) return null;
  if (typeof value['zh'] === 'string' && typeof value['en'] === 'string') return { zh: value['zh'], en: value['en'] };
  const named = value['title'] ?? value['login'];
  if (typeof named === 'string') return named;
  const { sku_code: code, quantity } = value;
  return typeof code === 'string' && typeof quantity === 'number' ? `${code} × ${quantity}` : null;
}

/** `facts`: what has a name in the catalogue and a readable value; `rest`: everything else worth keeping. */
export function readable(detail: Readonly<Record<string, unknown>> | null): { facts: readonly Fact[]; rest: Readonly<Record<string, unknown>> } {
  const facts: Fact[] = [];
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(detail ?? {})) {
    if (HIDDEN.has(name) || value === null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    const values = (Array.isArray(value) ? value : [value]).map(shown);
    const clear = values.filter((v): v is Shown => v !== null);
    if (known('field', name) && clear.length === values.length) facts.push({ name, values: clear });
    else rest[name] = value;
  }
  return { facts, rest };
}
