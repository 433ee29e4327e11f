/** A real Chromium on the mock hub: what the checks and the pictures share. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PASSWORD = process.env.HUB_PASSWORD ?? 'for-the-checks-only';
const LOGIN = process.env.HUB_LOGIN ?? 'demo';

/** Starts a mock hub on a free port; `stop` ends it. HUB_ORIGIN names a running hub to use instead. */
export async function startMock(...extra) {
  if (process.env.HUB_ORIGIN) return { origin: process.env.HUB_ORIGIN, stop: () => undefined };
  const script = fileURLToPath(new URL('../dev/mock.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0', ...extra], { env: { ...process.env, MOCK_PASSWORD: PASSWORD }, stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('exit', (code) => reject(new Error(`mock hub ended with ${code}`)));
  });
  return { origin: /http:\/\/[\d.:]+/.exec(line)[0], stop: () => child.kill() };
}

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page that remembers its faults: console errors, outside requests, policy violations. */
export async function openPage(browser, origin, { width = 1440, height = 900, locale = 'zh-CN', scheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: scheme, reducedMotion: 'no-preference', permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (m) => m.type() === 'error' && !/Failed to load resource/.test(m.text()) && faults.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => faults.push(`error: ${e.message}`));
  page.on('request', (r) => !r.url().startsWith(origin) && !r.url().startsWith('data:') && faults.push(`outside request: ${r.url()}`));
  await page.exposeFunction('reportViolation', (text) => faults.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => window.reportViolation(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
  });
  return { page, context, faults };
}

export async function signIn(page, origin, path = '/app/') {
  await page.goto(origin + path);
  await page.fill('input[name=login]', LOGIN);
  await page.fill('input[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav[aria-label]');
}
