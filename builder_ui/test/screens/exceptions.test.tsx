// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import ExceptionsScreen from '@/screens/exceptions/ExceptionsScreen';
import { useUi } from '@/store/ui';
import { calls, click, show, type Screen } from './render';

const item = (id: string) => ({
  id, kind: 'stock', code: 'stock.short', actions: ['retry'], message: { zh: `缺货 ${id}`, en: `short ${id}` }, how: { zh: '补货', en: 'restock' }, order_id: `9${id}`,
  external_no: '2489123456789012345', account: { id: '1', title: '甲店' }, created_at: '2026-11-22T10:00:00Z', count_same_cause: 2,
});
const page = (...ids: string[]) => ({ items: ids.map(item), next: null, groups: ids.length ? [{ code: 'stock.short', title: { zh: '库存不足', en: 'Out of stock' }, count: ids.length }] : [] });

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());

test('groups, messages, remedies and the exact order number are shown', async () => {
  screen = await show(<ExceptionsScreen />, { 'GET /exceptions': () => Response.json(page('1', '2')) });
  await screen.until(() => screen.text().includes('缺货 2'));
  for (const words of ['库存不足', '补货', '订单 2489123456789012345', '甲店', '同因还有 1 条']) expect(screen.text()).toContain(words);
  expect(screen.find('a[href="/orders/91"]')).toBeTruthy();
});

test('a retried exception that disappears is reported as solved', async () => {
  let open = ['1', '2'];
  screen = await show(<ExceptionsScreen />, {
    'GET /exceptions': () => Response.json(page(...open)),
    'POST /exceptions/1/retry': () => {
      open = ['2'];
      return new Response(null, { status: 202 });
    },
  });
  await screen.until(() => screen.text().includes('缺货 1'));
  await click(screen.button('重新处理'));
  await screen.until(() => screen.text().includes('1 条已经通过'));
  expect(screen.text()).not.toContain('缺货 1');
});

test('retrying all goes on past one that is refused, and says so', async () => {
  screen = await show(<ExceptionsScreen />, {
    'GET /exceptions': () => Response.json(page('1', '2', '3')),
    'POST /exceptions/1/retry': () => new Response(null, { status: 202 }),
    'POST /exceptions/2/retry': () => Response.json({ code: 'x', message: '单子被锁住了', how: '', where: null, errors: [] }, { status: 409 }),
    'POST /exceptions/3/retry': () => new Response(null, { status: 202 }),
  });
  await screen.until(() => screen.text().includes('缺货 3'));
  await click(screen.button('这 3 条一起重新处理'));
  await screen.until(() => screen.text().includes('已提交 3 / 3'));
  expect(screen.text()).toContain('有 1 条没能提交');
  expect(screen.text()).toContain('单子被锁住了');
  expect(calls.filter((c) => c.startsWith('POST'))).toHaveLength(3);
});

test('what a warehouse refused is sent by another one on request, and not with all others', async () => {
  const refused = { ...item('7'), kind: 'warehouse', code: 'fulfilment.refused', actions: ['retry', 'elsewhere'] };
  screen = await show(<ExceptionsScreen />, {
    'GET /exceptions': () => Response.json({ ...page('1'), items: [refused, item('1')] }),
    'POST /exceptions/7/elsewhere': () => new Response(null, { status: 202 }),
  });
  await screen.until(() => screen.text().includes('缺货 7'));
  expect(screen.text()).not.toContain('一起重新处理');
  await click(screen.button('换仓发货'));
  await screen.until(() => calls.includes('POST /exceptions/7/elsewhere'));
});

test('a read-only user sees everything and can retry nothing', async () => {
  screen = await show(<ExceptionsScreen />, { 'GET /exceptions': () => Response.json(page('1')) }, { role: 'viewer' });
  await screen.until(() => screen.text().includes('缺货 1'));
  expect(screen.text()).toContain('只读账号不能重新处理');
  expect(() => screen.button('重新处理')).toThrow();
});

test('nothing wrong is said kindly; a failing server offers another try', async () => {
  screen = await show(<ExceptionsScreen />, { 'GET /exceptions': () => Response.json(page()) });
  await screen.until(() => screen.text().includes('没有待处理的异常'));
  await screen.close();
  screen = await show(<ExceptionsScreen />, { 'GET /exceptions': () => Response.json({ code: 'db', message: '数据库连不上', how: '稍后再试', where: null, errors: [] }, { status: 403 }) });
  await screen.until(() => screen.text().includes('数据库连不上'));
  expect(screen.button('重试')).toBeTruthy();
});
