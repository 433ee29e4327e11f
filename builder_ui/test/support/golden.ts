/** The golden files of the rule language, which the server's tests read too. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Names } from '@/core/logic/own';
import type { Spelling } from '@/core/logic/regions';
import type { Json } from '@/core/rule';

const HOME = fileURLToPath(new URL('../../../tests/golden/jsonlogic/', import.meta.url));

export const golden = <T>(name: string): T => JSON.parse(readFileSync(HOME + name, 'utf8')) as T;

interface Example {
  readonly rule: Json;
  readonly data: Json;
  readonly value: Json;
}

export interface Catalogue extends Spelling {
  readonly operators: readonly { readonly name: string; readonly examples: readonly Example[] }[];
  readonly sets: Names['sets'];
  readonly tables: Names['tables'];
  readonly region_sets: Names['regions']['sets'];
}

/** What the names in examples stand for. */
export const namesOf = ({ sets, tables, region_sets, ...spelling }: Catalogue): Names => ({
  parameters: {}, sets, tables, regions: { ...spelling, sets: region_sets },
});

/** A value as the golden files carry it: what JSON cannot hold in words. */
export function carried(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { $js: String(value) };
  if (Array.isArray(value)) return value.map((item) => carried(item === undefined ? null : item));
  if (value === null || typeof value !== 'object') return value === undefined ? null : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, carried(inner)]));
}
