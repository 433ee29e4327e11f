// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wire } from '@/api/client';
import ImportPage from '@/screens/imports/ImportPage';
import ImportsScreen from '@/screens/imports/ImportsScreen';
import { useUi } from '@/store/ui';
import { calls, click, show, type, type Screen } from './render';

const SHOP = { id: '3', title: '微信接单', platform: 'file', tables: true, own: true, published: true };
const IMPORT = {
  id: '9', name: '十月.csv', size: 2048, account: { id: '3', title: '微信接单' }, platform: 'file', state: 'running',
  created_at: '2026-11-28T02:00:00Z', created_by: 'demo', started_at: '2026-11-28T02:01:00Z', ended_at: null, encoding: 'utf-8', own_columns: [],
  read: 0, records: 50_000, done: 12_000, trouble: null, may_continue: false, failed_rows: false,
  counts: { accepted: 11_000, updated: 0, unchanged: 997, failed: 3, waiting: 0 },
};
const shops = (...items: object[]) => () => Response.json({ items, most_bytes: 1024 });
const history = (...items: object[]) => () => Response.json({ items, next: null });

let screen: Screen;
const real = wire.send;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(async () => {
  wire.send = real;
  await screen.close();
});

async function choose(...files: File[]): Promise<void> {
  const input = screen.find('input[type=file]') as HTMLInputElement;
  Object.defineProperty(input, 'files', { value: files, configurable: true });
  await act(async () => input.dispatchEvent(new Event('change', { bubbles: true })));
}

test('what is wrong with a file is said before it leaves, what the server refuses is said in the same place', async () => {
  screen = await show(<ImportsScreen />, { 'GET /imports/shops': shops(SHOP), 'GET /imports': history() });
  await screen.until(() => screen.text().includes('还没有导入过文件'));
  await choose(new File(['x'.repeat(2000)], 'big.csv'));
  expect(screen.find('[role=alert]').textContent).toContain('文件太大，最大 1.0 KB');
  wire.send = async (url, headers, file, moved) => {
    moved(0.5);
    expect([url, headers['Content-Type'], file.size]).toEqual(['/api/v1/imports?account=3&name=a.csv', 'application/octet-stream', 1]);
    return Response.json({ code: 'imports.disk_full', message: '磁盘满了。', how: '腾出空间。' }, { status: 422 });
  };
  await choose(new File(['x'], 'a.csv'));
  await screen.until(() => screen.find('[role=alert]').textContent === '磁盘满了。 腾出空间。');
});

test('with several shops one has to be chosen', async () => {
  screen = await show(<ImportsScreen />, { 'GET /imports/shops': shops(SHOP, { ...SHOP, id: '4', title: '批发' }), 'GET /imports': history() });
  await screen.until(() => screen.text().includes('还没有导入过文件'));
  await choose(new File(['x'], 'a.csv'));
  expect(screen.find('[role=alert]').textContent).toContain('还没有选店铺');
});

test('an import under way shows how far it is and can be stopped', async () => {
  screen = await show(<ImportPage id="9" />, {
    'GET /imports/9': () => Response.json(IMPORT),
    'GET /imports/9/failures': () => Response.json({ items: [], next: null, total: 0 }),
    'POST /imports/9/stop': () => new Response(null, { status: 204 }),
  });
  await screen.until(() => screen.text().includes('已处理 12,000 / 50,000'));
  expect(screen.find('[data-outcome=failed]').textContent).toBe('失败3');
  await click(screen.button('停止'));
  await screen.until(() => calls.includes('POST /imports/9/stop'));
});

test('how much of a file has been read is shown while it is read', async () => {
  screen = await show(<ImportPage id="9" />, {
    'GET /imports/9': () => Response.json({ ...IMPORT, size: 2000, read: 860, records: null, done: 0 }),
    'GET /imports/9/failures': () => Response.json({ items: [], next: null, total: 0 }),
  });
  await screen.until(() => screen.text().includes('正在读文件：43%'));
  expect(screen.find('progress').getAttribute('value')).toBe('0.43');
});

test('viewers see how imports went and bring nothing', async () => {
  screen = await show(<ImportsScreen />, { 'GET /imports/shops': shops(SHOP), 'GET /imports': history({ ...IMPORT, state: 'done' }) }, { role: 'viewer' });
  await screen.until(() => screen.text().includes('完成，有失败'));
  expect(document.querySelector('input[type=file]')).toBeNull();
});

test('a shop of one’s own is opened by its name and is the one files go to', async () => {
  const opened: unknown[] = [];
  const all: object[] = [SHOP, { ...SHOP, id: '4', title: '批发' }];
  screen = await show(<ImportsScreen />, {
    'GET /imports/shops': () => shops(...all)(), 'GET /imports': history(), 'GET /blueprints': () => Response.json({ items: [] }),
    'POST /imports/shops': (body) => {
      opened.push(body);
      all.push({ ...SHOP, id: '7', title: '门店' });
      return Response.json({ id: '7', title: '门店' }, { status: 201 });
    },
  });
  await screen.until(() => screen.text().includes('还没有导入过文件'));
  await click(screen.button('开一个自己的店铺'));
  await screen.until(() => document.querySelector('[role=dialog] input') !== null);
  await type(screen.find('[role=dialog] input'), ' 门店 ');
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => (screen.find('select') as HTMLSelectElement).value === '7');
  expect(opened).toEqual([{ title: '门店', blueprint: null }]);
});

test('a file is looked through before it counts: how many orders cannot come in, in which cell; then it is started', async () => {
  const good = { place: 2, is_row: true, external_no: 'A1', values: null, problems: [] };
  const problem = { cell: 'C3', column: '金额', title: null, message: { zh: '不是金额', en: 'no amount' }, how: null };
  screen = await show(<ImportPage id="9" />, {
    'GET /imports/9': () => Response.json({ ...IMPORT, state: 'uploaded', records: null, done: 0, counts: { ...IMPORT.counts, accepted: 0, failed: 0 } }),
    'GET /imports/9/preview': () => Response.json({ columns: [], rows: [good, { ...good, place: 3, problems: [problem] }], more: true, published: true }),
    'POST /imports/9/start': () => new Response(null, { status: 204 }),
  });
  await screen.until(() => screen.text().includes('前 2 单里有 1 单进不来'));
  expect(screen.find('[data-flawed] li').textContent).toContain('C3');
  await click(screen.button('开始导入'));
  await screen.until(() => calls.includes('POST /imports/9/start'));
});

test('rows that failed can be fetched to be corrected', async () => {
  screen = await show(<ImportPage id="9" />, {
    'GET /imports/9': () => Response.json({ ...IMPORT, state: 'done', failed_rows: true }),
    'GET /imports/9/failures': () => Response.json({ items: [], next: null, total: 0 }),
  });
  await screen.until(() => screen.text().includes('下载失败的行'));
  expect(screen.find('a[download]').getAttribute('href')).toBe('/api/v1/imports/9/failed-rows');
});
