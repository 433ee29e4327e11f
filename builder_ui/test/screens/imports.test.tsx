// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wire } from '@/api/client';
import ImportPage from '@/screens/imports/ImportPage';
import ImportsScreen from '@/screens/imports/ImportsScreen';
import { useUi } from '@/store/ui';
import { calls, click, show, type Screen } from './render';

const SHOP = { id: '3', title: '微信接单', platform: 'file', tables: true, own: true, published: true };
const IMPORT = {
  id: '9', name: '十月.csv', size: 2048, account: { id: '3', title: '微信接单' }, platform: 'file', state: 'running',
  created_at: '2026-11-28T02:00:00Z', created_by: 'demo', started_at: '2026-11-28T02:01:00Z', ended_at: null, encoding: 'utf-8', own_columns: [],
  records: 50_000, done: 12_000, trouble: null, may_continue: false, failed_rows: false,
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

test('viewers see how imports went and bring nothing', async () => {
  screen = await show(<ImportsScreen />, { 'GET /imports/shops': shops(SHOP), 'GET /imports': history({ ...IMPORT, state: 'done' }) }, { role: 'viewer' });
  await screen.until(() => screen.text().includes('完成，有失败'));
  expect(document.querySelector('input[type=file]')).toBeNull();
});
