import { expect, test } from 'vitest';
import { remember, sparkline, type Sample } from '@/core/history';
import { sayField, sayPersonal, sayValue, type Tongue } from '@/core/values';
import { translator } from '@/i18n/translate';

const zh: Tongue = { t: translator('zh-CN'), locale: 'zh-CN', zone: 'Asia/Shanghai' };
const en: Tongue = { t: translator('en'), locale: 'en', zone: 'Asia/Shanghai' };

test.each([
  ['total', 32800, '¥328.00', '¥328.00'], ['lines.0.price', 100, '¥1.00', '¥1.00'], ['quantity', 32800, '32800', '32800'],
  ['placed_at', Date.UTC(2026, 10, 22, 18), '2026-11-23 02:00:00', '2026-11-23 02:00:00'], ['ship_by', '2026-11-22T18:00:00Z', '2026-11-23 02:00:00', '2026-11-23 02:00:00'],
  ['gift', true, '是', 'yes'], ['buyer_note', null, '（空）', '(empty)'], ['buyer_note', '', '（空）', '(empty)'], ['promotion_tags', [], '（空）', '(empty)'],
  ['promotion_tags', ['a', 'b'], 'a、b', 'a, b'], ['platform', 'jd', '京东', 'JD'], ['payment_state', 'paid', '已付款', 'Paid'], ['payment_state', 'odd', 'odd', 'odd'],
  ['external_no', '2489123456789012345', '2489123456789012345', '2489123456789012345'],
])('%s = %j', (name, value, chinese, english) => {
  expect(sayValue(value, name, zh)).toBe(chinese);
  expect(sayValue(value, name, en)).toBe(english);
});

test('a field is named by the server, else by the catalogue, else by itself', () => {
  expect(sayField('province', zh)).toBe('收货省份');
  expect(sayField('province', zh, { zh: '省', en: 'Prov' })).toBe('省');
  expect(sayField('x_custom', en)).toBe('x_custom');
});

test.each([
  ['AAS/ZFJFpmfveSmeZ0P9i+iPiAVtOMmowMRtStdbSOA32r6w=', '（密文）'], ['李**', '李**'], ['138*******1', '138*******1'], ['13800000001', '13800000001'],
  ['春晓街1号', '春晓街1号'], ['Anna Lena Maria von Beispiel', 'Anna Lena Maria von Beispiel'], [null, null],
])('personal data %j', (text, said) => {
  expect(sayPersonal(text, zh.t)).toBe(said);
});

test('a sparkline spans the box from first to last sample', () => {
  const samples: readonly Sample[] = [0, 1, 2, 3, 4].map((i) => ({ at: i * 1000, value: i }));
  expect(sparkline(samples, 100, 20)).toBe('0.0,20.0 25.0,15.0 50.0,10.0 75.0,5.0 100.0,0.0');
  expect(sparkline(samples.slice(0, 3), 100, 20)).toBe('');
});

test('samples are forgotten after the span, and the same moment counts once', () => {
  const a = { at: 0, value: 1 };
  const b = { at: 5_000, value: 2 };
  expect(remember([a], b, 4_000)).toEqual([b]);
  expect(remember([b], { at: 5_000, value: 9 }, 4_000)).toEqual([b]);
});
