// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import ConnectionsScreen from '@/screens/connections/ConnectionsScreen';
import { useUi } from '@/store/ui';
import { calls, click, pick, show, type, type Screen } from './render';

const both = (zh: string, en = zh) => ({ zh, en });
const setting = (name: string, more: object) => ({
  name, label: both(name), kind: 'text', required: true, secret: false, default: null, help: null, choices: [], minimum: null, maximum: null, ...more,
});
const TAOBAO = {
  key: 'taobao', origin: 'built_in', place: '', problem: null, title: both('淘宝'), kind: 'channel', capabilities: ['check', 'pull'], effects: [],
  verified: both('只对照过模拟器'),
  settings: [setting('app_key', {}), setting('secret', { secret: true }), setting('page_size', { kind: 'number', required: false, default: 50 }), setting('description', { kind: 'json' })],
};
const BROKEN = { ...TAOBAO, key: 'bad', kind: null, title: null, verified: null, settings: [], problem: { message: both('连接器文件 bad.py 无法加载'), how: null } };
const SHOP = {
  id: '4', connector: 'taobao', connector_title: both('淘宝'), kind: 'channel', title: '天猫主店', state: 'auth_failed', resting_until: null, expires_at: null,
  problem: { message: both('授权已失效'), how: both('请重新授权') }, worked_at: '2026-11-22T10:00:00Z', waiting: 0, orders_today: 1200,
  shops: [{ id: '9', title: '天猫主店' }], questions: [{ what: 'orders', seconds: 900, asked_at: null }], address: null,
  calls_refused: 0, call_refused_at: null,
};
const ROLE = {
  blueprint: 'b', blueprint_title: both('蓝图'), live: true, role: 'second', title: both('第二家店'), kind: 'account', connector: 'taobao',
  connector_title: both('淘宝'), target: null, candidates: [], provides: ['description'],
};
const SERVER = {
  'GET /connections': () => Response.json({ connections: [SHOP], roles: [ROLE] }),
  'GET /connections/connectors': () => Response.json({ items: [TAOBAO, BROKEN] }),
};

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());

test('what is connected, what is wrong with it, what is missing and what cannot be used', async () => {
  screen = await show(<ConnectionsScreen />, SERVER, { role: 'ops' });
  await screen.until(() => screen.text().includes('bad.py'));
  for (const words of ['等待重新授权', '授权已失效 请重新授权', '今日新订单 1,200', '每 15 分钟', '还要接入', '第二家店']) expect(screen.text()).toContain(words);
  expect(document.querySelector('[aria-label="修改 天猫主店"]')).toBeNull();
});

test('a role is connected: the server finds a fault, a trial fails, then both are well', async () => {
  let tries = 0;
  const added: unknown[] = [];
  screen = await show(<ConnectionsScreen />, {
    ...SERVER,
    'POST /connections/trial': () => {
      tries += 1;
      const faults = [{ field: 'page_size', message: '超出允许范围' }];
      if (tries === 1) return Response.json({ code: 'connect.settings', message: '设置有误', how: null, where: 'page_size', errors: faults }, { status: 422 });
      if (tries === 2) return Response.json({ ok: false, seller: null, known: null, problem: { message: both('签名不对'), how: both('核对密钥') } });
      return Response.json({ ok: true, seller: '织单女装', known: '天猫主店', problem: null });
    },
    'POST /connections': (body) => {
      added.push(body);
      return Response.json({ id: '7' }, { status: 201 });
    },
  }, { role: 'admin' });
  await screen.until(() => document.querySelector('[data-role=second]') !== null);
  await click(screen.find('button[aria-label="接入 第二家店"]'));
  await screen.until(() => document.querySelector('[data-setting=app_key]') !== null);
  expect(document.querySelector('[data-setting=description]')).toBeNull();
  await type(screen.find('input[data-setting=app_key]'), 'key');
  await type(screen.find('input[data-setting=secret]'), 'hush');
  const test = (): Promise<void> => click([...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find((b) => b.textContent === '测试') as HTMLElement);
  await test();
  await screen.until(() => document.querySelector('[data-setting=page_size]') !== null);
  expect(screen.text()).toContain('超出允许范围');
  await test();
  await screen.until(() => screen.text().includes('签名不对'));
  await test();
  await screen.until(() => screen.text().includes('测试通过：织单女装'));
  expect(screen.text()).toContain('已经由“天猫主店”接入');
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => added.length === 1);
  const place = { blueprint: 'b', role: 'second' };
  expect(added[0]).toEqual({ connector: 'taobao', title: '第二家店', settings: { app_key: 'key', secret: 'hush' }, place });
  expect(calls.length).toBeGreaterThan(0);
});

test('somebody else changed the connection meanwhile: what is set now is loaded and saved anew', async () => {
  const sent: { revision: number }[] = [];
  const form = () => ({ title: '天猫主店', connector: 'taobao', revision: sent.length + 1, values: { app_key: sent.length ? 'theirs' : 'first' }, set: ['secret'] });
  screen = await show(<ConnectionsScreen />, {
    ...SERVER,
    'GET /connections/4': () => Response.json(form()),
    'PUT /connections/4': (body) => {
      sent.push(body as { revision: number });
      const told = { code: 'connection.changed_by_other', message: '别人修改了这个连接', how: '读取现在的设置', where: '4', errors: [] };
      return sent.length === 1 ? Response.json(told, { status: 409 }) : new Response(null, { status: 204 });
    },
  }, { role: 'admin' });
  await screen.until(() => document.querySelector('[aria-label="修改 天猫主店"]') !== null);
  await click(screen.find('[aria-label="修改 天猫主店"]'));
  const box = (): HTMLInputElement | null => document.querySelector('input[data-setting=app_key]');
  await screen.until(() => box() !== null);
  await type(box() as HTMLInputElement, 'mine');
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => screen.text().includes('别人修改了这个连接'));
  await click([...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find((b) => b.textContent === '读取现在的设置') as HTMLElement);
  await screen.until(() => box()?.value === 'theirs');
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => sent.length === 2);
  expect(sent.map(({ revision }) => revision)).toEqual([1, 2]);
});

test('a retired connection says that its platform still calls', async () => {
  const retired = { ...SHOP, state: 'retired', problem: null, calls_refused: 12, call_refused_at: '2026-11-22T10:00:00Z' };
  screen = await show(<ConnectionsScreen />, { ...SERVER, 'GET /connections': () => Response.json({ connections: [retired], roles: [] }) }, { role: 'admin' });
  const toggle = (): HTMLElement | undefined => [...document.querySelectorAll<HTMLElement>('button')].find((b) => b.textContent?.includes('已停用的连接'));
  await screen.until(() => toggle() !== undefined);
  await click(toggle() as HTMLElement);
  expect(screen.text()).toContain('已拒收 12 次');
});

test('an admin pauses, asks more often, empties a role, and removes only when sure; ops may do none of it', async () => {
  const sent: unknown[] = [];
  const kept = (what: string) => (body: unknown) => {
    sent.push([what, body]);
    return new Response(null, { status: 204 });
  };
  const filled = { ...ROLE, role: 'main', title: both('主店'), target: '9', candidates: [{ id: '9', title: '天猫主店' }] };
  const server = {
    ...SERVER,
    'GET /connections': () => Response.json({ connections: [SHOP], roles: [filled] }),
    'PUT /connections/4/state': kept('state'), 'PUT /connections/4/every': kept('every'), 'PUT /connections/roles': kept('roles'),
    'DELETE /connections/4': () => {
      sent.push('removed');
      return Response.json({ kept: true });
    },
  };
  screen = await show(<ConnectionsScreen />, server, { role: 'admin' });
  await screen.until(() => document.querySelector('[aria-label="暂停 天猫主店"]') !== null);
  await click(screen.find('[aria-label="暂停 天猫主店"]'));
  await screen.until(() => sent.length === 1);
  await pick(screen.find('[aria-label="取订单的间隔：天猫主店"]'), '300');
  await screen.until(() => sent.length === 2);
  await click(screen.button('角色 · 1'));
  await pick(screen.find('[aria-label="主店 由谁充当"]'), '');
  await screen.until(() => sent.length === 3);
  await click(screen.find('[aria-label="移除 天猫主店"]'));
  expect(sent).toEqual([['state', { state: 'paused' }], ['every', { what: 'orders', seconds: 300 }], ['roles', { blueprint: 'b', role: 'main', target: null }]]);
  await click(screen.find('[aria-label="确定移除 天猫主店？"]'));
  await screen.until(() => sent.at(-1) === 'removed');
  await screen.close();

  screen = await show(<ConnectionsScreen />, server, { role: 'ops' });
  await screen.until(() => screen.text().includes('角色 · 1'));
  await click(screen.button('角色 · 1'));
  const locked = ['主店 由谁充当', '取订单的间隔：天猫主店'].map((name) => (screen.find(`[aria-label="${name}"]`) as HTMLSelectElement).disabled);
  expect([...locked, document.querySelector('[aria-label="移除 天猫主店"]')]).toEqual([true, true, null]);
});
