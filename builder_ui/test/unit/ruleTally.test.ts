import { describe, expect, it } from 'vitest';
import { read, write, writeNew, type Json, type Node } from '@/core/rule';
import { drawn, insert, move, remove, slots } from '@/core/ruleMoves';
import { aboutOf, sayRule, type Names } from '@/core/ruleSay';
import { isBranch, shapeOf } from '@/core/ruleShape';
import { tallyOf, withTallyBody } from '@/core/ruleTally';
import { translator } from '@/i18n/translate';
import { dice } from '../support/dice';

const LINES: readonly Json[] = [{ var: 'lines' }, { var: ['lines'] }];
const KINDS: Readonly<Record<string, 'integer' | 'money' | 'text'>> = { quantity: 'integer', price: 'money', total: 'money' };
const TITLES: Readonly<Record<string, string>> = { quantity: '数量', price: '单价', title: '商品名称', total: '订单金额' };
const NAMES: Names = {
  t: translator('zh-CN'), table: (key) => ({ name: '', kind: 'money', choices: [], title: key }), choice: (_, value) => value, parameter: String, set: String, fact: (name) => name,
  field: (name) => ({ name, kind: KINDS[name] ?? 'text', choices: [], title: TITLES[name] ?? name }),
};
const text = (node: Node): string => JSON.stringify(write(node));
const GIFT: Json = { '==': [{ var: 'gift' }, true] };

/** A sum or count in any form that can be written. */
function randomTally(roll: () => number): Json {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(roll() * items.length)] as T;
  const condition = pick<Json>([true, GIFT, { and: [GIFT] }, { or: [GIFT, { '>': [{ var: 'quantity' }, 1] }] }, { '!': { or: [GIFT] } }, { odd: 1 }]);
  const over = pick<Json>([pick(LINES), { filter: [pick(LINES), condition] }]);
  const formula = pick<Json>([{ '*': [{ var: 'quantity' }, { var: 'price' }] }, { var: 'price' }, { odd: [{ var: 'x' }] }, 1]);
  const map: Json = { map: [over, formula] };
  return pick<Json>([{ count_if: [pick(LINES), condition] }, { sum_of: [over, 'quantity'] }, { sum_of: [map] }, { sum_of: map }]);
}

const compared = (roll: () => number): Json =>
  roll() < 0.8 ? { '>=': [randomTally(roll), roll() < 0.5 ? 3 : { var: 'total' }] } : { '<=': [1, randomTally(roll), 9] };
const leaves = (node: Node): string => String(drawn(node).filter((part) => !isBranch(part.node)).map((part) => text(part.node)).sort());

describe('sums and counts over lines', () => {
  it('are all drawn, and given back byte for byte: untouched, emptied and filled again', () => {
    const roll = dice(23);
    const different: string[] = [];
    for (let round = 0; round < 3_000; round += 1) {
      const document = randomTally(roll);
      const node = read(document);
      const tally = tallyOf(node);
      const again = tally && withTallyBody(withTallyBody(node, read({ odd: 2 })), tally.body.node);
      const plain = tally && tally.body.node.kind === 'lit';
      const same = tally && withTallyBody(node, tally.body.node) === node && JSON.stringify(writeNew(node)) === JSON.stringify(document);
      if (!same || (!plain && again && text(again) !== JSON.stringify(document))) different.push(JSON.stringify(document));
    }
    expect(different).toEqual([]);
  });

  it('lose no condition when parts are dragged in, out and about', () => {
    const roll = dice(29);
    const lost: string[] = [];
    let moves = 0;
    for (let round = 0; round < 200; round += 1) {
      let rule = read({ and: [compared(roll), GIFT, { some: [{ var: 'lines' }, compared(roll)] }, { or: [compared(roll)] }] });
      const before = leaves(rule);
      for (let step = 0; step < 4; step += 1) {
        const parts = drawn(rule);
        const part = parts[Math.floor(roll() * parts.length)];
        const places = part ? slots(rule, part.at) : [];
        const place = places[Math.floor(roll() * places.length)];
        if (!part || !place) continue;
        rule = read(JSON.parse(text(move(rule, part.at, place))) as Json);
        moves += 1;
        if (leaves(rule) !== before) lost.push(text(rule));
      }
    }
    expect(lost).toEqual([]);
    expect(moves).toBeGreaterThan(400);
  });

  it('take their first condition and give up their last', () => {
    const all = read({ and: [{ '>=': [{ sum_of: [{ var: 'lines' }, 'quantity'] }, 3] }] });
    const [box] = drawn(all);
    const inside = slots(all, null).find((slot) => slot.lines === 'tally');
    expect(box?.at).toBe('/and/0');
    expect(inside).toMatchObject({ container: '/and/0/>=/0/sum_of/0/filter/1', index: 0 });
    const some = insert(all, inside ?? { container: '', index: 0 }, [read(GIFT)]);
    expect(text(some)).toBe('{"and":[{">=":[{"sum_of":[{"filter":[{"var":"lines"},{"==":[{"var":"gift"},true]}]},"quantity"]},3]}]}');
    expect(text(remove(some, '/and/0/>=/0/sum_of/0/filter/1'))).toBe(text(all));
  });

  it.each<[Json, string, string]>([
    [{ '>=': [{ sum_of: [{ map: [{ var: 'lines' }, { '*': [{ var: 'quantity' }, { var: 'price' }] }] }] }, 30_000] }, '明细的 数量 × 单价 合计 不低于 ¥300.00', 'money'],
    [{ '>=': [{ count_if: [{ var: 'lines' }, { text_has: [{ var: 'title' }, '礼盒'] }] }, 2] }, '明细中满足（商品名称 含有（任一词） 礼盒）的行数 不低于 2', 'integer'],
    [{ '<': [{ count_if: [{ var: 'lines' }, true] }, { var: 'total' }] }, '明细行数 小于 订单金额', 'integer'],
  ])('are said in words, with the kind of what is added up', (document, said, kind) => {
    const node = read(document);
    const shape = shapeOf(node);
    expect(sayRule(node, NAMES)).toBe(said);
    expect(shape.kind === 'tally' && aboutOf(shape.test.left.node, NAMES)?.kind).toBe(kind);
  });

  it.each<Json>([
    { sum_of: [{ var: 'tags' }, 'quantity'] }, { sum_of: [{ var: 'lines' }] }, { sum_of: [{ var: 'lines' }, { var: 'x' }] },
    { count_if: [{ filter: [{ var: 'lines' }, true] }, true] }, { sum_of: [{ map: [{ var: 'lines' }] }] }, { count_if: [{ var: ['lines', []] }, true] },
  ])('%j is none that can be drawn, and stays a chip', (document) => {
    expect(tallyOf(read(document))).toBeNull();
  });
});
