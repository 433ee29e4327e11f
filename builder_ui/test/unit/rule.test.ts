import { describe, expect, it } from 'vitest';
import { lit, nodeAt, pointer, read, replaceAt, write, writeNew, type Json, type Node } from '@/core/rule';
import { dice } from '../support/dice';

const OPERATORS = [
  'and', 'or', '!', '!!', '==', '===', '<=', 'in', 'var', 'some', 'all', 'none', 'if', '+', '/', 'param', 'set', 'text_has',
  'in_region', 'missing', 'reduce', 'sum_of', 'count_if', 'filter', 'map', 'own~thing', 'a/b', '__proto__', 'toString', '',
];
const SCALARS: readonly Json[] = [null, true, false, 0, -1, 1.5, 1e21, '', '0', '江苏', '"', 'a/b~c', '\u2028', 'lines', 'total'];

function randomDocument(roll: () => number, depth = 5): Json {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(roll() * items.length)] as T;
  const some = (most: number): Json[] => Array.from({ length: Math.floor(roll() * (most + 1)) }, () => randomDocument(roll, depth - 1));
  const kind = depth <= 0 ? 0 : roll();
  if (kind < 0.25) return pick(SCALARS);
  if (kind < 0.35) return some(3);
  const name = pick(OPERATORS);
  if (kind < 0.45) return Object.fromEntries([[name, randomDocument(roll, depth - 1)], ['also', 1]].slice(0, roll() < 0.5 ? 2 : 0) as [string, Json][]);
  return Object.fromEntries([[name, kind < 0.6 ? randomDocument(roll, depth - 1) : some(4)]]);
}

const rebuilt = (node: Node): Node => {
  if (node.kind === 'lit') return { ...node };
  if (node.kind === 'list') return { ...node, items: node.items.map(rebuilt) };
  return { ...node, args: node.args.map(rebuilt) };
};

describe('a rule as a tree and back', () => {
  it('gives 20,000 random documents back byte for byte', () => {
    const roll = dice(7);
    const different: string[] = [];
    for (let round = 0; round < 20_000; round += 1) {
      const text = JSON.stringify(randomDocument(roll));
      const again = JSON.stringify(writeNew(rebuilt(read(JSON.parse(text) as Json))));
      if (again !== text) different.push(text);
    }
    expect(different).toEqual([]);
  }, 60_000);

  it.each([
    '{"!":{"var":"gift"}}', '{"!":[{"var":"gift"}]}', '{"and":{"var":"x"}}', '{"var":["note",""]}', '{"and":[]}',
    '{"in":["自提",{"var":"buyer_note"}]}', '{"nobody_knows":{"a":1,"b":[]}}', '{}', '[]', '{"a":1,"b":2}', 'true',
  ])('keeps %s as it is', (text) => {
    expect(JSON.stringify(writeNew(rebuilt(read(JSON.parse(text) as Json))))).toBe(text);
  });

  it('is the same tree for the same document, and the same document for the same tree', () => {
    const document = { and: [{ '==': [{ var: 'a' }, 1] }, { var: 'b' }] };
    expect(read(document)).toBe(read(document));
    expect(write(read(document))).toBe(document);
  });
});

describe('a place in a rule', () => {
  const rule = read({ and: [{ '!': { in: [{ var: 'a' }, ['x', 'y']] } }, { 'a/b': [1, 2] }] });

  it('is named as the server names it', () => {
    expect(pointer('', 'and', 1, 'a/b', 0)).toBe('/and/1/a~1b/0');
    expect(nodeAt(rule, '/and/1/a~1b/1')).toEqual(lit(2));
    expect(nodeAt(rule, '/and/0/!/in/1/1')).toEqual(lit('y'));
    expect(nodeAt(rule, '/or/0')).toBeNull();
  });

  it('is replaced without touching what stands beside it', () => {
    const next = replaceAt(rule, '/and/0/!/in/1/0', lit('z'));
    expect(write(next)).toEqual({ and: [{ '!': { in: [{ var: 'a' }, ['z', 'y']] } }, { 'a/b': [1, 2] }] });
    expect(nodeAt(next, '/and/1')).toBe(nodeAt(rule, '/and/1'));
  });
});
