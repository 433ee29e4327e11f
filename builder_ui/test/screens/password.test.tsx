// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import PasswordDialog from '@/screens/frame/PasswordDialog';
import { useUi } from '@/store/ui';
import { calls, click, show, type, type Screen } from './render';

let screen: Screen;
useUi.setState({ locale: 'zh-CN' });
afterEach(() => screen.close());

async function fill(current: string, fresh: string, again: string, answer: () => Response): Promise<void> {
  screen = await show(<PasswordDialog open close={() => undefined} />, { 'POST /session/password': answer });
  const boxes = [...document.querySelectorAll('input')];
  for (const [i, value] of [current, fresh, again].entries()) await type(boxes[i]!, value);
}

test('two different new passwords are not sent', async () => {
  await fill('old', 'new one', 'new two', () => new Response(null, { status: 204 }));
  expect(screen.text()).toContain('两次输入的新密码不一样');
  expect(screen.button('保存新密码').disabled).toBe(true);
});

test('what is wrong with a field stands at that field, without its technical name', async () => {
  await fill('old', 'ab', 'ab', () => Response.json({ code: 'password.short', message: '新密码太短', how: '至少 10 个字', where: 'new', errors: [] }, { status: 422 }));
  await click(screen.button('保存新密码'));
  await screen.until(() => screen.text().includes('新密码太短 至少 10 个字'));
  expect(screen.text()).not.toContain('位置');
  expect(document.querySelectorAll('input[aria-invalid=true]')).toHaveLength(1);
});

test('a change that worked is confirmed', async () => {
  await fill('old', 'a new one', 'a new one', () => new Response(null, { status: 204 }));
  await click(screen.button('保存新密码'));
  await screen.until(() => screen.text().includes('密码已更新'));
  expect(calls).toContain('POST /session/password');
});
