// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import ExceptionsScreen from '@/screens/exceptions/ExceptionsScreen';
import ProductPanel from '@/screens/products/ProductPanel';
import ProductsScreen from '@/screens/products/ProductsScreen';
import { useToasts } from '@/store/toasts';
import { useUi } from '@/store/ui';
import { calls, click, show, type, type Screen } from './render';

const HZ = { id: '1', title: '杭州仓' };
const tee = {
  id: '7', code: 'TEE', title: '纯棉T恤', spec: null, barcode: null, bundle: false, parts: [], sets: [], links: 0,
  stock: [{ warehouse: HZ, on_hand: 10, allocated: 3, safety: 2, free: 5 }],
};
const bag = { ...tee, id: '8', code: 'BAG', title: '帆布包', stock: [] };
const page = (...items: object[]) => Response.json({ items, next: null, total: items.length, warehouses: [HZ] });
const shop = { id: '3', title: '甲店', platform: 'taobao' };
const unknown = (why: 'alike' | 'same_code') => Response.json({
  items: [{
    name: 'NEW-1', title: '新品', spec: '红', accounts: [shop], orders: 2, waiting: 2, seen_at: '2026-11-22T10:00:00Z',
    matches: [{ product: { id: '7', code: 'TEE', title: '纯棉T恤' }, score: 0.4, why, shop: null }],
  }],
});

let screen: Screen;
let sent: unknown;
beforeEach(() => {
  useUi.setState({ locale: 'zh-CN' });
  useToasts.setState({ toasts: [] });
});
afterEach(() => screen.close());
const keep = (answer: object) => (body: unknown) => {
  sent = body;
  return Response.json(answer);
};

test('the catalogue shows what is free and what stands behind it', async () => {
  screen = await show(<ProductsScreen tab="products" />, { 'GET /products': () => page(tee), 'GET /links/unlinked': () => Response.json({ items: [] }) });
  await screen.until(() => screen.text().includes('TEE'));
  for (const words of ['纯棉T恤', '杭州仓 可用', '在库 10 · 占用 3 · 安全 2']) expect(screen.text()).toContain(words);
});

test('safety stock is changed alone; nonsense cannot be saved', async () => {
  screen = await show(<ProductPanel id="7" close={() => undefined} choose={() => undefined} />, {
    'GET /products/7': () => Response.json({ ...tee, used_in: [], linked: [] }), 'GET /products': () => page(tee), 'PUT /products/7/stock/1': keep({ orders: 4 }),
  });
  await screen.until(() => document.querySelector('[data-stock=safety]') !== null);
  await type(screen.find('[data-stock=safety]'), 'a lot');
  expect(screen.button('保存').disabled).toBe(true);
  await type(screen.find('[data-stock=safety]'), '0');
  await click(screen.button('保存'));
  await screen.until(() => screen.text().includes('4 个缺货订单重新处理'));
  expect(sent).toEqual({ safety: 0 });
});

test('a bundle is put together from products there are', async () => {
  screen = await show(<ProductPanel id="7" close={() => undefined} choose={() => undefined} />, {
    'GET /products/7': () => Response.json({ ...tee, used_in: [], linked: [] }), 'GET /products': () => page(tee, bag), 'PUT /products/7/parts': keep({ orders: 0 }),
  });
  await screen.until(() => screen.text().includes('添加组成件或赠品'));
  await click(screen.button('添加组成件或赠品'));
  await screen.until(() => document.querySelector('[data-product=BAG]') !== null);
  await click(screen.find('[data-product=BAG]'));
  await type(screen.find('[data-part=BAG] input'), '2');
  await click(screen.button('保存组成'));
  await screen.until(() => screen.text().includes('组成已保存'));
  expect(sent).toEqual({ parts: [{ product_id: '8', quantity: 2, gift: false, once: false }] });
});

const exception = {
  id: '1', kind: 'sku', code: 'sku.unknown', message: { zh: '不认识的商品：NEW-1', en: 'Unknown' }, how: { zh: '选商品', en: 'Choose' }, order_id: '91',
  external_no: '2489', account: shop, created_at: '2026-11-22T10:00:00Z', count_same_cause: 2, actions: ['retry'],
};
const queue = { 'GET /exceptions': () => Response.json({ items: [exception], next: null, groups: [] }) };

test('an unknown product is chosen from the exception, for all orders that call it so', async () => {
  screen = await show(<ExceptionsScreen />, { ...queue, 'GET /links/unlinked': () => unknown('alike'), 'POST /links': keep({ orders: 2 }) });
  await screen.until(() => screen.text().includes('NEW-1'));
  await click(screen.button('选商品'));
  await screen.until(() => screen.text().includes('相似 40%'));
  expect(() => screen.button('就是')).toThrow(); // what is only alike is not chosen for anybody
  await click(screen.find('[data-match=TEE]'));
  await click(screen.button('就是 TEE，处理 2 个订单'));
  await screen.until(() => screen.text().includes('NEW-1 已对照到 TEE，2 个订单重新处理'));
  expect(sent).toEqual({ name: 'NEW-1', accounts: ['3'], product_id: '7' });
});

test('or it is added, with what the channel says of it filled in', async () => {
  screen = await show(<ExceptionsScreen />, { ...queue, 'GET /links/unlinked': () => unknown('same_code'), 'POST /links': keep({ orders: 1 }) });
  await screen.until(() => screen.text().includes('NEW-1'));
  await click(screen.button('选商品'));
  await screen.until(() => screen.text().includes('就是 TEE'));
  await click(screen.button('新建商品'));
  await click(screen.button('新建并对照'));
  await screen.until(() => screen.text().includes('NEW-1 已对照到 NEW-1'));
  expect(sent).toEqual({ name: 'NEW-1', accounts: ['3'], product: { code: 'NEW-1', title: '新品', spec: '红', barcode: null } });
});

test('a read-only user is offered no change', async () => {
  screen = await show(<ExceptionsScreen />, queue, { role: 'viewer' });
  await screen.until(() => screen.text().includes('NEW-1'));
  expect(() => screen.button('选商品')).toThrow();
  await screen.close();
  screen = await show(<ProductsScreen tab="links" />, { 'GET /links/unlinked': () => unknown('alike'), 'GET /links': () => Response.json({ items: [], next: null, accounts: [shop] }) }, { role: 'viewer' });
  await screen.until(() => screen.text().includes('NEW-1'));
  expect(document.querySelector('[data-match]')).toBeNull();
  expect(calls).toContain('GET /links');
});
