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

/** How much of a file has left, from 0 to 1. */
export type Moved = (share: number) => void;

type Head = Readonly<Record<string, string>>;

/** A file on its way: `fetch` cannot tell how much of it has left. */
function send(url: string, headers: Head, file: Blob, moved: Moved, signal?: AbortSignal): Promise<Response> {
  return new Promise((answered, failed) => {
    const call = new XMLHttpRequest();
    call.open('POST', url);
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    call.upload.onprogress = (event) => event.lengthComputable && moved(event.loaded / event.total);
    call.onload = () => answered(new Response(call.responseText || null, { status: call.status }));
    call.onerror = () => failed(new TypeError('the file did not arrive'));
    call.onabort = () => failed(new DOMException('stopped', 'AbortError'));
    signal?.addEventListener('abort', () => call.abort());
    call.send(file);
  });
}

/** The only place that touches the network; tests put their own server here. */
export const wire = { fetch: (url: string, init: RequestInit): Promise<Response> => fetch(url, init), send };

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

interface Upload {
  readonly query?: URLSearchParams;
  readonly signal?: AbortSignal;
  readonly moved?: Moved;
}

function headersFor(method: Method, type?: string): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Language': useUi.getState().locale,
    ...(type ? { 'Content-Type': type } : {}),
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

const address = (path: string, query?: URLSearchParams): string => `${BASE}${path}${query?.size ? `?${query}` : ''}`;

async function answered<T>(call: () => Promise<Response>, signal?: AbortSignal): Promise<T> {
  const response = await call().catch((cause: unknown) => {
    throw signal?.aborted ? cause : new OfflineError(cause);
  });
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

/** Throws ApiError with the server's words, or OfflineError. 204 and 202 without a body give null. */
export function request<T>(method: Method, path: string, { body, query, signal }: Call = {}): Promise<T> {
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: headersFor(method, body === undefined ? undefined : 'application/json'),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  };
  return answered(() => wire.fetch(address(path, query), init), signal);
}

/** Sends a file as it is; throws as `request` does. */
export function upload<T>(path: string, file: Blob, { query, signal, moved = () => undefined }: Upload = {}): Promise<T> {
  const headers = headersFor('POST', 'application/octet-stream');
  return answered(() => wire.send(address(path, query), headers, file, moved, signal), signal);
}
