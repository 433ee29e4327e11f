// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { splitNames } from '@/screens/notifications/ContactDialog';
import NotificationsScreen from '@/screens/notifications/NotificationsScreen';
import { useUi } from '@/store/ui';
import { calls, click, show, type, type Screen } from './render';

const WANG = {
  id: '7', revision: 3, name: '王主管', mail: 'wang@shop.example', mobile: '13800000001', locale: 'zh-CN', groups: ['仓库组'],
  quiet: { from: '22:00', to: '07:30', zone: 'Asia/Shanghai' }, paused: false, ways: [{ connection_id: '1', severities: ['warning', 'critical'] }],
};
const DATA = {
  contacts: [WANG],
  connections: [{ id: '1', title: '运营钉钉群', connector: 'dingtalk', state: 'auth_failed', by_mail: false }],
  alerts: [{ name: 'risk', title: { zh: '风险邮件', en: 'Risk' }, severity: 'warning', recipients: ['王主管', '没这个人'], strangers: ['没这个人'] }],
  alarms: { recipients: [], exceptions: 50, remind_minutes: 240 },
  zones: ['Asia/Shanghai'],
};
const told = (id: string, more: object) => ({
  id, at: '2026-11-22T10:00:00Z', sent_at: null, not_before: null, severity: 'critical', state: 'waiting', connection: { id: '1', title: '运营钉钉群' },
  to: '王主管', subject: `缺货 ${id}`, text: 'M 码', order_id: null, external_no: null, joined: 1, shortened: false, refused: [], problem: null, ...more,
});
const HISTORY = [
  told('1', { state: 'sent', joined: 3 }),
  told('2', { state: 'held', not_before: '2026-11-22T23:30:00Z' }),
  told('3', { state: 'failed', problem: { message: { zh: '平台拒绝', en: 'refused' }, how: { zh: '改一改', en: 'change it' } } }),
];
const SERVER = {
  'GET /notifications': () => Response.json(DATA),
  'GET /notifications/history': () => Response.json({ items: HISTORY, next: null }),
};

let screen: Screen;
beforeEach(() => useUi.setState({ locale: 'zh-CN' }));
afterEach(() => screen.close());

test('people, what is wrong with them, and what became of messages', async () => {
  screen = await show(<NotificationsScreen />, SERVER);
  await screen.until(() => screen.text().includes('缺货 3'));
  const shown = ['仓库组', '免打扰 22:00–07:30（Asia/Shanghai）', '连接已停止', '没有人会收到系统告警', '与另外 2 条合并发送', '等免打扰结束', '平台拒绝'];
  for (const words of shown) expect(screen.text()).toContain(words);
  expect(screen.find('[title="没有“没这个人”这个人或小组"]').textContent).toBe('没这个人');
});

test('a person is changed with the revision that was read, and faults stand at their field', async () => {
  const sent: unknown[] = [];
  screen = await show(<NotificationsScreen />, {
    ...SERVER,
    'PUT /notifications/contacts/7': (body) => {
      sent.push(body);
      if (sent.length === 1) return Response.json({ code: 'contacts.bad_mail', message: '邮箱地址写得不对。', how: '写一个', where: 'mail', errors: [] }, { status: 422 });
      return new Response(null, { status: 204 });
    },
  });
  await screen.until(() => document.querySelector('#told-people') !== null);
  await click(screen.find('button[aria-label="编辑 王主管"]'));
  await screen.until(() => document.querySelector('form input[type=email]') !== null);
  await type(screen.find('form input[type=email]'), 'nobody');
  await click(screen.find('[aria-label="运营钉钉群 警告"]'));
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => screen.text().includes('邮箱地址写得不对'));
  await type(screen.find('form input[type=email]'), 'wang@new.example');
  await click(screen.find('[role=dialog] button[type=submit]'));
  await screen.until(() => screen.text().includes('已保存 王主管'));
  expect(sent[1]).toMatchObject({ revision: 3, mail: 'wang@new.example', groups: ['仓库组'], ways: [{ connection_id: '1', severities: ['critical'] }] });
});

test('a test message is one click, and a viewer has no buttons', async () => {
  screen = await show(<NotificationsScreen />, { ...SERVER, 'POST /notifications/contacts/7/test': () => Response.json({ messages: 2 }, { status: 202 }) });
  await screen.until(() => document.querySelector('#told-people') !== null);
  await click(screen.find('button[aria-label="给 王主管 发测试消息"]'));
  await screen.until(() => screen.text().includes('2 条测试消息已发出'));
  expect(calls).toContain('POST /notifications/contacts/7/test');
  await screen.close();
  screen = await show(<NotificationsScreen />, SERVER, { role: 'viewer' });
  await screen.until(() => document.querySelector('#told-people') !== null);
  expect(screen.text()).toContain('只读账号不能修改');
  expect(() => screen.button('发测试消息')).toThrow();
});

test('names are split at the commas of both languages', () => {
  expect(splitNames(' 仓库组，客服组, Ann、李;')).toEqual(['仓库组', '客服组', 'Ann', '李']);
});
