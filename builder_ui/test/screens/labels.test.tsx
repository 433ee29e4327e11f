// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LabelItem, LabelState } from '@/api/labels';
import LabelsScreen from '@/screens/labels/LabelsScreen';
import { useUi } from '@/store/ui';
import { calls, click, show, type Screen } from './render';

const label = (id: string, state: LabelState, more: Partial<LabelItem> = {}): LabelItem => ({
  id, state, courier: 'YTO', tracking_no: ['ready', 'printed'].includes(state) ? `YT000${id}` : null,
  due_at: '2026-11-22T02:00:00Z', made_at: '2026-11-22T02:00:05Z', prints: state === 'printed' ? 2 : 0,
  printed_at: state === 'printed' ? '2026-11-22T02:10:00Z' : null, problem: null,
  fulfilment: { id: `5${id}`, title: `F5${id}` }, order: { id: `9${id}`, title: `248912345678901234${id}` }, platform: 'taobao',
  warehouse: { id: '7', title: '杭州仓' }, exception_id: null, ...more,
});
const REFUSED = label('3', 'refused', {
  exception_id: '33', problem: { code: 'connect.no_numbers_left', message: { zh: '电子面单单号用完了', en: 'none left' }, how: { zh: '请网点充值', en: 'top up' } },
});
const COUNTS = { warehouses: [{ warehouse: { id: '7', title: '杭州仓' }, states: { ready: 2, refused: 1 } }, { warehouse: { id: '8', title: '义乌保税仓' }, states: { printed: 4 } }] };
const answers = (...items: LabelItem[]) => ({
  'GET /labels': () => Response.json({ items, next: null }), 'GET /labels/counts': () => Response.json(COUNTS),
});

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());

test('numbers, orders, warehouses and what went wrong are shown, with counts by warehouse and state', async () => {
  screen = await show(<LabelsScreen />, answers(label('1', 'ready'), label('2', 'printed'), REFUSED));
  await screen.until(() => screen.text().includes('YT0001'));
  for (const words of ['圆通', 'F51', '杭州仓', '2489123456789012341', '电子面单单号用完了', '请网点充值', '还没有单号', '取打印数据 2 次']) expect(screen.text()).toContain(words);
  for (const [words, count] of [['全部仓库', '7'], ['义乌保税仓', '4'], ['待打印', '2'], ['取号失败', '1']] as const) expect(screen.button(words).textContent).toContain(count);
  expect(screen.find('a[href="/orders/91"]')).toBeTruthy();
});

test('printing asks for the data once, says who prints, and offers it as a file', async () => {
  let asked: unknown = null;
  let state: LabelState = 'ready';
  screen = await show(<LabelsScreen />, {
    ...answers(),
    'GET /labels': () => Response.json({ items: [label('1', state), label('2', state), label('4', 'printed')], next: null }),
    'POST /labels/print': (body) => {
      asked = body;
      state = 'printed';
      return Response.json({ labels: ['1', '2'].map((id) => ({ id, fulfilment_no: `F5${id}`, courier: 'YTO', tracking_no: `YT000${id}`, printing: { print_data: 'AES' } })) });
    },
  });
  await screen.until(() => screen.text().includes('YT0001'));
  await click(screen.button('打印这 2 张'));
  await screen.until(() => screen.text().includes('保存打印数据') && !screen.text().includes('打印这'));
  expect(asked).toEqual({ ids: ['1', '2'] });
  expect(screen.text()).toContain('织单不直接驱动打印机');
  expect(calls.filter((c) => c === 'POST /labels/print')).toHaveLength(1);
});

test('a refused label is tried again through its exception', async () => {
  screen = await show(<LabelsScreen />, { ...answers(REFUSED), 'POST /exceptions/33/retry': () => new Response(null, { status: 202 }) });
  await screen.until(() => screen.text().includes('电子面单单号用完了'));
  await click(screen.button('重试'));
  await screen.until(() => calls.includes('POST /exceptions/33/retry'));
});

test('a read-only user sees labels and can do nothing with them', async () => {
  screen = await show(<LabelsScreen />, answers(label('1', 'ready'), REFUSED), { role: 'viewer' });
  await screen.until(() => screen.text().includes('YT0001'));
  expect(screen.text()).toContain('只读账号不能打印');
  expect(() => screen.button('重试')).toThrow();
  expect(() => screen.button('打印这')).toThrow();
});

test('a day without labels says how to get some', async () => {
  screen = await show(<LabelsScreen />, { 'GET /labels': () => Response.json({ items: [], next: null }), 'GET /labels/counts': () => Response.json({ warehouses: [] }) });
  await screen.until(() => screen.text().includes('这一天没有面单'));
});
