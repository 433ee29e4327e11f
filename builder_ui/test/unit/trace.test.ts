import { expect, test } from 'vitest';
import { readTrace, deciding, flatten, holds, type Condition, type Traced } from '@/core/trace';
import { sayTerm, sayOp, type Tongue } from '@/core/values';
import { translator } from '@/i18n/translate';

const tongue: Tongue = { t: translator('zh-CN'), locale: 'zh-CN', zone: 'Asia/Shanghai' };
const field = (name: string, value: unknown): Traced => ({ pointer: `/${name}`, op: 'var', var: name, value, args: [] });
const fixed = (value: unknown): Traced => ({ pointer: '/v', op: 'literal', value, args: [] });
const node = (op: string, value: unknown, ...args: Traced[]): Traced => ({ pointer: `/${op}`, op, value, args });

const near = (value: boolean): Traced => node('in', value, field('province', value ? '浙江' : '新疆'), fixed(['浙江', '江苏']));
const paid = (fen: number): Traced => node('>', fen > 20_000, field('paid', fen), fixed(20_000));
const say = (c: Condition): string => (c.kind === 'test' ? [sayTerm(c.left, tongue), sayOp(c.op, tongue), ...c.right.map((t) => sayTerm(t, tongue, c.left.kind === 'field' ? c.left.name : ''))].join(' ') : c.mode);

test('groups keep their word and their verdict', () => {
  const all = readTrace(node('and', false, near(true), paid(100)));
  expect(all).toMatchObject({ kind: 'group', mode: 'all', verdict: 'no' });
  expect(flatten(all).map((f) => [f.depth, f.condition.verdict])).toEqual([[0, 'no'], [1, 'yes'], [1, 'no']]);
});

test('not-or is one choice: none of', () => {
  expect(readTrace(node('!', true, node('or', false, near(false), paid(1))))).toMatchObject({ kind: 'group', mode: 'none', verdict: 'yes', items: [{ verdict: 'no' }, { verdict: 'no' }] });
  expect(readTrace(node('!', false, near(true)))).toMatchObject({ mode: 'none', items: [{ kind: 'test' }] });
});

test('a field alone asks whether it is filled in, a negated one whether it is empty', () => {
  expect(readTrace(field('buyer_note', ''))).toMatchObject({ op: 'present', verdict: 'no' });
  expect(readTrace(node('!', true, field('buyer_note', '')))).toMatchObject({ op: 'blank', verdict: 'yes' });
  expect(readTrace(node('!!', true, field('buyer_note', 'x')))).toMatchObject({ op: 'present', verdict: 'yes' });
});

test('comparisons read like sentences', () => {
  expect(say(readTrace(near(true)))).toBe('收货省份 属于 浙江、江苏');
  expect(say(readTrace(paid(25_000)))).toBe('实付金额 大于 ¥200.00');
  expect(say(readTrace(node('in', false, fixed('自提'), field('buyer_note', null))))).toBe('买家留言 包含 自提');
  expect(say(readTrace(node('<=', true, fixed(100), field('paid', 200), fixed(300))))).toBe('实付金额 介于（含两端） ¥1.00 ¥3.00');
  expect(say(readTrace(node('text.starts_with', true, field('sku_code', 'TX-1'), fixed('TX'))))).toBe('商家编码 开头是 TX');
});

test('formulas keep their parts, and money beside a formula of money reads as money', () => {
  const product = node('*', 26_000, field('lines.0.price', 13_000), field('lines.0.quantity', 2));
  const c = readTrace(node('>', true, product, fixed(20_000)));
  expect(c).toMatchObject({ kind: 'test', left: { kind: 'formula', op: '*', value: 26_000 } });
  expect(c.kind === 'test' && sayTerm(c.left, tongue)).toBe('单价 × 件数');
});

test('unknown operators show under their own name and are not dropped', () => {
  const c = readTrace(node('shop.loyalty', true, field('customer_ref', 'c1'), fixed(3)));
  expect(c).toMatchObject({ kind: 'test', op: 'shop.loyalty', right: [{ value: 3 }] });
  expect(sayOp('shop.loyalty', tongue)).toBe('shop.loyalty');
});

test('conditions on lines name the list and the quantifier', () => {
  expect(readTrace(node('some', true, field('lines', []), paid(1)))).toMatchObject({ kind: 'lines', mode: 'some', items: [{ kind: 'test' }] });
  expect(readTrace(node('all', true, field('lines', []), paid(1)))).toMatchObject({ mode: 'every' });
});

test('loops say which line each judgement was made on', () => {
  const at = (item: number, fen: number): Traced => ({ ...paid(fen), item });
  expect(readTrace(node('some', true, field('lines', []), at(0, 1), at(1, 50_000)))).toMatchObject({ kind: 'lines', lines: [1, 2], items: [{ verdict: 'no' }, { verdict: 'yes' }] });
});

test('a part that was never evaluated is neither met nor unmet', () => {
  const c = readTrace(node('and', false, near(false), { ...node('or', null, paid(1), near(true)), skipped: true }));
  expect(flatten(c).map((f) => f.condition.verdict)).toEqual(['no', 'no', 'open', 'open', 'open']);
});

test.each([[[], false], [[0], true], ['', false], ['0', true], [0, false], [null, false], [{}, true]])('%j counts as %s', (value, expected) => {
  expect(holds(value)).toBe(expected);
});

test('the reason names what decided: one failed part of all, every failed part of any', () => {
  expect(deciding(readTrace(node('and', false, near(true), paid(1), near(false)))).map(say)).toEqual(['实付金额 大于 ¥200.00']);
  expect(deciding(readTrace(node('or', false, near(false), paid(1)))).map(say)).toHaveLength(2);
  const none = readTrace(node('!', false, node('or', true, near(false), paid(50_000))));
  expect(deciding(none).map(say)).toEqual(['实付金额 大于 ¥200.00']);
  expect(deciding(readTrace(near(true)))).toEqual([]);
});

test('the reason is found through nesting', () => {
  const inner = node('or', false, near(false), paid(1));
  expect(deciding(readTrace(node('and', false, near(true), inner)))).toHaveLength(2);
});
