/** The flow and the exceptions of the mock's world. */
import { ACCOUNTS, iso, PLAN, WAREHOUSES, ZONE_MS } from './world.mjs';

const two = (zh, en) => ({ zh, en });

export const CAUSES = {
  exception: { code: 'mapping.sku_unknown', kind: 'mapping', title: two('商品没有对上', 'Product not recognised'),
    message: (o) => two(`商品 ${o.lines[0].sku_code} 在商品库里找不到`, `Product ${o.lines[0].sku_code} is not in the catalogue`),
    how: two('把它对到一个仓库商品,或在商品库里新建,然后重新处理。', 'Link it to a product, or add it to the catalogue, then process again.') },
  short: { code: 'stock.short', kind: 'stock', title: two('库存不足', 'Out of stock'),
    message: (o) => two(`${o.lines[0].title} 需要 ${o.lines[0].quantity} 件,首选和备用仓都不够`, `${o.lines[0].title}: ${o.lines[0].quantity} needed, neither preferred nor backup warehouse has enough`),
    how: two('补货后会自动重试;也可以改派其他仓库。', 'It is tried again by itself after restocking; or send it from another warehouse.') },
  held: { code: 'risk.repeated', kind: 'risk', title: two('疑似重复下单', 'Possibly ordered twice'),
    message: () => two('同一收货人 10 分钟内下了 3 单', 'The same receiver placed 3 orders in 10 minutes'),
    how: two('联系买家确认后放行,或取消多余的订单。', 'Ask the buyer, then release it or cancel the surplus orders.') },
};

const open = (world) => world.orders.filter((o) => CAUSES[o.state] && !world.fixed.has(o.id));

export function exceptions(world, p) {
  const all = open(world);
  const groups = Object.entries(CAUSES).map(([state, c]) => ({ code: c.code, title: c.title, count: all.filter((o) => o.state === state).length })).filter((g) => g.count > 0).sort((a, b) => b.count - a.count);
  const code = p.get('code');
  const shown = all.filter((o) => !code || CAUSES[o.state].code === code);
  const begin = Number(p.get('cursor') ?? 0);
  const limit = Number(p.get('limit') ?? 50);
  const items = shown.slice(begin, begin + limit).map((o) => {
    const cause = CAUSES[o.state];
    return {
      id: `e${o.id}`, kind: cause.kind, code: cause.code, message: cause.message(o), how: cause.how, order_id: o.id, external_no: o.external_no,
      account: { id: o.account.id, title: o.account.title }, created_at: iso(o.placed + 30_000), count_same_cause: groups.find((g) => g.code === cause.code).count,
    };
  });
  return { items, next: begin + limit < shown.length ? String(begin + limit) : null, groups };
}

export function flow(world) {
  const now = Date.now();
  const midnight = Math.floor((now + ZONE_MS) / 86400_000) * 86400_000 - ZONE_MS;
  const day = world.orders.filter((o) => now - o.placed < 86400_000);
  if (world.empty) return { at: iso(now), plan: null, steps: [], edges: [], rate_per_minute: 0, orders_today: 0, open_exceptions: 0, workers: 0 };
  const waiting = day.filter((o) => o.state === 'to_ship' && now - o.placed < 30_000).length;
  const settled = day.filter((o) => o.warehouse);
  const step = (id, kind, title, count, extra = {}) => ({ id, kind, title, count_24h: count, waiting: 0, faults: 0, detail: null, ...extra });
  const sources = ACCOUNTS.map((a) => step(`src:${a.platform}:${a.id}`, 'source', two(a.title, a.title), day.filter((o) => o.account === a).length, a.id === '2' ? { faults: 2, detail: two('授权将在 3 天后到期', 'Authorisation ends in 3 days') } : {}));
  const houses = WAREHOUSES.map((w) => step(`wh:${w.id}`, 'warehouse', two(w.title, { 1: 'Hangzhou', 2: 'Yiwu bonded', 3: 'Guangzhou' }[w.id]), settled.filter((o) => o.warehouse === w).length, { waiting: settled.filter((o) => o.warehouse === w && o.state === 'to_ship').length }));
  const systems = [['1', '杭州 WMS', 'Hangzhou WMS', '1'], ['2', '义乌 WMS', 'Yiwu WMS', '2'], ['3', '广州 WMS', 'Guangzhou WMS', '3']];
  const wms = systems.map(([id, zh, en, w]) => step(`wms:${id}`, 'wms', two(zh, en), settled.filter((o) => o.warehouse.id === w && o.state !== 'to_ship').length, id === '1' ? { detail: two('每天 10:00 推送', 'Sent daily at 10:00') } : {}));
  const faults = open(world).length;
  const steps = [
    ...sources,
    step('map', 'mapping', two('标准订单映射', 'Standard order mapping'), day.length, { waiting, faults: open(world).filter((o) => o.state === 'exception').length }),
    step('rules', 'rules', two('风险与分仓规则', 'Risk and routing rules'), day.filter((o) => o.state !== 'exception').length, { waiting: Math.floor(waiting / 3) }),
    ...houses, ...wms,
    step('alert', 'alert', two('主管邮件告警', 'Mail to the supervisor'), Math.round(faults / 4)),
  ];
  const edges = [
    ...sources.map((s) => ({ from: s.id, to: 'map' })), { from: 'map', to: 'rules' }, ...houses.map((h) => ({ from: 'rules', to: h.id })),
    ...systems.map(([id, , , w]) => ({ from: `wh:${w}`, to: `wms:${id}` })), { from: 'rules', to: 'alert' },
  ];
  return {
    at: iso(now), plan: { hash: PLAN, published_at: iso(world.started - 5 * 3600_000) }, steps, edges,
    rate_per_minute: world.orders.filter((o) => now - o.placed < 60_000).length, orders_today: world.orders.filter((o) => o.placed >= midnight).length, open_exceptions: faults, workers: 2,
  };
}
