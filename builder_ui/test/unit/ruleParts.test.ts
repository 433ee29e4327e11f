import { describe, expect, it } from 'vitest';
import { build, COMPARISONS, condition, offered, rightFor, testOf, type About } from '@/core/operators';
import { field, list, lit, read, texts, write } from '@/core/rule';
import { moved, newRow, type RuleList } from '@/core/ruleDocument';
import { record, redo, start, undo } from '@/core/ruleHistory';
import type { Names } from '@/core/logic/own';
import { hintedTicks, ticksOf } from '@/core/ruleTicks';

const total: About = { name: 'total', kind: 'money', choices: [] };

describe('comparisons', () => {
  it.each(COMPARISONS)('builds and recognises %s', (cmp) => {
    const right = rightFor(cmp, { name: 'x', kind: 'text', choices: ['a'] }, []);
    const test = testOf(build(cmp, field('x'), right));
    expect(test?.cmp).toBe(cmp);
    expect(test?.left.node).toEqual(field('x'));
    expect(test?.right.map((part) => part.node)).toEqual(right);
  });

  it('says where the sides of a comparison stand', () => {
    expect(testOf(read({ '!': { in: [{ var: 'a' }, ['x']] } }))).toMatchObject({ cmp: 'not_in', left: { at: '/!/in/0' }, right: [{ at: '/!/in/1' }] });
    expect(testOf(read({ '<=': [1, { var: 'a' }, 2] }))).toMatchObject({ cmp: 'between', left: { at: '/<=/1' } });
    expect(testOf(read({ in: ['自提', { var: 'note' }] }))).toMatchObject({ cmp: 'contains', left: { at: '/in/1' } });
    expect(testOf(read({ if: [1, 2, 3] }))).toBeNull();
    expect(testOf(read({ '!': { '==': [{ var: 'a' }, 1] } }))).toBeNull();
  });

  it('keeps the value when the comparison changes and it still fits', () => {
    expect(rightFor('in', total, [lit('a')])).toEqual([list([lit('a')])]);
    expect(rightFor('eq', total, [texts(['a', 'b'])])).toEqual([lit('a')]);
    expect(rightFor('lt', total, [lit(5)])).toEqual([lit(5)]);
  });

  it('offers regions for places only, and starts with what fits the field', () => {
    expect(offered('text', 'province')).toContain('region');
    expect(offered('text', 'buyer_note')).not.toContain('region');
    expect(write(condition(field('total'), total))).toEqual({ '>=': [{ var: 'total' }, 10_000] });
  });
});

describe('ticks', () => {
  it('counts lines, and leaves out what was never looked at', () => {
    const ticks = ticksOf({
      pointer: '', op: 'some', value: true, args: [
        { pointer: '/some/1', op: '==', value: false, args: [], item: 0 },
        { pointer: '/some/1', op: '==', value: true, args: [], item: 1 },
      ],
    });
    expect(ticks.get('/some/1')).toEqual({ yes: 1, no: 1 });
    expect(ticks.get('')).toEqual({ yes: 1, no: 0 });
    expect(ticks.has('/some/2')).toBe(false);
  });
});

describe('hinted ticks', () => {
  const names: Names = {
    parameters: { high: 100 }, sets: { near: ['浙江'] }, tables: {},
    regions: { provinces: { 浙江: '浙江', 浙江省: '浙江' }, official_endings: ['省'], place_endings: [], sets: { 沪: ['上海'] } },
  };
  const seen = { total: 150, province: '浙江', lines: [{ quantity: 1 }, { quantity: 3 }], $facts: {} };

  it('say at once what the server will say, by the same places', () => {
    const ticks = hintedTicks(read({
      and: [
        { '>=': [{ var: 'total' }, { param: 'high' }] }, { in: [{ var: 'province' }, { set: 'near' }] },
        { in_region: [{ var: 'province' }, ['浙江省', '@沪']] }, { all: [{ var: 'lines' }, { '>': [{ var: 'quantity' }, 0] }] },
      ],
    }), seen, names);
    expect(['/and/0', '/and/1', '/and/2', '/and/3', ''].map((at) => ticks.get(at)?.yes)).toEqual([1, 1, 1, 1, 1]);
    expect(ticks.get('/and/3/all/1')).toEqual({ yes: 2, no: 0 });
  });

  it('say nothing where the browser cannot tell', () => {
    expect(hintedTicks(read({ '>': [{ fact: ['orders_of_customer', 60] }, 1] }), seen, names).size).toBe(0);
  });
});

describe('undo', () => {
  it('merges typing in one field, and goes back and forth', () => {
    let history = start('');
    history = record(history, 'a', 'type', 'title', 0);
    history = record(history, 'ab', 'type', 'title', 500);
    history = record(history, 'abc', 'other', 'note', 600);
    expect(history.past.map((entry) => entry.label)).toEqual(['type', 'other']);
    const back = undo(undo(history));
    expect(back.now).toBe('');
    expect(redo(redo(back)).now).toBe('abc');
    expect(record(back, 'x', 'new', null, 900).future).toEqual([]);
  });
});

describe('rows', () => {
  it('move before the row they are dropped on', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(moved(['a', 'b'], 0, 1)).toEqual(['a', 'b']);
  });

  it('get ids nobody has', () => {
    const title = { zh: '', en: '' };
    const rows: RuleList = { id: 'l', title, stage: 'risk', rows: [{ id: 'row-1', title, when: true, then: [] }] };
    const [one, two] = [newRow(rows, title, []).id, newRow(rows, title, []).id];
    expect([one, two]).toEqual([expect.stringMatching(/^row-[a-z2-9]{6}$/), expect.stringMatching(/^row-/)]);
    expect(one).not.toBe(two);
  });
});
