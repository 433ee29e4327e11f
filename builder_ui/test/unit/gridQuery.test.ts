import { expect, test } from 'vitest';
import { bounds, cleared, EVERYTHING, filterCount, fromAddress, toAddress, toServer, type GridQuery } from '@/core/gridQuery';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-22T18:33:05Z');
const FULL: GridQuery = {
  state: 'held', search: '王 & 2489', platforms: ['taobao', 'jd'], warehouses: ['3'], provinces: ['浙江'], holds: ['risk'],
  when: { first: '2026-11-01', last: '2026-11-03' }, sort: '-total',
};

test('asking for everything leaves the address bare', () => {
  expect(toAddress(EVERYTHING)).toBe('');
  expect(fromAddress('')).toEqual(EVERYTHING);
});

test('what is put into the address comes back', () => {
  expect(fromAddress(toAddress(FULL))).toEqual(FULL);
  expect(fromAddress(`?${toAddress(FULL)}`)).toEqual(FULL);
  expect(fromAddress(toAddress({ ...EVERYTHING, when: '7d' })).when).toBe('7d');
});

test('nonsense in the address is left out', () => {
  const query = fromAddress('state=nonsense&sort=price&when=2026-13-40..x&hold=risk,evil&platform=,,jd,jd&q=%20');
  expect(query).toEqual({ ...EVERYTHING, holds: ['risk'], platforms: ['jd'] });
  expect(fromAddress('when=2026-11-03..2026-11-01').when).toBeNull();
});

test('the server is asked in its own words, in instants', () => {
  expect(Object.fromEntries(toServer(FULL, ZONE, NOW))).toEqual({
    state: 'held', q: '王 & 2489', platform: 'taobao,jd', warehouse: '3', province: '浙江', hold: 'risk', sort: '-total',
    placed_from: '2026-10-31T16:00:00.000Z', placed_to: '2026-11-03T16:00:00.000Z',
  });
});

test.each([
  ['today', '2026-11-22T16:00:00.000Z', undefined], ['yesterday', '2026-11-21T16:00:00.000Z', '2026-11-22T16:00:00.000Z'],
  ['7d', '2026-11-16T16:00:00.000Z', undefined], ['30d', '2026-10-24T16:00:00.000Z', undefined],
] as const)('%s begins with the hub’s day', (when, from, to) => {
  expect(bounds(when, ZONE, NOW)).toEqual({ from, ...(to ? { to } : {}) });
});

test('clearing keeps the view and the order, and counts filters', () => {
  expect(filterCount(FULL)).toBe(6);
  expect(cleared(FULL)).toEqual({ ...EVERYTHING, state: 'held', sort: '-total' });
  expect(filterCount(cleared(FULL))).toBe(0);
});
