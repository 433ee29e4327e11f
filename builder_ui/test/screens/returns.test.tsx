// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import ReturnsScreen from '@/screens/returns/ReturnsScreen';
import { useToasts } from '@/store/toasts';
import { useUi } from '@/store/ui';
import { click, show, type, type Screen } from './render';

const item = {
  id: '5', order_id: '91', external_no: '2489', platform: 'taobao', account: { id: '1', title: '甲店' }, title: '纯棉T恤', spec: null, sku_code: 'TEE', kind: 'return',
  state: 'returning', refund_no: '9001', quantity: 3, amount: 20700, currency: 'CNY', opened_at: '2026-11-22T10:00:00Z', changed_at: '2026-11-22T10:00:00Z', closed_at: null, goods: 'awaited',
};
const answers = {
  'GET /after-sales': () => Response.json({ items: [item], next: null, counts: { returning: 1 } }),
  'GET /after-sales/5/goods': () => Response.json({ pieces: [{ product: { id: '7', code: 'TEE', title: '纯棉T恤' }, shipped: 3, received: 0 }], warehouses: [{ id: '2', title: '杭州仓' }] }),
};

let screen: Screen;
beforeEach(() => {
  useUi.setState({ locale: 'zh-CN' });
  useToasts.setState({ toasts: [] });
});
afterEach(() => screen.close());

test('goods that arrived are booked by what can be sold again', async () => {
  let sent: unknown;
  screen = await show(<ReturnsScreen />, { ...answers, 'POST /after-sales/5/receive': (body) => {
    sent = body;
    return Response.json({ orders: 2 });
  } });
  await screen.until(() => screen.text().includes('退款单 9001'));
  for (const words of ['纯棉T恤', '退货中 1', '等退货到仓']) expect(screen.text()).toContain(words);
  await click(screen.button('确认收货'));
  await screen.until(() => document.querySelector('[data-arrived=damaged]') !== null);
  await type(screen.find('[data-arrived=sellable]'), '2');
  await type(screen.find('[data-arrived=damaged]'), '1');
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => screen.text().includes('2 个缺货订单重新处理'));
  expect(sent).toEqual({ warehouse_id: '2', pieces: [{ product_id: '7', sellable: 2, damaged: 1 }] });
});

test('a read-only user receives nothing', async () => {
  screen = await show(<ReturnsScreen />, answers, { role: 'viewer' });
  await screen.until(() => screen.text().includes('退款单 9001'));
  expect(() => screen.button('确认收货')).toThrow();
});
