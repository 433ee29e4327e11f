/** Filtering, sorting, paging and counting of the mock's orders. */

const set = (p, key) => {
  const values = (p.get(key) ?? '').split(',').filter(Boolean);
  return values.length > 0 ? new Set(values) : null;
};

function tests(p, without) {
  const out = [];
  const use = (key, test) => {
    const wanted = set(p, key);
    if (wanted && key !== without) out.push((o) => test(wanted, o));
  };
  use('state', (w, o) => w.has(o.state));
  use('platform', (w, o) => w.has(o.account.platform));
  use('warehouse', (w, o) => o.warehouse !== null && w.has(o.warehouse.id));
  use('province', (w, o) => w.has(o.province));
  use('hold', (w, o) => o.state === 'held' && w.has('risk'));
  const q = p.get('q')?.trim();
  if (q) out.push((o) => o.external_no.includes(q) || o.name.includes(q));
  const [from, to] = [p.get('placed_from'), p.get('placed_to')].map((t) => (t ? Date.parse(t) : null));
  if (from) out.push((o) => o.placed >= from);
  if (to) out.push((o) => o.placed < to);
  return (o) => out.every((test) => test(o));
}

const VALUE = { placed_at: (o) => o.placed, total: (o) => o.total, updated_at: (o) => o.updated };

export function page(world, p) {
  const sort = p.get('sort') ?? '-placed_at';
  const down = sort.startsWith('-');
  const value = VALUE[sort.replace('-', '')];
  const order = (a, b) => (value(a) - value(b) || Number(a.id) - Number(b.id)) * (down ? -1 : 1);
  const found = world.orders.filter(tests(p)).sort(order);
  const limit = Number(p.get('limit') ?? 100);
  const cursor = p.get('cursor');
  const after = cursor ? JSON.parse(Buffer.from(cursor, 'base64url').toString()) : null;
  const begin = after ? found.findIndex((o) => (down ? value(o) < after[0] || (value(o) === after[0] && Number(o.id) < after[1]) : value(o) > after[0] || (value(o) === after[0] && Number(o.id) > after[1]))) : 0;
  const items = begin < 0 ? [] : found.slice(begin, begin + limit);
  const last = items.at(-1);
  const more = last && begin + limit < found.length;
  return {
    items: items.map((o) => world.row(o)),
    next: more ? Buffer.from(JSON.stringify([value(last), Number(last.id)])).toString('base64url') : null,
    total: found.length, total_capped: false,
  };
}

function count(orders, key, title) {
  const counts = new Map();
  for (const o of orders) {
    const value = key(o);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, n]) => ({ value, count: n, ...(title ? { title: title(value) } : {}) })).sort((a, b) => b.count - a.count);
}

export function facets(world, p, warehouses) {
  const but = (key) => world.orders.filter(tests(p, key));
  return {
    states: count(but('state'), (o) => o.state),
    platforms: count(but('platform'), (o) => o.account.platform),
    warehouses: count(but('warehouse'), (o) => o.warehouse?.id ?? null, (id) => warehouses.find((w) => w.id === id).title),
    provinces: count(but('province'), (o) => o.province),
  };
}
