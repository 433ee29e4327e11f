/** One door to the server: session cookie, CSRF header, the reader's language, problems as errors. */

import { useUi } from '@/store/ui';
import type { Problem } from './types';

const BASE = '/api/v1';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
    this.name = 'ApiError';
  }
}

/** The server could not be reached at all. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super('offline', { cause });
    this.name = 'OfflineError';
  }
}

/** The only place that touches the network; tests put their own server here. */
export const wire = { fetch: (url: string, init: RequestInit): Promise<Response> => fetch(url, init) };

let csrf = '';

export function setCsrf(token: string): void {
  csrf = token;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Call {
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  readonly signal?: AbortSignal;
}

function headersFor(method: Method, body: unknown): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Language': useUi.getState().locale,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(method === 'GET' ? {} : { 'X-CSRF-Token': csrf }),
  };
}

async function problemOf(response: Response): Promise<Problem> {
  const blank = { code: `http.${response.status}`, message: '', where: null, how: null, errors: [] };
  try {
    return { ...blank, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return blank;
  }
}

async function answer(path: string, method: Method, call: Call): Promise<Response> {
  const query = call.query?.toString();
  try {
    return await wire.fetch(`${BASE}${path}${query ? `?${query}` : ''}`, {
      method,
      credentials: 'same-origin',
      headers: headersFor(method, call.body),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal ? { signal: call.signal } : {}),
    });
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw new OfflineError(cause);
  }
}

/** Throws ApiError with the server's words, or OfflineError. 204 and 202 without a body give null. */
export async function request<T>(method: Method, path: string, call: Call = {}): Promise<T> {
  const response = await answer(path, method, call);
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}
