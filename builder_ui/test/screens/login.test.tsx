// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import Login from '@/screens/login/Login';
import { useUi } from '@/store/ui';
import { calls, click, HUB, show, type, type Screen } from './render';

let screen: Screen;
useUi.setState({ locale: 'zh-CN' });
afterEach(() => screen.close());

async function attempt(answer: () => Response): Promise<void> {
  screen = await show(<Login hub={HUB} />, { 'POST /session': answer });
  await type(screen.find('input[name=login]'), 'demo');
  await type(screen.find('input[name=password]'), 'secret');
  await click(screen.button('登录'));
}

test('empty fields are named and nothing is sent', async () => {
  screen = await show(<Login hub={HUB} />);
  await click(screen.button('登录'));
  expect(screen.text()).toContain('请填写账号');
  expect(screen.text()).toContain('请填写密码');
  expect(calls).not.toContain('POST /session');
});

test('the server’s refusal stands in its own words', async () => {
  await attempt(() => Response.json({ code: 'auth.wrong', message: '账号或密码不对', how: '检查大小写', where: null, errors: [] }, { status: 401 }));
  await screen.until(() => screen.text().includes('账号或密码不对检查大小写'));
  expect(screen.button('登录').disabled).toBe(false);
});

test('a lock-out counts down and holds the button', async () => {
  await attempt(() => Response.json({ code: 'auth.locked', message: '账号暂时锁定', how: null, where: '125', errors: [] }, { status: 429 }));
  await screen.until(() => screen.text().includes('2 分 5 秒后可以再试'));
  expect(screen.button('后可以再试').disabled).toBe(true);
  expect(screen.text()).not.toContain('位置');
});

test('caps lock is pointed out while it is on', async () => {
  screen = await show(<Login hub={HUB} />);
  const box = screen.find('input[name=password]');
  const press = (on: boolean): Promise<void> => act(async () => {
    const event = new KeyboardEvent('keydown', { key: 'A', bubbles: true });
    Object.defineProperty(event, 'getModifierState', { value: () => on });
    box.dispatchEvent(event);
  });
  await press(true);
  expect(screen.text()).toContain('大写锁定已打开');
  await press(false);
  expect(screen.text()).not.toContain('大写锁定已打开');
});
