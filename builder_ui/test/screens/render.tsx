import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { act, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { wire } from '@/api/client';
import { makeQueryClient } from '@/api/queries';
import type { Session, User } from '@/api/types';
import { theme } from '@/ui/theme';
import { HubProvider, hubOf } from '@/ui/hub';
import { Toasts } from '@/ui/Toasts';

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

export const USER: User = { id: '1', login: 'demo', name: '小周', role: 'ops', locale: null };
export const HUB: Session['hub'] = { title: '测试中枢', zone: 'Asia/Shanghai', version: '9', demo: false, demo_page: null };
const SESSION: Session = { user: USER, csrf: 'tok', hub: HUB };

export interface Screen {
  readonly root: HTMLElement;
  readonly text: () => string;
  readonly find: (selector: string) => HTMLElement;
  readonly button: (words: string) => HTMLButtonElement;
  readonly until: (holds: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

type Answers = Readonly<Record<string, (body: unknown) => Response | Promise<Response>>>;

/** Calls the screen made, as `POST /session`. */
export const calls: string[] = [];

function serve(answers: Answers): void {
  calls.length = 0;
  wire.fetch = async (url, init) => {
    const path = url.replace('/api/v1', '').split('?')[0];
    const call = `${init.method} ${path}`;
    calls.push(call);
    const answer = answers[call];
    if (!answer) return Response.json({ code: 'http.not_found', message: call }, { status: 404 });
    return answer(init.body ? JSON.parse(String(init.body)) : null);
  };
}

/** Draws one screen as a signed-in user in front of a server made of `answers`. */
export async function show(screen: ReactElement, answers: Answers = {}, user: Partial<User> = {}, path = '/'): Promise<Screen> {
  serve({ 'GET /session': () => Response.json(SESSION), ...answers });
  const root = document.createElement('div');
  document.body.replaceChildren(root);
  const react = createRoot(root);
  const { hook, searchHook } = memoryLocation({ path });
  await act(async () =>
    react.render(
      <QueryClientProvider client={makeQueryClient()}>
        <MantineProvider theme={theme} env="test">
          <Router hook={hook} searchHook={searchHook}>
            <HubProvider value={hubOf(SESSION, { ...USER, ...user })}>{screen}</HubProvider>
            <Toasts />
          </Router>
        </MantineProvider>
      </QueryClientProvider>,
    ),
  );
  const find = (selector: string): HTMLElement => {
    const found = document.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`nothing matches ${selector} in: ${document.body.textContent}`);
    return found;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let i = 0; i < 200; i += 1) {
      if (holds()) return;
      await act(() => new Promise((done) => setTimeout(done, 10)));
    }
    throw new Error(`did not come: ${document.body.textContent}`);
  };
  const button = (words: string): HTMLButtonElement => {
    const found = [...document.querySelectorAll('button')].find((b) => b.textContent?.includes(words));
    if (!found) throw new Error(`no button ${words} in: ${document.body.textContent}`);
    return found;
  };
  return { root, find, until, button, text: () => document.body.textContent ?? '', close: () => act(async () => react.unmount()) };
}

export const click = (element: HTMLElement): Promise<void> => act(async () => element.click());

export function type(element: HTMLElement, value: string): Promise<void> {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  return act(async () => {
    set?.call(element, value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

export const pick = (select: HTMLElement, value: string): Promise<void> => act(async () => {
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')?.set?.call(select, value);
  select.dispatchEvent(new Event('change', { bubbles: true }));
});
