import { expect, test } from 'vitest';
import { absolute, clock, compact, dayOf, elapsed, isDay, relative, startOfDay } from '@/core/time';

const SHANGHAI = 'Asia/Shanghai';
const AT = '2026-11-22T18:30:05Z';
const NOW = Date.parse('2026-11-22T18:33:05Z');

test('moments are read in the hub zone, not in the reader’s', () => {
  expect(absolute(AT, SHANGHAI)).toBe('2026-11-23 02:30:05');
  expect(absolute(AT, 'America/New_York')).toBe('2026-11-22 13:30:05');
  expect(clock(AT, SHANGHAI)).toBe('02:30:05');
});

test('the year shows only when it is not this year', () => {
  expect(compact(AT, SHANGHAI, NOW)).toBe('11-23 02:30');
  expect(compact('2025-12-31T15:59:00Z', SHANGHAI, NOW)).toBe('2025-12-31 23:59');
  expect(compact('2025-12-31T16:00:00Z', SHANGHAI, NOW)).toBe('01-01 00:00');
});

test.each([
  ['2026-11-22T18:30:05Z', '3分钟前', '3 min. ago'], ['2026-11-22T18:33:02Z', '现在', 'now'], ['2026-11-22T18:33:30Z', '现在', 'now'],
  ['2026-11-22T15:33:05Z', '3小时前', '3 hr. ago'], ['2026-11-21T18:33:05Z', '昨天', 'yesterday'], ['2026-11-24T18:33:05Z', '后天', 'in 2 days'],
])('%s is %s', (iso, zh, en) => {
  expect(relative(iso, NOW, 'zh-CN')).toBe(zh);
  expect(relative(iso, NOW, 'en')).toBe(en);
});

test.each([
  [420, '0.4 秒', '0.4 s'], [9_900, '9.9 秒', '9.9 s'], [12_400, '12 秒', '12 s'], [200_000, '3 分 20 秒', '3 min 20 s'],
  [7_500_000, '2 小时 5 分', '2 h 5 min'], [90_000_000, '1 天 1 小时', '1 d 1 h'], [120_000, '2 分', '2 min'],
])('%d ms last %s', (ms, zh, en) => {
  expect(elapsed(ms, 'zh-CN')).toBe(zh);
  expect(elapsed(ms, 'en')).toBe(en);
});

test('a day begins at the hub’s midnight', () => {
  expect(dayOf(NOW, SHANGHAI)).toBe('2026-11-23');
  expect(startOfDay('2026-11-23', SHANGHAI)).toBe('2026-11-22T16:00:00.000Z');
  expect(startOfDay('2026-11-23', SHANGHAI, -1)).toBe('2026-11-21T16:00:00.000Z');
  expect(dayOf(NOW, SHANGHAI, -23)).toBe('2026-10-31');
});

test('a day begins at midnight also where clocks were moved that night', () => {
  // New York: clocks went back on 2026-11-01 at 02:00 and forward on 2026-03-08.
  expect(startOfDay('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z');
  expect(startOfDay('2026-11-02', 'America/New_York')).toBe('2026-11-02T05:00:00.000Z');
  expect(startOfDay('2026-03-09', 'America/New_York')).toBe('2026-03-09T04:00:00.000Z');
});

test.each([['2026-02-28', true], ['2026-02-30', false], ['2026-2-3', false], ['', false], ['tomorrow', false]])('%s is a day: %s', (text, is) => {
  expect(isDay(text)).toBe(is);
});
