import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiError, OfflineError, request, setCsrf, wire } from '@/api/client';
import { sayProblem } from '@/ui/States';
import { translator } from '@/i18n/translate';
import { useUi } from '@/store/ui';

const real = wire.fetch;
let calls: { url: string; init: RequestInit }[] = [];
const serve = (answer: () => Response | Promise<Response>): void => {
  wire.fetch = async (url, init) => {
    calls.push({ url, init });
    return answer();
  };
};
const header = (name: string): string | null => new Headers(calls.at(-1)?.init.headers).get(name);
const words = { t: translator('zh-CN'), locale: 'zh-CN', say: (text: { zh: string }) => text.zh } as const;

beforeEach(() => {
  calls = [];
  useUi.setState({ locale: 'zh-CN' });
});
afterEach(() => {
  wire.fetch = real;
});

test('reading asks in the reader’s language and carries no token', async () => {
  serve(() => Response.json({ ok: 1 }));
  await expect(request('GET', '/flow', { query: new URLSearchParams({ a: '1' }) })).resolves.toEqual({ ok: 1 });
  expect(calls[0]?.url).toBe('/api/v1/flow?a=1');
  expect([header('accept-language'), header('x-csrf-token')]).toEqual(['zh-CN', null]);
  useUi.setState({ locale: 'en' });
  await request('GET', '/flow');
  expect(header('accept-language')).toBe('en');
});

test('changing carries the token of the session', async () => {
  setCsrf('tok');
  serve(() => new Response(null, { status: 204 }));
  await expect(request('POST', '/exceptions/1/retry', { body: {} })).resolves.toBeNull();
  expect([header('x-csrf-token'), header('content-type')]).toEqual(['tok', 'application/json']);
});

test('a problem keeps the server’s words and remedy', async () => {
  serve(() => Response.json({ code: 'orders.not_found', message: '没有这一单', how: '看看列表', where: 'id', errors: [{ field: 'id', message: '不存在' }] }, { status: 404 }));
  const error = await request('GET', '/orders/9').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).status).toBe(404);
  expect(sayProblem(error, words)).toEqual({ title: '没有这一单', how: '看看列表 不存在 位置：id' });
});

test('an answer that is no problem document is still told in words', async () => {
  serve(() => new Response('<html>Bad gateway', { status: 502 }));
  const error = await request('GET', '/flow').catch((e: unknown) => e);
  expect(sayProblem(error, words).title).toContain('502');
});

test('no server at all is told apart', async () => {
  serve(() => Promise.reject(new TypeError('fetch failed')));
  const error = await request('GET', '/flow').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(OfflineError);
  expect(sayProblem(error, words).title).toBe('连不上服务器');
});
