import { expect, test } from 'vitest';
import { distinct, refresh, unseen, type Page, type Row } from '@/core/feed';

interface Order extends Row {
  readonly state: string;
}
const row = (id: string, state = 'to_ship', at = '1'): Order => ({ id, state, updated_at: at });
const page = (...items: Order[]): Page<Order> => ({ items, next: null, total: items.length, total_capped: false });

test('changed rows are replaced where they stand', () => {
  const pages = [page(row('1'), row('2')), page(row('3'))];
  const after = refresh(pages, [row('2', 'handed_over', '2'), row('9')]);
  expect(after[0]?.items.map((r) => [r.id, r.state])).toEqual([['1', 'to_ship'], ['2', 'handed_over']]);
  expect(after[1]).toBe(pages[1]);
  expect(after[0]?.items[0]).toBe(pages[0]?.items[0]);
});

test('no change keeps every object, so that nothing is drawn again', () => {
  const pages = [page(row('1'))];
  expect(refresh(pages, [row('1'), row('7')])).toBe(pages);
});

test('new rows are counted, and whether there may be more than were read', () => {
  const pages = [page(row('3'), row('2'))];
  expect(unseen(pages, [row('5'), row('4'), row('3')])).toEqual({ count: 2, more: false });
  expect(unseen(pages, [row('9'), row('8')])).toEqual({ count: 2, more: true });
  expect(unseen(pages, [row('3')])).toEqual({ count: 0, more: false });
  expect(unseen([], [])).toEqual({ count: 0, more: false });
});

test('a row that moved between pages is shown once', () => {
  expect(distinct([page(row('1'), row('2')), page(row('2'), row('3'))]).map((r) => r.id)).toEqual(['1', '2', '3']);
});
