// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoryEntry } from '@/api/types';
import { Timeline } from '@/screens/story/Timeline';
import { StoryBody } from '@/screens/story/StoryBody';
import { useUi } from '@/store/ui';
import { click, show, type Screen } from './render';

const AT = '2026-11-22T18:00:00Z';
const two = (zh: string) => ({ zh, en: `en ${zh}` });
const entry = (kind: string, detail: unknown): StoryEntry => ({ at: AT, kind, title: two(kind), detail }) as unknown as StoryEntry;

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());
const tell = async (...story: StoryEntry[]): Promise<void> => {
  screen = await show(<Timeline story={story} />);
};

test('what was received is hidden until asked for, then exact', async () => {
  await tell(entry('received', { inbox_id: '1', source: 'pull', payload_text: '{"tid":2489123456789012345,"n":1.0}' }));
  expect(screen.text()).not.toContain('2489123456789012345');
  await click(screen.button('查看原始内容'));
  expect(screen.text()).toContain('"tid": 2489123456789012345');
  expect(screen.text()).toContain('1.0');
  await click(screen.button('原样'));
  expect(screen.text()).toContain('{"tid":2489123456789012345,"n":1.0}');
});

test('what is not JSON is shown as it came', async () => {
  await tell(entry('received', { inbox_id: '1', source: 'file', payload_text: 'tid;24891\n<x>' }));
  await click(screen.button('查看原始内容'));
  expect(screen.text()).toContain('tid;24891\n<x>');
  expect(() => screen.button('整理')).toThrow();
});

test('a conversion that failed says why; masked values are marked', async () => {
  const field = { to: 'total', title: two('金额'), from: 'trade.payment', raw: 'abc', value: null, transforms: [{ name: 'yuan', before: 'abc', failed: '不是金额' }], masked: true };
  await tell(entry('mapped', { fields: [field] }));
  await click(screen.button('查看对照表'));
  expect(screen.text()).toContain('没能转换：不是金额');
  expect(screen.text()).toContain('平台已脱敏');
});

test('a failed sending shows what the other side said, in the reader’s language', async () => {
  const sent = { connection: '杭州 WMS', effect: 'create', idempotency_key: 'k', message: { a: 1 }, state: 'dead', attempts: 5, error: { message: { zh: '仓库不收', en: 'refused' } }, not_before: null };
  await tell(entry('sent', sent), entry('receipt', { receipt: { status: 'rejected', message: '重复单号' } }));
  for (const words of ['发送失败，已停止重试', '尝试 5 次', '仓库不收', '对方拒绝', '重复单号']) expect(screen.text()).toContain(words);
});

test('the chosen warehouse, its stock and the rule stand out', async () => {
  const trace = { pointer: '', op: 'in', value: false, args: [{ pointer: '/0', op: 'var', var: 'province', value: '浙江', args: [] }, { pointer: '/1', op: 'literal', value: ['新疆'], args: [] }] };
  await tell(entry('routed', {
    plan: 'abcdef0123', row: { id: 'b', title: two('江浙沪'), position: 2 }, sentence: two('一句话'),
    tried: [{ id: 'a', title: two('偏远'), position: 1, matched: false, trace }, { id: 'b', title: two('江浙沪'), position: 2, matched: true, trace: { ...trace, value: true } }],
    candidates: [{ warehouse: '甲仓', role: 'a', available: { A: 0 }, needed: { A: 2 }, ok: false, reason: two('不够') }, { warehouse: '乙仓', role: 'b', available: { A: 9 }, needed: { A: 2 }, ok: true, reason: null }],
    chosen: [{ role: 'b', warehouse: '乙仓' }], courier: 'SF', same_again: false,
    lists: [{ id: 'risk', title: two('风险'), stage: 'risk', mode: 'all', tried: [{ id: 'h', title: two('大额'), position: 1, matched: false, trace: null, failed: 'rules.budget' }] }],
  }));
  for (const words of ['第 2 条规则命中', '一句话', '前面 1 条为什么没用上', '收货省份 属于 新疆 · 实际是 浙江', '甲仓首选没选', '乙仓第 2 顺位选中', '0 / 2', '9 / 2', '不够', '风险没有命中', '快递 顺丰', '结果和当时不一样']) {
    expect(screen.text()).toContain(words);
  }
});

test('entries of other kinds list what has a name and keep the rest behind a button', async () => {
  await tell(entry('manual', { id: '77', reason: '客户改地址', reasons: [two('大额'), two('重复')], lines: [{ sku_code: 'A', quantity: 2 }], user: { id: '1', login: 'zhou' }, inner_code: 'x7', gone: null }));
  for (const words of ['原因客户改地址', '原因大额、重复', '商品明细A × 2', '操作人zhou']) expect(screen.text()).toContain(words);
  expect(screen.text()).not.toContain('77');
  expect(screen.text()).not.toContain('x7');
  await click(screen.button('查看细节'));
  expect(screen.text()).toContain('x7');
});

test('a kind this app does not know yet is still told', async () => {
  await tell(entry('teleported', null));
  expect(screen.text()).toContain('teleported');
});

test('an order that does not exist is told in the server’s words', async () => {
  screen = await show(<StoryBody id="9" />, { 'GET /orders/9': () => Response.json({ code: 'orders.not_found', message: '没有这一单', how: '看看列表', where: null, errors: [] }, { status: 404 }) });
  await screen.until(() => screen.text().includes('没有这一单'));
});
