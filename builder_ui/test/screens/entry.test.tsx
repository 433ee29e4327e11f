// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import EntryScreen from '@/screens/entry/EntryScreen';
import { blank, faultsOf, useDesk } from '@/screens/entry/draft';
import { ApiError } from '@/api/client';
import { useToasts } from '@/store/toasts';
import { useUi } from '@/store/ui';
import { calls, click, show, type, type Screen } from './render';

const SHOP = { id: '3', title: '微信接单', platform: 'file', tables: true, own: true, published: true };
const CAP = { id: '7', code: 'CAP', title: '棒球帽', spec: null, barcode: null, bundle: false, parts: [], sets: [], stock: [], links: 0 };
const shops = (...items: object[]) => () => Response.json({ items, most_bytes: 1024 });
const products = () => Response.json({ items: [CAP], next: null, total: 1, warehouses: [] });
const waiting = { number: 'M-1', account_id: '3', state: 'waiting', order_id: null, trouble: null };

let screen: Screen;
beforeEach(() => {
  useUi.setState({ locale: 'zh-CN' });
  useToasts.setState({ toasts: [] });
  useDesk.setState({ login: '', account: '', draft: blank(), saved: [] });
});
afterEach(() => screen?.close());

const press = (element: HTMLElement, key: string): Promise<void> =>
  act(async () => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });

async function withOneCap(answers: Parameters<typeof show>[1]): Promise<void> {
  screen = await show(<EntryScreen />, { 'GET /imports/shops': shops(SHOP), 'GET /products': products, 'GET /orders/entered': () => Response.json({ ...waiting, state: 'done', order_id: '5' }), ...answers });
  await screen.until(() => document.querySelector('input[type=search]') !== null);
  const search = screen.find('input[type=search]');
  await type(search, 'cap');
  await press(search, 'Enter'); // before the catalogue has answered, as a scanner does
  await screen.until(() => document.querySelector('tr[data-line=CAP]') !== null);
}

test('a form that got no answer is sent again as the same order; the next one is another', async () => {
  const sent: { token: string; lines: object[]; freight: number }[] = [];
  await withOneCap({
    'POST /orders': (body) => {
      sent.push(body as (typeof sent)[0]);
      return sent.length === 1 ? Promise.reject(new TypeError('fetch failed')) : Response.json(waiting, { status: 201 });
    },
  });
  await type(screen.find('[data-field="lines.0.price"]'), '69.5');
  await click(screen.button('保存，录下一单'));
  await screen.until(() => screen.text().includes('连不上服务器'));
  await click(screen.button('保存，录下一单'));
  await screen.until(() => screen.text().includes('已处理'));
  expect(sent[0]?.lines).toEqual([{ product_id: '7', quantity: 1, price: 6950, gift: false }]);
  expect(sent[1]).toEqual(sent[0]);
  const { draft, saved } = useDesk.getState();
  expect([draft.lines.length, draft.token === sent[0]?.token, saved.map((one) => one.total)]).toEqual([0, false, [6950]]);
});

test('what is no amount never leaves; what the server refuses stands at its box', async () => {
  await withOneCap({
    'POST /orders': () => Response.json({ code: 'request.invalid', message: '有 1 处不对。', errors: [{ field: 'receiver.phone', message: '应是手机号' }] }, { status: 422 }),
  });
  await type(screen.find('[data-field="lines.0.price"]'), 'viel');
  await click(screen.button('保存，录下一单'));
  await screen.until(() => screen.text().includes('应是金额'));
  expect(calls).not.toContain('POST /orders');
  await type(screen.find('[data-field="lines.0.price"]'), '');
  await click(screen.button('保存，录下一单'));
  await screen.until(() => screen.find('[data-field="receiver.phone"]').getAttribute('aria-invalid') === 'true');
  expect(screen.text()).toContain('应是手机号');
});

test('places in the order are the boxes that hold them', () => {
  const at = (where: string) => Object.keys(faultsOf(new ApiError(422, { code: 'x', message: 'm', how: null, where, errors: [] })));
  expect([at('province'), at('lines/2/quantity'), at('lines.0.product_id'), at('discount')]).toEqual([['receiver.province'], ['lines.1.quantity'], ['lines.0.product_id'], ['discount']]);
  expect(faultsOf(new ApiError(409, { code: 'entry.saved_already', message: 'm', how: null, where: 'M-1', errors: [] }))).toEqual({});
});

test('a pasted receiver fills the boxes; without a shop of one’s own there is a way to open one', async () => {
  const found = { name: '张三', phone: '13800000000', province: '浙江', city: '杭州市', district: null, address: '某路1号' };
  await withOneCap({ 'POST /orders/receiver': () => Response.json(found) });
  const paste = screen.find('[data-field="paste"]') as HTMLTextAreaElement;
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(paste, '张三 …');
    paste.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await press(paste, 'Enter');
  await screen.until(() => useDesk.getState().draft.receiver.city === '杭州市');
  expect(useDesk.getState().draft.receiver).toEqual({ ...found, district: '', town: '' });
  await screen.close();
  screen = await show(<EntryScreen />, { 'GET /imports/shops': shops() });
  await screen.until(() => screen.text().includes('先开一个自己的店铺'));
});
