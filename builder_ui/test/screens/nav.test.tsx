// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Nav } from '@/screens/frame/Nav';
import { PLACES } from '@/routes';
import { useUi } from '@/store/ui';
import { click, show, type Screen } from './render';

let screen: Screen;
const real = window.matchMedia;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(async () => {
  window.matchMedia = real;
  await screen.close();
});

function onAPhone(): void {
  window.matchMedia = vi.fn((query: string) => ({ ...real.call(window, query), matches: true, addEventListener: () => undefined, removeEventListener: () => undefined })) as typeof real;
}

const flow = (open_exceptions: number) => ({ 'GET /flow': () => Response.json({ open_exceptions, steps: [], lanes: [] }) });
const places = (): (string | null)[] => [...document.querySelectorAll('nav [role=group] a')].map((link) => link.getAttribute('href'));
const here = (): string | null | undefined => document.querySelector('nav [aria-current=page]')?.getAttribute('href');

test('every place is there, by group; where one is is marked; open exceptions are counted and said', async () => {
  screen = await show(<Nav />, flow(120), {}, '/records/fields');
  expect(places()).toEqual(PLACES.map(({ path }) => path));
  const groups = [...document.querySelectorAll('nav [role=group]')];
  expect(groups.map((group) => [group.getAttribute('aria-label'), group.querySelectorAll('a').length])).toEqual([['日常', 8], ['规则与资料', 4], ['设置', 2]]);
  expect(here()).toBe('/records');
  await screen.until(() => screen.text().includes('99+'));
  expect(screen.find('a[href="/exceptions"]').textContent).toContain('120');
});

test('one who may only look has no place that needs more', async () => {
  screen = await show(<Nav />, flow(0), { role: 'viewer' });
  expect(places()).not.toContain('/connections');
  expect(places()).toContain('/notifications');
  expect(here()).toBe('/');
  expect(document.querySelector('a[href="/exceptions"]')?.textContent).toBe('异常');
});

test('a phone has the places of any moment and a menu of the others, which says where one is', async () => {
  onAPhone();
  screen = await show(<Nav />, flow(0), {}, '/tables/7');
  expect(places()).toEqual(['/', '/orders', '/exceptions', '/entry']);
  const more = screen.button('对照表');
  expect(more.getAttribute('data-here')).toBe('true');
  await click(more);
  await screen.until(() => document.querySelector('[role=menuitem]') !== null);
  const items = [...document.querySelectorAll('[role=menuitem]')];
  expect(items.map((item) => item.getAttribute('href'))).toEqual(PLACES.filter(({ always }) => !always).map(({ path }) => path));
  expect(items.filter((item) => item.getAttribute('aria-current') === 'page').map((item) => item.textContent)).toEqual(['对照表']);
});
