/**
 * Drives the built app in a real Chromium against the mock hub: node e2e/check.mjs [part of a name]
 * Every check also fails on a console error, a request to another host, or a policy violation.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { launch, openPage, signIn, startMock } from './browser.mjs';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const hub = await startMock();
const browser = await launch();
const at = (path) => `${hub.origin}/app${path}`;
const mode = (query) => fetch(`${hub.origin}/__mock/mode?${query}`);
const checks = [];
const check = (name, run, look = WIDE) => checks.push({ name, run, look });

/** Broken accessibility rules of the page as it stands, with where. axe is evaluated, so no policy is loosened. */
async function axe(page, where) {
  // A transition half-way has colours of neither state.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => null))));
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
  const told = found.violations.flatMap((v) => v.nodes.map((n) => `${where}: ${v.id} ${n.target.join(' ')} ${n.any[0]?.message ?? ''}`));
  assert.deepEqual(told, []);
}

const url = (page) => decodeURIComponent(page.url().replace(`${hub.origin}/app`, ''));
const orders = (page, query) => page.evaluate((q) => fetch(`/api/v1/orders?${q}`).then((r) => r.json()), query);
const row = '[role=row][aria-selected]';

check('login refuses, explains and lets in', async (page) => {
  await page.goto(at('/orders?state=held'));
  await page.click('button[type=submit]');
  await page.waitForSelector('text=请填写账号');
  await page.fill('input[name=login]', 'demo');
  await page.fill('input[name=password]', 'wrong');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert] >> text=账号或密码不对');
  await axe(page, 'login refused');
  assert.equal(await page.getAttribute('input[name=password]', 'type'), 'password');
  await page.click('button[aria-label=显示密码]');
  assert.equal(await page.getAttribute('input[name=password]', 'type'), 'text');
  await signIn(page, hub.origin, '/app/orders?state=held');
  assert.equal(url(page), '/orders?state=held', 'the place asked for is kept');
});

check('the flow lives, and a card leads to its orders', async (page) => {
  await signIn(page, hub.origin);
  await page.waitForSelector('circle[class*=pulse]', { state: 'attached', timeout: 15_000 });
  await axe(page, 'flow');
  await page.click('[data-step="src:jd:2"]');
  await page.waitForSelector('aside >> text=授权将在 3 天后到期');
  await axe(page, 'flow panel');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-step')), 'src:jd:2', 'focus returns to the card');
  await page.keyboard.press('Enter');
  await page.click('aside >> text=查看这些订单');
  await page.waitForSelector(row);
  assert.equal(url(page), '/orders?platform=jd');
});

check('a silent server is told, and forgiven', async (page) => {
  await signIn(page, hub.origin);
  await page.waitForSelector('[data-step]');
  await mode('down=1');
  await page.waitForSelector('[role=alert] >> text=服务器没有回应', { timeout: 25_000 });
  assert.ok(await page.isVisible('[data-step="map"]'), 'the last data stays');
  await axe(page, 'flow stale');
  await mode('down=0');
  await page.waitForSelector('[role=alert]', { state: 'detached', timeout: 15_000 });
});

check('filters are a sentence, and the address remembers it', async (page) => {
  await signIn(page, hub.origin, '/app/orders');
  await page.waitForSelector(row);
  await page.click('button[aria-label^="渠道"]');
  await page.click('label:has-text("京东")');
  await page.waitForURL(/platform=jd/);
  await axe(page, 'orders filter open');
  await page.keyboard.press('Escape');
  // Completed orders stay as they are while the mock's world goes on.
  await page.click('button:has-text("已完成")');
  await page.waitForURL(/state=completed/);
  const { total } = await orders(page, 'state=completed&platform=jd&limit=1');
  await page.waitForFunction((n) => document.querySelector('header [role=status]')?.textContent?.includes(String(n)), total);
  await page.goBack();
  assert.equal(url(page), '/orders?platform=jd');
  await page.reload();
  await page.waitForSelector('button[aria-label="渠道: 京东"]');
  await page.click('text=清除筛选');
  await page.waitForFunction(() => !location.search);
});

check('search finds an exact number, and offers a way out when nothing fits', async (page) => {
  await signIn(page, hub.origin, '/app/orders');
  await page.waitForSelector(row);
  const { items } = await orders(page, 'platform=taobao&limit=1&state=completed');
  await page.keyboard.press('/');
  await page.keyboard.type(items[0].external_no);
  await page.waitForFunction(() => document.querySelectorAll('[role=row][aria-selected]').length === 1);
  assert.ok((await page.textContent(row)).includes(items[0].external_no));
  await page.fill('input[type=search]', 'nowhere');
  await page.waitForSelector('text=没有符合条件的订单');
  await axe(page, 'orders empty');
  await page.click('main >> button:has-text("清除筛选") >> nth=-1');
  await page.waitForSelector(row);
});

check('keys walk through the grid and the drawer', async (page) => {
  await signIn(page, hub.origin, '/app/orders?state=completed');
  await page.waitForSelector(row);
  for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key);
  const { items } = await orders(page, 'state=completed&limit=3');
  assert.equal(await page.getAttribute('[role=row][aria-selected=true]', 'id'), `order-${items[1].id}`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`aside >> text=${items[1].external_no}`);
  assert.equal(url(page), `/orders?state=completed&order=${items[1].id}`);
  await page.keyboard.press('j');
  await page.waitForSelector(`aside >> text=${items[2].external_no}`);
  await axe(page, 'drawer');
  await page.keyboard.press('Escape');
  await page.waitForSelector('aside[class*=drawer]', { state: 'detached' });
  assert.equal(url(page), '/orders?state=completed');
  await page.hover('[role=row][aria-selected=true]');
  await page.click('[role=row][aria-selected=true] button[aria-label^=复制]');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), items[2].external_no);
});

check('the grid reads on while scrolling, keeps few rows in the page, and does not jump when orders arrive', async (page) => {
  await signIn(page, hub.origin, '/app/orders');
  await page.waitForSelector(row);
  const grid = 'div:has(> [role=grid])';
  for (let i = 0; i < 6; i += 1) {
    await page.$eval(grid, (g) => g.scrollTo({ top: g.scrollHeight }));
    await page.waitForTimeout(350);
  }
  const deep = await page.$eval('[role=row][aria-selected]:last-of-type', (r) => Number(r.getAttribute('aria-rowindex')));
  assert.ok(deep > 400, `reached row ${deep}`);
  assert.ok((await page.$$(row)).length < 90);
  const before = await page.$eval(grid, (g) => g.scrollTop);
  await page.waitForSelector('button:has-text("个新订单")', { timeout: 15_000 });
  assert.equal(await page.$eval(grid, (g) => g.scrollTop), before);
  await axe(page, 'orders scrolled');
  await page.click('button:has-text("个新订单")');
  await page.waitForFunction(() => document.querySelector('[role=grid]').parentElement.scrollTop === 0);
});

check('sorting asks the server', async (page) => {
  await signIn(page, hub.origin, '/app/orders');
  await page.click('[role=columnheader] >> text=金额');
  await page.waitForURL(/sort=-total/);
  const { items } = await orders(page, 'sort=-total&limit=1');
  await page.waitForSelector(`#order-${items[0].id}`);
  assert.equal(await page.getAttribute('[role=columnheader]:has-text("金额")', 'aria-sort'), 'descending');
});

check('the story shows the exact number, each conversion, and why', async (page) => {
  await signIn(page, hub.origin);
  const { items } = await orders(page, 'platform=taobao&state=shipped&province=%E6%B5%99%E6%B1%9F&limit=1');
  await page.goto(at(`/orders/${items[0].id}`));
  await page.click('text=查看原始内容');
  await page.waitForSelector(`pre >> text=${items[0].external_no}`);
  await page.click('text=查看对照表');
  await page.waitForSelector('td >> text=元转分');
  await page.waitForSelector('text=第 2 条规则命中');
  await page.waitForSelector('text=收货省份 属于 新疆、西藏、青海、内蒙古 · 实际是 浙江');
  await page.click('text=判断过程 >> nth=0');
  assert.ok((await page.$$('[role=img][aria-label=满足]')).length >= 3);
  await page.click('text=查看发出的内容');
  await page.waitForSelector('text=对方已接收');
  await axe(page, 'story open');
});

check('an unknown order is told with a way out', async (page) => {
  await signIn(page, hub.origin, '/app/orders/424242');
  await page.waitForSelector('[role=alert] >> text=没有这一单');
  await page.click('main >> a:has-text("订单")');
  await page.waitForSelector(row);
});

check('an exception is retried and leaves the list', async (page) => {
  await signIn(page, hub.origin, '/app/exceptions');
  await page.waitForSelector('text=怎么办');
  await page.click('nav >> text=库存不足');
  await page.waitForURL(/cause=stock.short/);
  await axe(page, 'exceptions');
  const passing = page.locator('main li').filter({ has: page.locator('a') });
  const hrefs = await passing.locator('a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  const href = hrefs.find((h) => Number(h.split('/').at(-1)) % 3 !== 0);
  await page.click(`li:has(a[href="${href}"]) >> button:has-text("重新处理")`);
  await page.waitForSelector('text=1 条已经通过', { timeout: 15_000 });
  assert.equal(await page.$(`a[href="${href}"]`), null);
});

check('language and colours change everywhere, and the password dialog opens', async (page) => {
  await signIn(page, hub.origin);
  await page.click('header >> text=English');
  await page.waitForSelector('h1:has-text("Flow")');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.click('button[aria-label="Switch to dark"]');
  assert.equal(await page.getAttribute('html', 'data-mantine-color-scheme'), 'dark');
  await page.click('header >> button[aria-label^="Menu of"]');
  await page.waitForSelector('[role=menu]');
  await axe(page, 'user menu');
  await page.click('text=Change password');
  await page.waitForSelector('[role=dialog] >> text=Current password');
  await axe(page, 'password dialog');
  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
  await page.click('header >> button[aria-label^="Menu of"]');
  await page.click('text=Sign out');
  await page.waitForSelector('input[name=login]');
});

for (const [tag, look] of [['wide dark', { ...WIDE, scheme: 'dark' }], ['English', { ...WIDE, locale: 'en-US' }], ['phone', PHONE], ['phone dark', { ...PHONE, scheme: 'dark' }]]) {
  check(`every screen is accessible: ${tag}`, async (page) => {
    await page.goto(at('/'));
    await page.waitForSelector('input[name=login]');
    await axe(page, 'login');
    await signIn(page, hub.origin);
    const { items } = await orders(page, 'state=short&limit=1');
    for (const path of ['/', '/orders', `/orders/${items[0].id}`, '/exceptions', '/nowhere']) {
      await page.goto(at(path));
      await page.waitForSelector('main');
      await page.waitForTimeout(900);
      await axe(page, path);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${path} is ${wider} px wider than the screen`);
    }
  }, look);
}

check('on a phone orders are cards that open a page', async (page) => {
  await signIn(page, hub.origin, '/app/orders');
  await page.click('main li a >> nth=1');
  await page.waitForURL(/\/orders\/\d+$/);
  await page.waitForSelector('text=来龙去脉');
}, PHONE);

let failed = 0;
try {
  for (const { name, run, look } of checks.filter((c) => c.name.includes(process.argv[2] ?? ''))) {
    const { page, context, faults } = await openPage(browser, hub.origin, look);
    const begun = Date.now();
    try {
      await run(page);
      assert.deepEqual(faults, []);
      console.log(`ok    ${name} (${Date.now() - begun} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message).slice(0, 1800).replaceAll('\n', '\n      ')}${faults.length ? `\n      ${faults.join('\n      ')}` : ''}`);
    } finally {
      await mode('down=0&slow=0');
      await context.close();
    }
  }
} finally {
  await browser.close();
  hub.stop();
}
console.log(failed ? `${failed} of ${checks.length} checks failed` : 'all checks passed');
process.exitCode = failed ? 1 : 0;
