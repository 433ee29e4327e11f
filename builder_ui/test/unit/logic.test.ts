import { describe, expect, it, test } from 'vitest';
import { evaluate } from '@/core/logic/evaluate';
import { read, type Json } from '@/core/rule';
import { carried, golden, namesOf, type Catalogue } from '../support/golden';

const catalogue = golden<Catalogue>('operators.json');
const names = namesOf(catalogue);
const ERROR = 'error';

interface Case {
  readonly file?: string;
  readonly rule: Json;
  readonly data: Json;
  readonly expected?: unknown;
  readonly reference?: unknown;
  readonly value?: unknown;
}

function ours(rule: Json, data: Json): unknown {
  try {
    return carried(evaluate(read(rule), data, names));
  } catch {
    return ERROR;
  }
}

const undefinedAsNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(undefinedAsNull);
  if (value === null || typeof value !== 'object') return value;
  if (JSON.stringify(value) === '{"$js":"undefined"}') return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, undefinedAsNull(inner)]));
};

const wrong = (cases: readonly Case[], wanted: 'expected' | 'reference' | 'value'): unknown[] =>
  cases.map((one) => ({ rule: one.rule, data: one.data, wanted: wanted in one ? undefinedAsNull(one[wanted]) : ERROR, found: ours(one.rule, one.data) }))
    .filter(({ wanted: should, found }) => !same(should, found));

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]));
}

describe('rules in the browser mean what they mean on the server', () => {
  const compat = golden<readonly Case[]>('compat-tables.json');

  test('the official suite', () => {
    const official = golden<readonly Case[]>('official.json');
    expect(official.length).toBe(277);
    expect(wrong(official, 'expected')).toEqual([]);
  });

  test('all compatibility tables, as json-logic-js answers', () => {
    expect(compat.length).toBe(1138);
    expect(wrong(compat, 'reference')).toEqual([]);
  });

  test('traps and past mistakes', () => {
    expect(wrong(golden<readonly Case[]>('cases.json'), 'value')).toEqual([]);
  });

  test.each(catalogue.operators.map((operator) => [operator.name, operator.examples] as const))('the examples of %s', (_name, examples) => {
    expect(wrong(examples, 'value')).toEqual([]);
  });

  test('an operator that is nobody’s is refused', () => {
    expect(ours({ nobody: [1] }, null)).toBe(ERROR);
    expect(ours({ and: [false, { nobody: [1] }] }, null)).toBe(false);
  });
});

describe('a watched evaluation', () => {
  it('tells the value of each part by the server’s pointers, and not of what was never looked at', () => {
    const seen: [string, unknown][] = [];
    const rule = read({ and: [{ some: [{ var: 'lines' }, { '>': [{ var: 'n' }, 1] }] }, { '!': { var: 'gift' } }, false, { var: 'x' }] });
    evaluate(rule, { lines: [{ n: 1 }, { n: 2 }, { n: 3 }], gift: false }, names, (at, value) => seen.push([at, value]));
    const tests = seen.filter(([at]) => at === '/and/0/some/1');
    expect(tests.map(([, value]) => value)).toEqual([false, true]);
    expect(seen.at(-1)).toEqual(['', false]);
    expect(seen).toContainEqual(['/and/1/!', false]);
    expect(seen.some(([at]) => at === '/and/3')).toBe(false);
  });
});
