// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import OutboundScreen from '@/screens/outbound/OutboundScreen';
import { useUi } from '@/store/ui';
import { click, show, type Screen } from './render';

const LIST = {
  id: '9', warehouse: { id: '2', title: '杭州仓' }, day: '2026-11-28', asked: false, made_at: '2026-11-28T02:00:30Z', made_by: 'hub', count: 3, pieces: 9,
};
const warehouses = [LIST.warehouse];

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());

test('lists with their counts and downloads; one is made on demand', async () => {
  const items = [LIST];
  const sent: unknown[] = [];
  screen = await show(<OutboundScreen />, {
    'GET /outbound': () => Response.json({ items, next: null, warehouses }),
    'POST /outbound': (body) => {
      sent.push(body);
      items.unshift({ ...LIST, id: '10', asked: true, made_by: 'demo', count: 4 });
      return Response.json(items[0], { status: 201 });
    },
  });
  await screen.until(() => screen.text().includes('3 个发货单 · 9 件'));
  expect(screen.find('a[download]').getAttribute('href')).toBe('/api/v1/outbound/9/file');
  await click(screen.button('立即生成'));
  await screen.until(() => screen.text().includes('demo 生成'));
  expect(sent).toEqual([{ warehouse_id: '2', day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string }]);
});

test('without lists it says when there will be one; viewers take nothing away', async () => {
  screen = await show(<OutboundScreen />, { 'GET /outbound': () => Response.json({ items: [], next: null, warehouses }) }, { role: 'viewer' });
  await screen.until(() => screen.text().includes('还没有出库清单'));
  expect(screen.text()).not.toContain('立即生成');
});
