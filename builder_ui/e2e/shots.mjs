/** Pictures of every screen into test-results/, for people to look at: node e2e/shots.mjs [filter] */
import { mkdirSync } from 'node:fs';
import { launch, openPage, signIn, startMock } from './browser.mjs';

const OUT = new URL('../test-results/', import.meta.url);
mkdirSync(OUT, { recursive: true });
const filter = process.argv[2] ?? '';
const hub = await startMock();
const browser = await launch();

const firstOrder = async (page, state) => {
  const answer = await page.evaluate((s) => fetch(`/api/v1/orders?limit=3&state=${s}&platform=taobao`).then((r) => r.json()), state);
  return answer.items.at(-1).id;
};

const SCENES = {
  flow: async (page) => { await page.goto(`${hub.origin}/app/`); await page.waitForTimeout(4600); },
  flowPanel: async (page) => { await page.goto(`${hub.origin}/app/`); await page.click('[data-step="src:jd:2"]'); await page.waitForTimeout(900); },
  orders: async (page) => { await page.goto(`${hub.origin}/app/orders`); await page.waitForTimeout(2500); },
  ordersFiltered: async (page) => { await page.goto(`${hub.origin}/app/orders?state=handed_over&platform=taobao,jd&province=浙江&when=7d`); await page.waitForTimeout(1200); },
  drawer: async (page) => {
    await page.goto(`${hub.origin}/app/orders?order=${await firstOrder(page, 'shipped')}`);
    await page.waitForTimeout(1500);
  },
  story: async (page) => { await page.goto(`${hub.origin}/app/orders/${await firstOrder(page, 'shipped')}`); await page.waitForTimeout(1500); },
  storyOpen: async (page) => {
    await page.goto(`${hub.origin}/app/orders/${await firstOrder(page, 'shipped')}`);
    await page.waitForSelector('main button[aria-expanded=false]');
    for (const button of await page.$$('main button[aria-expanded=false]')) await button.click();
    await page.waitForTimeout(400);
    await page.setViewportSize({ width: page.viewportSize().width, height: 3300 });
    await page.waitForTimeout(400);
  },
  filterOpen: async (page) => {
    await page.goto(`${hub.origin}/app/orders`);
    await page.waitForSelector('[class*=slotButton]');
    await page.click('[class*=slotButton] >> nth=2');
    await page.waitForTimeout(700);
  },
  displayOpen: async (page) => { await page.goto(`${hub.origin}/app/orders`); await page.click('main button:has(svg.lucide-sliders-horizontal)'); await page.waitForTimeout(700); },
  storyShort: async (page) => { await page.goto(`${hub.origin}/app/orders/${await firstOrder(page, 'short')}`); await page.waitForTimeout(1500); },
  exceptions: async (page) => { await page.goto(`${hub.origin}/app/exceptions`); await page.waitForTimeout(1500); },
};
const LOOKS = [
  { tag: 'zh-light', locale: 'zh-CN', scheme: 'light' }, { tag: 'zh-dark', locale: 'zh-CN', scheme: 'dark' },
  { tag: 'en-light', locale: 'en-US', scheme: 'light' }, { tag: 'zh-phone', locale: 'zh-CN', scheme: 'light', width: 390, height: 844 },
  { tag: 'en-phone-dark', locale: 'en-US', scheme: 'dark', width: 390, height: 844 },
];
try {
  for (const look of LOOKS.filter((l) => !filter || Object.keys(SCENES).concat('login').some((s) => `${s}-${l.tag}`.includes(filter)))) {
    const { page, context, faults } = await openPage(browser, hub.origin, look);
    const shot = (name) => page.screenshot({ path: new URL(`${name}-${look.tag}.png`, OUT).pathname });
    await page.goto(`${hub.origin}/app/`);
    await page.waitForSelector('input[name=login]');
    if (`login-${look.tag}`.includes(filter)) await shot('login');
    await signIn(page, hub.origin);
    for (const [name, scene] of Object.entries(SCENES)) {
      if (!`${name}-${look.tag}`.includes(filter)) continue;
      await scene(page);
      await shot(name);
      await page.setViewportSize({ width: look.width ?? 1440, height: look.height ?? 900 });
    }
    if (faults.length) console.log(look.tag, faults);
    await context.close();
  }
} finally {
  await browser.close();
  hub.stop();
}
