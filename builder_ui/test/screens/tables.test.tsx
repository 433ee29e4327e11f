// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import TablesScreen from '@/screens/tables/TablesScreen';
import { useUi } from '@/store/ui';
import { calls, click, show, type, type Screen } from './render';

const both = (zh: string) => ({ zh, en: zh });
const SHOP = { key: 'shop', title: both('店') };
const FEES = {
  id: '5', blueprint: SHOP, key: 'fees', title: both('加价'), keys: 'text', values: 'money', version: 3, rows: 2, changed_at: '2026-11-28T02:00:00Z', changed_by: '小周',
  entries: [{ keys: ['VIP'], value: 1050 }, { keys: ['A', 'B'], value: 0 }], sets: [], couriers: [], used_by: [{ id: 'r', title: both('选仓') }],
};
const OTHER = { ...FEES, id: '6', key: 'grades', title: both('等级'), values: 'text', entries: [] };
const VERSION = {
  version: 3, at: '2026-11-28T02:00:00Z', by: '小周', restored: null, first: false,
  changes: [{ before: { keys: ['VIP'], value: 900 }, after: { keys: ['VIP'], value: 1050 } }, { before: null, after: { keys: ['A', 'B'], value: 0 } }],
};
const SERVER = {
  'GET /tables': () => Response.json({ items: [FEES, OTHER] }),
  'GET /tables/5': () => Response.json(FEES),
  'GET /tables/6': () => Response.json(OTHER),
  'GET /tables/5/versions': () => Response.json({ items: [VERSION, { ...VERSION, version: 2, first: true, changes: [] }], next: null }),
  'GET /tables/6/versions': () => Response.json({ items: [], next: null }),
};

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());

const boxes = (row: number): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>(`tr[data-row="${row}"] input`)];
const put = (row: number, box: number, text: string): Promise<void> => type(boxes(row)[box] as HTMLInputElement, text);

test('tables are listed, the first one open: its rows, who changed it, which rules read it', async () => {
  screen = await show(<TablesScreen id={null} />, SERVER);
  await screen.until(() => boxes(1).length > 0);
  expect([...document.querySelectorAll('[data-table]')].map((link) => [link.getAttribute('href'), link.getAttribute('aria-current')])).toEqual([['/tables/5', 'page'], ['/tables/6', null]]);
  expect(boxes(1).map((box) => box.value)).toEqual(['VIP', '10.50']);
  expect([boxes(2)[0]?.value, boxes(3)[0]?.value]).toEqual(['A', 'B']);
  for (const words of ['第 3 版', '小周', '选仓']) expect(screen.text()).toContain(words);
});

test('what is typed is saved as a version made from the one that was read; a cell that does not fit is marked; undo restores', async () => {
  const sent: unknown[] = [];
  screen = await show(<TablesScreen id="5" />, {
    ...SERVER,
    'PUT /tables/5': (body) => {
      sent.push(body);
      const faults = [{ field: '/entries/0/value', message: '不是金额' }];
      if (sent.length === 1) return Response.json({ code: 'tables.bad', message: '有误', how: null, where: '', errors: faults }, { status: 422 });
      return Response.json({ ...FEES, version: 4, entries: (body as typeof FEES).entries });
    },
    'POST /tables/5/restore': (body) => {
      sent.push(body);
      return Response.json({ ...FEES, version: 5 });
    },
  });
  await screen.until(() => boxes(1).length > 0);
  expect(screen.button('保存').disabled).toBe(true);
  await put(1, 1, '12');
  await click(screen.button('保存'));
  await screen.until(() => screen.text().includes('不是金额'));
  expect(boxes(1)[1]?.getAttribute('aria-invalid')).toBe('true');
  await click(screen.button('保存'));
  await screen.until(() => screen.text().includes('第 4 版'));
  const [refused, saved] = sent as { version: number; entries: { value: number }[] }[];
  expect([refused?.version, saved?.version, saved?.entries[0]?.value]).toEqual([3, 3, 1200]);
  await click(screen.button('撤销'));
  await screen.until(() => sent.length === 3);
  expect(sent[2]).toEqual({ version: 3, current: 4 });
});

test('somebody was faster: one’s own rows are kept, on top of theirs, or dropped', async () => {
  const versions: number[] = [];
  let newest = FEES;
  screen = await show(<TablesScreen id="5" />, {
    ...SERVER,
    'GET /tables/5': () => Response.json(newest),
    'PUT /tables/5': (body) => {
      const { version } = body as { version: number };
      versions.push(version);
      newest = { ...FEES, version: 4, entries: [{ keys: ['neu'], value: 1 }] };
      const told = { code: 'tables.changed_meanwhile', message: '别人先保存了', how: null, where: '', errors: [] };
      return version === 3 ? Response.json(told, { status: 409 }) : Response.json({ ...newest, version: 5 });
    },
  });
  await screen.until(() => boxes(1).length > 0);
  await put(1, 0, 'mine');
  await click(screen.button('保存'));
  await screen.until(() => screen.text().includes('别人先保存了'));
  await click(screen.button('保留我的'));
  await screen.until(() => !screen.text().includes('保留我的'));
  expect(boxes(1)[0]?.value).toBe('mine');
  await click(screen.button('保存'));
  await screen.until(() => versions.length === 2);
  expect(versions).toEqual([3, 4]);
});

test('one who may only look sees all of it and changes nothing', async () => {
  screen = await show(<TablesScreen id="5" />, SERVER, { role: 'viewer' });
  await screen.until(() => boxes(1).length > 0);
  expect(boxes(1).every((box) => box.readOnly)).toBe(true);
  expect([...document.querySelectorAll('button')].some((button) => button.textContent === '保存')).toBe(false);
  await screen.until(() => screen.text().includes('第 2 版'));
});

test('company settings are typed in people’s units, saved from what was live, and set back', async () => {
  const sent: unknown[] = [];
  const parameter = (key: string, kind: string, value: unknown, more: object = {}) => ({ key, title: both(key), kind, default: value, value, own: false, used_by: [both('风险')], ...more });
  const items = [
    parameter('大额', 'money', 200_000), parameter('交仓', 'schedule', { daily_at: '10:00' }, { value: 'at_once', own: true }), parameter('主管', 'texts', ['a@example.com', 'b@example.com']),
  ];
  screen = await show(<TablesScreen id="settings" />, {
    ...SERVER,
    'GET /blueprints': () => Response.json({ items: [{ ...SHOP, revision: 1, live_version: 1, published_at: null, differs: false }] }),
    'GET /blueprints/shop/parameters': () => Response.json({ plan: 'p1', items }),
    ...Object.fromEntries(items.map(({ key }) => [`PUT /blueprints/shop/parameters/${encodeURIComponent(key)}`, (body: unknown) => {
      sent.push([key, body]);
      return Response.json({ plan: 'p2', items });
    }])),
  });
  const box = (key: string) => screen.find(`[data-parameter="${key}"] input`) as HTMLInputElement;
  const button = (key: string) => document.querySelector<HTMLButtonElement>(`[data-parameter="${key}"] button`);
  await screen.until(() => document.querySelector('[data-parameter]') !== null);
  expect([box('大额').value, box('交仓').value, box('主管').value]).toEqual(['2000', '', 'a@example.com、b@example.com']);
  expect(button('大额')).toBeNull();
  await type(box('大额'), '1500.5x');
  expect([button('大额')?.disabled, box('大额').getAttribute('aria-invalid')]).toEqual([true, 'true']);
  await type(box('大额'), '1500.5');
  await click(button('大额') as HTMLElement);
  await screen.until(() => sent.length === 1);
  await type(box('主管'), 'c@example.com， d@example.com');
  await click(button('主管') as HTMLElement);
  await screen.until(() => sent.length === 2);
  expect(button('交仓')?.textContent).toBe('恢复默认：10:00');
  await click(button('交仓') as HTMLElement);
  await screen.until(() => sent.length === 3);
  expect(sent).toEqual([
    ['大额', { value: 150_050, plan: 'p1' }], ['主管', { value: ['c@example.com', 'd@example.com'], plan: 'p1' }], ['交仓', { value: null, plan: 'p1' }],
  ]);
});

test('rows are added, taken away, and pasted from a spreadsheet', async () => {
  screen = await show(<TablesScreen id="5" />, SERVER);
  await screen.until(() => boxes(1).length > 0);
  const rows = (): number => document.querySelectorAll('tr[data-row]').length;
  await click(screen.button('加一行'));
  expect(rows()).toBe(4);
  await click(screen.find('tr[data-row="1"] button[aria-label^="删除"]'));
  expect([rows(), boxes(1)[0]?.value]).toEqual([3, 'A']);
  await act(async () => {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { getData: () => 'C\t3.5\nD\t4' } });
    boxes(1)[0]?.dispatchEvent(event);
  });
  await screen.until(() => document.querySelector('[role=dialog]') !== null);
  expect((screen.find('[role=dialog] textarea') as HTMLTextAreaElement).value).toBe('C\t3.5\nD\t4');
  expect(calls.some((call) => call.startsWith('PUT'))).toBe(false);
});

test('rows of regions change places: the first that names a region counts', async () => {
  const share = (courier: string) => [{ courier, weight: 1 }];
  const entries = [{ keys: ['新疆'], value: share('EMS') }, { keys: ['浙江'], value: share('ZTO') }, { keys: [], value: share('YTO') }];
  const table = { ...FEES, id: '8', key: 'couriers', keys: 'province', values: 'couriers', entries, couriers: ['EMS', 'ZTO', 'YTO'] };
  let sent: unknown;
  screen = await show(<TablesScreen id="8" />, {
    ...SERVER,
    'GET /tables/8': () => Response.json(table),
    'GET /tables/8/versions': () => Response.json({ items: [], next: null }),
    'PUT /tables/8': (body) => {
      sent = body;
      return Response.json({ ...table, version: 4 });
    },
  });
  await screen.until(() => document.querySelector('[aria-label="下移第 1 行"]') !== null);
  await click(screen.find('[aria-label="下移第 1 行"]'));
  await click(screen.button('保存'));
  await screen.until(() => sent !== undefined);
  expect(sent).toEqual({ version: 3, entries: [entries[1], entries[0], entries[2]] });
});
