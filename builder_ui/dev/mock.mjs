/**
 * A stand-in for the hub: the JSON API over an invented world, and the built app under a strict
 * content security policy. `node dev/mock.mjs [--port 8099] [--orders 5000] [--empty]`
 * Login `demo`; the password is printed (or taken from MOCK_PASSWORD).
 * GET /__mock/mode?down=1 makes the API fail until ?down=0; ?slow=800 delays every answer.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { facets, page } from './mock/grid.mjs';
import { exceptions, flow } from './mock/state.mjs';
import { fullOrder } from './mock/story.mjs';
import { WAREHOUSES, World } from './mock/world.mjs';

const { values: args } = parseArgs({ options: { port: { type: 'string', default: '8099' }, orders: { type: 'string', default: '5000' }, empty: { type: 'boolean', default: false } } });
const UI = fileURLToPath(new URL('../../platform/orderloom/static/ui', import.meta.url));
const password = process.env.MOCK_PASSWORD ?? randomBytes(6).toString('base64url');
const world = new World({ orders: Number(args.orders), empty: args.empty });
const mode = { down: 0, slow: 0 };
const sessions = new Map();
const lock = { wrong: 0, until: 0 };
const USER = { id: '1', login: 'demo', name: '小周', role: 'ops', locale: null, must_change_password: false };
const TEXT = {
  'auth.wrong': ['账号或密码不对', '检查大小写;忘了密码请找管理员重置。', 'Login or password is wrong', 'Check upper and lower case; an administrator can reset it.'],
  'auth.locked': ['试错太多次,账号暂时锁定', '等一会儿再试。', 'Too many attempts, locked for a while', 'Wait a moment and try again.'],
  'auth.needed': ['请先登录', '', 'Please sign in', ''],
  'orders.not_found': ['没有这一单', '回到订单列表再找找。', 'There is no such order', 'Look for it in the list of orders.'],
  'http.not_found': ['没有这个地址', '', 'There is no such address', ''],
  'csrf.wrong': ['页面过期了', '重新加载页面。', 'The page is out of date', 'Reload it.'],
};

class Refusal extends Error {
  constructor(status, code, where = null) {
    super(code);
    Object.assign(this, { status, code, where });
  }
}

const sessionBody = (s) => ({ user: s.user, csrf: s.csrf, hub: { title: '简衣订单中枢', zone: 'Asia/Shanghai', version: '0.1.0', demo: true, demo_page: null } });

function sessionOf(request) {
  const id = /ol_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  return id && sessions.has(id) ? [id, sessions.get(id), false] : [randomBytes(12).toString('base64url'), { user: null, csrf: randomBytes(12).toString('base64url') }, true];
}

function signIn(session, body) {
  const left = Math.ceil((lock.until - Date.now()) / 1000);
  if (left > 0) throw new Refusal(429, 'auth.locked', String(left));
  if (body.login !== USER.login || body.password !== password) {
    lock.wrong += 1;
    if (lock.wrong >= 5) Object.assign(lock, { wrong: 0, until: Date.now() + 30_000 });
    throw new Refusal(401, 'auth.wrong');
  }
  lock.wrong = 0;
  session.user = { ...USER };
  return sessionBody(session);
}

function retry(id) {
  const order = world.byId.get(id.slice(1));
  if (!order) throw new Refusal(404, 'orders.not_found');
  // Every third one still does not pass, so that this case can be seen as well.
  if (Number(order.id) % 3 !== 0) setTimeout(() => world.fixed.add(order.id) && world.set(order, 'to_ship'), 1500);
  return null;
}

function order(id) {
  const found = world.byId.get(id);
  if (!found) throw new Refusal(404, 'orders.not_found');
  return fullOrder(world, found);
}

const ROUTES = [
  ['GET', /^\/session$/, ({ session }) => sessionBody(session)],
  ['POST', /^\/session$/, ({ session, body }) => signIn(session, body)],
  ['PATCH', /^\/session$/, ({ session, body }) => sessionBody(Object.assign(session, { user: session.user && { ...session.user, ...body } }))],
  ['DELETE', /^\/session$/, ({ session }) => void (session.user = null)],
  ['POST', /^\/session\/password$/, ({ body }) => { if (body.current !== password) throw new Refusal(401, 'auth.wrong'); }],
  ['GET', /^\/flow$/, () => flow(world)],
  ['GET', /^\/orders$/, ({ query }) => page(world, query)],
  ['GET', /^\/orders\/facets$/, ({ query }) => facets(world, query, WAREHOUSES)],
  ['GET', /^\/orders\/(\w+)$/, ({ match }) => order(match[1])],
  ['GET', /^\/exceptions$/, ({ query }) => exceptions(world, query)],
  ['POST', /^\/exceptions\/(\w+)\/retry$/, ({ match }) => retry(match[1])],
];

function problem(error, language) {
  const texts = TEXT[error.code] ?? [error.code, '', error.code, ''];
  const [message, how] = language.startsWith('en') ? texts.slice(2) : texts;
  return { code: error.code, message, where: error.where, how, errors: [] };
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

function route(request, url, session, body) {
  const path = url.pathname.slice('/api/v1'.length);
  const known = path === '/session' && request.method !== 'PATCH';
  if (!session.user && !known) throw new Refusal(401, 'auth.needed');
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) throw new Refusal(403, 'csrf.wrong');
  for (const [method, pattern, answer] of ROUTES) {
    const match = method === request.method && pattern.exec(path);
    if (match) return answer({ session, body, query: url.searchParams, match });
  }
  throw new Refusal(404, 'http.not_found');
}

async function api(request, response, url) {
  if (mode.slow) await new Promise((done) => setTimeout(done, mode.slow));
  if (mode.down) return request.socket.destroy();
  const [id, session, fresh] = sessionOf(request);
  sessions.set(id, session);
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...(fresh ? { 'Set-Cookie': `ol_session=${id}; HttpOnly; SameSite=Lax; Path=/` } : {}) };
  try {
    const result = route(request, url, session, await readBody(request));
    const status = result ? 200 : request.url.endsWith('/retry') ? 202 : 204;
    response.writeHead(status, headers).end(result ? JSON.stringify(result) : undefined);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    response.writeHead(error.status, headers).end(JSON.stringify(problem(error, request.headers['accept-language'] ?? 'zh-CN')));
  }
}

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html; charset=utf-8' };
const policy = (nonce) => `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

async function app(response, url) {
  const asset = /^\/app\/(assets\/.+)$/.exec(url.pathname)?.[1];
  if (asset) {
    const body = await readFile(join(UI, normalize(asset)));
    return response.writeHead(200, { 'Content-Type': TYPES[extname(asset)] ?? 'application/octet-stream', 'Cache-Control': 'public, max-age=31536000, immutable' }).end(body);
  }
  const nonce = randomBytes(16).toString('base64url');
  const html = (await readFile(join(UI, 'index.html'), 'utf8')).replace('__NONCE__', nonce);
  return response.writeHead(200, { 'Content-Type': TYPES['.html'], 'Content-Security-Policy': policy(nonce), 'Cache-Control': 'no-store' }).end(html);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  const handled = url.pathname.startsWith('/api/v1/') ? api(request, response, url)
    : url.pathname === '/__mock/mode' ? Promise.resolve(response.end(JSON.stringify(Object.assign(mode, Object.fromEntries([...url.searchParams].map(([k, v]) => [k, Number(v)]))))))
    : url.pathname.startsWith('/app') ? app(response, url) : Promise.resolve(response.writeHead(302, { Location: '/app/' }).end());
  handled.catch((error) => response.writeHead(error.code === 'ENOENT' ? 404 : 500).end(String(error.message)));
});
const ticking = setInterval(() => world.tick(), 1000);
server.on('close', () => clearInterval(ticking));
server.listen(Number(args.port), '127.0.0.1', () => {
  console.log(`mock hub: http://127.0.0.1:${server.address().port}/app/  login ${USER.login}  password ${password}`);
});
