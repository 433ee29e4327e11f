import { describe, expect, it } from 'vitest';
import { drawn, duplicate, insert, move, placeKey, remove, slots } from '@/core/ruleMoves';
import { bodyOf, isBranch, newGroup, shapeOf, withMode } from '@/core/ruleShape';
import { read, write, type Json, type Node } from '@/core/rule';
import { dice } from '../support/dice';

const json = (node: Node): Json => JSON.parse(JSON.stringify(write(node))) as Json;
const test = (name: string): Json => ({ '==': [{ var: name }, 1] });
const leaves = (node: Node): string[] =>
  drawn(node).filter((part) => !isBranch(part.node)).map((part) => JSON.stringify(write(part.node))).sort();

function randomRule(roll: () => number, count: { n: number }, depth = 4): Json {
  const many = (): Json[] => Array.from({ length: 1 + Math.floor(roll() * 3) }, () => randomRule(roll, count, depth - 1));
  const kind = depth === 0 ? 1 : roll();
  if (kind > 0.6) return test(`f${count.n++}`);
  if (kind > 0.45) return { and: many() };
  if (kind > 0.3) return { or: many() };
  if (kind > 0.2) return { '!': { or: many() } };
  if (kind > 0.1) return { some: [{ var: 'lines' }, randomRule(roll, count, depth - 1)] };
  return { '!': [randomRule(roll, count, depth - 1)] };
}

describe('what is drawn', () => {
  it('shows "not (a or b)" as one choice, and keeps its form', () => {
    const rule = read({ '!': { or: [test('a'), test('b')] } });
    expect(bodyOf(rule)).toMatchObject({ mode: 'none', kids: [{ at: '/!/or/0' }, { at: '/!/or/1' }] });
    expect(json(remove(rule, '/!/or/0'))).toEqual({ '!': { or: [test('b')] } });
  });

  it('shows what it does not know as a chip, with everything around it', () => {
    const rule = read({ and: [{ nobody_knows: [1] }, test('a')] });
    expect(drawn(rule).map((part) => shapeOf(part.node).kind)).toEqual(['raw', 'test']);
    expect(json(move(rule, '/and/0', { container: '', index: 2 }))).toEqual({ and: [test('a'), { nobody_knows: [1] }] });
  });

  it('draws a single condition, and no condition, as a group one can add to', () => {
    const one = read(test('a'));
    expect(json(insert(one, { container: '', index: 1 }, [read(test('b'))]))).toEqual({ and: [test('a'), test('b')] });
    expect(json(insert(read(true), { container: '', index: 0 }, [one]))).toEqual(test('a'));
    expect(json(remove(one, ''))).toBe(true);
  });

  it('changes the mode of a group and nothing else', () => {
    const rule = read({ and: [test('a'), test('b')] });
    expect(json(withMode(rule, 'none'))).toEqual({ '!': { or: [test('a'), test('b')] } });
    expect(json(withMode(withMode(rule, 'any'), 'all'))).toEqual({ and: [test('a'), test('b')] });
    expect(withMode(rule, 'all')).toBe(rule);
  });

  it('adds to a box of line conditions', () => {
    const rule = read({ some: [{ var: 'lines' }, test('gift')] });
    const next = insert(rule, { container: '/some/1', index: 0 }, [read(test('title'))]);
    expect(json(next)).toEqual({ some: [{ var: 'lines' }, { and: [test('title'), test('gift')] }] });
  });

  it('copies a part beside itself', () => {
    expect(json(duplicate(read({ or: [test('a'), test('b')] }), '/or/0'))).toEqual({ or: [test('a'), test('a'), test('b')] });
  });
});

describe('moving', () => {
  it('goes forward and back within a group', () => {
    const rule = read({ and: [test('a'), test('b'), test('c')] });
    const there = move(rule, '/and/0', { container: '', index: 3 });
    expect(json(there)).toEqual({ and: [test('b'), test('c'), test('a')] });
    expect(json(move(there, '/and/2', { container: '', index: 0 }))).toEqual(json(rule));
  });

  it('never goes into itself, nor to where it is', () => {
    const rule = read({ and: [{ or: [test('a')] }, test('b')] });
    expect(slots(rule, '/and/0').map(placeKey)).toEqual(['#2']);
    expect(move(rule, '/and/0', { container: '/and/0', index: 0 })).toBe(rule);
  });

  it('lists places in reading order', () => {
    const rule = read({ and: [{ or: [test('a')] }, test('b')] });
    expect(slots(rule, null).map(placeKey)).toEqual(['#0', '/and/0#0', '/and/0#1', '#1', '#2']);
  });

  it('loses no condition in thousands of moves', () => {
    const roll = dice(11);
    let moves = 0;
    const lost: string[] = [];
    for (let tree = 0; tree < 1_500; tree += 1) {
      let rule = read(randomRule(roll, { n: 0 }));
      const before = leaves(rule);
      for (let step = 0; step < 4; step += 1) {
        const parts = drawn(rule);
        const part = parts[Math.floor(roll() * parts.length)];
        const places = part ? slots(rule, part.at) : [];
        const place = places[Math.floor(roll() * places.length)];
        if (!part || !place) continue;
        rule = read(json(move(rule, part.at, place)));
        moves += 1;
        if (String(leaves(rule)) !== String(before)) lost.push(JSON.stringify(write(rule)));
      }
    }
    expect(lost).toEqual([]);
    expect(moves).toBeGreaterThan(2_000);
  }, 60_000);

  it('starts a group empty', () => {
    expect(json(newGroup('any'))).toEqual({ or: [] });
  });
});
