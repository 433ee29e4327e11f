import { expect, test } from 'vitest';
import { layOut, LEAST_WIDTH, ordersBehind, rises, type Step } from '@/core/flow';

const step = (id: string, kind: Step['kind'], count = 0): Step => ({ id, kind, count_24h: count });
const STEPS = [
  step('s1', 'source'), step('s2', 'source'), step('s3', 'source'), step('m', 'mapping'), step('r', 'rules'), step('w1', 'warehouse'), step('w2', 'warehouse'),
  step('x', 'wms'), step('a', 'alert'),
];
const EDGES = [{ from: 's1', to: 'm' }, { from: 's2', to: 'm' }, { from: 'm', to: 'r' }, { from: 'r', to: 'w1' }, { from: 'r', to: 'a' }, { from: 'w1', to: 'x' }, { from: 'w1', to: 'gone' }];

test.each([LEAST_WIDTH, 1100, 1360, 2200])('at %d px nothing overlaps and nothing sticks out', (width) => {
  const { cards, height } = layOut(STEPS, EDGES, width);
  expect(cards).toHaveLength(STEPS.length);
  for (const a of cards) {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.x + a.w).toBeLessThanOrEqual(width);
    expect(a.y + a.h).toBeLessThanOrEqual(height);
    for (const b of cards) {
      const apart = a === b || a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      expect(apart, `${a.id} over ${b.id}`).toBe(true);
    }
  }
});

test('the columns run from the shops to the warehouse systems, alerts below', () => {
  const { cards, columns } = layOut(STEPS, EDGES, 1360);
  expect(columns.map((c) => c.kind)).toEqual(['source', 'mapping', 'rules', 'warehouse', 'wms']);
  const at = (id: string) => cards.find((c) => c.id === id)!;
  expect(['s1', 'm', 'r', 'w1', 'x'].map((id) => at(id).x)).toEqual(['s1', 'm', 'r', 'w1', 'x'].map((id) => at(id).x).toSorted((a, b) => a - b));
  const bottom = Math.max(...cards.filter((c) => c.id !== 'a').map((c) => c.y + c.h));
  expect(at('a').y).toBeGreaterThan(bottom);
  expect(at('a').x).toBe(at('r').x);
});

test('lines join known cards only', () => {
  const { lines } = layOut(STEPS, EDGES, 1360);
  expect(lines.map((l) => l.id)).toEqual(['s1>m', 's2>m', 'm>r', 'r>w1', 'r>a', 'w1>x']);
  expect(lines.every((l) => /^M[\d.]+ [\d.]+ C/.test(l.path))).toBe(true);
});

test('labels stand with the warehouse systems', () => {
  const { cards, columns } = layOut([step('w', 'wms'), step('l', 'label')], [], 1000);
  expect(columns.map((c) => c.kind)).toEqual(['wms']);
  expect(cards.map((c) => c.x)).toEqual([cards[0]?.x, cards[0]?.x]);
});

test('missing columns leave no hole', () => {
  expect(layOut([step('s', 'source'), step('w', 'warehouse')], [], 1000).columns.map((c) => c.kind)).toEqual(['source', 'warehouse']);
  expect(layOut([], [], 1000).cards).toEqual([]);
});

test('only rising counts pulse; a new step or a falling window does not', () => {
  const before = [step('s', 'source', 10), step('m', 'mapping', 7)];
  const after = [step('s', 'source', 13), step('m', 'mapping', 5), step('r', 'rules', 99)];
  expect([...rises(before, after)]).toEqual([['s', 3]]);
  expect(rises(undefined, after).size).toBe(0);
});

test.each([
  ['src:taobao:1', 'source', 'platform=taobao'], ['wh:3', 'warehouse', 'warehouse=3'], ['map', 'mapping', ''], ['wms:1', 'wms', 'state=handed_over'], ['alert', 'alert', null],
] as const)('%s leads to its orders', (id, kind, filter) => {
  expect(ordersBehind({ id, kind })).toBe(filter);
});
