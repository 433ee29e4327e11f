import { expect, test } from 'vitest';
import { fenOf, formatCount, formatMoney, moneyParts } from '@/core/money';

test.each([
  [0, '¥0.00'], [5, '¥0.05'], [100, '¥1.00'], [123456, '¥1,234.56'], [-2050, '-¥20.50'], [100000000, '¥1,000,000.00'],
  [Number.MAX_SAFE_INTEGER, '¥90,071,992,547,409.91'],
])('%d fen read %s', (fen, text) => {
  expect(formatMoney(fen)).toBe(text);
});

test('another currency keeps its own sign', () => {
  expect(formatMoney(199, 'USD')).toBe('$1.99');
  expect(formatMoney(199, 'XTS')).toBe('XTS 1.99');
});

test('the parts put together are the whole', () => {
  const { sign, symbol, whole, cents } = moneyParts(-9876543);
  expect(`${sign}${symbol}${whole}.${cents}`).toBe(formatMoney(-9876543));
});

test.each([[0, '0'], [999, '999'], [1000, '1,000'], [1234567, '1,234,567'], [-1000, '-1,000']])('count %d reads %s', (n, text) => {
  expect(formatCount(n)).toBe(text);
});

test.each([
  ['69', 6900], ['69.5', 6950], [' 69.05 ', 6905], ['1,234.56', 123456], ['0', 0], ['.5', null], ['6.905', null], ['-1', null], ['abc', null], ['', null],
])('%j typed is %s fen', (text, fen) => {
  expect(fenOf(text)).toBe(fen);
});
