/** An invented shop with its orders: enough of a hub to develop and test the screens against. */
import { dice } from './random.mjs';

export const ZONE_MS = 8 * 3600_000;
export const PLAN = '9f3c1ab27de04c55';

export const ACCOUNTS = [
  { id: '1', platform: 'taobao', title: '简衣旗舰店' },
  { id: '2', platform: 'jd', title: '简衣京东店' },
  { id: '3', platform: 'pdd', title: '简衣拼多多店' },
  { id: '4', platform: 'mini', title: '简衣小程序' },
];
export const WAREHOUSES = [
  { id: '1', role: 'hangzhou', title: '杭州仓' },
  { id: '2', role: 'yiwu', title: '义乌保税仓' },
  { id: '3', role: 'guangzhou', title: '广州仓' },
];
export const SKUS = [
  { id: '11', code: 'TX-2031-BK-M', title: '亚麻圆领短袖 黑 M', price: 12900 },
  { id: '12', code: 'TX-2031-WH-L', title: '亚麻圆领短袖 白 L', price: 12900 },
  { id: '13', code: 'KZ-1180-NV-32', title: '锥形休闲裤 藏青 32', price: 23900 },
  { id: '14', code: 'WT-0907-GR-XL', title: '羊毛混纺外套 灰 XL', price: 69900 },
  { id: '15', code: 'QZ-4410-RD-S', title: '百褶半身裙 酒红 S', price: 18800 },
  { id: '16', code: 'WZ-0001-MIX', title: '中筒袜 五双装', price: 3900 },
  { id: '17', code: 'MZ-3302-BE', title: '渔夫帽 米色', price: 5900 },
];
const PLACES = [
  ['浙江', '杭州市', '西湖区', '文三路'], ['江苏', '苏州市', '姑苏区', '平江路'], ['上海', '上海市', '徐汇区', '龙华中路'], ['广东', '广州市', '天河区', '体育西路'],
  ['四川', '成都市', '武侯区', '科华北路'], ['新疆', '乌鲁木齐市', '天山区', '解放南路'], ['北京', '北京市', '朝阳区', '望京西路'], ['湖北', '武汉市', '洪山区', '珞喻路'],
  ['西藏', '拉萨市', '城关区', '江苏路'], ['福建', '厦门市', '思明区', '厦禾路'], ['山东', '青岛市', '市南区', '香港中路'], ['青海', '西宁市', '城西区', '五四大街'],
];
const FAMILY = '王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗'.split('');
const COURIERS = ['中通', '圆通', '顺丰', '邮政', '极兔'];
const REMOTE = new Set(['新疆', '西藏', '青海']);
const NEAR = new Set(['浙江', '江苏', '上海']);
const STATES = [['to_ship', 16], ['held', 3], ['short', 2], ['exception', 3], ['handed_over', 18], ['shipped', 22], ['completed', 28], ['cancelled', 5], ['awaiting_payment', 2], ['closed', 1]];

export const iso = (ms) => new Date(ms).toISOString();
export const warehouseFor = (province) => WAREHOUSES[REMOTE.has(province) ? 1 : NEAR.has(province) ? 0 : 2];

function linesFor(r, orderId) {
  return Array.from({ length: 1 + (r.next() < 0.35 ? 1 + r.below(2) : 0) }, (_, i) => {
    const sku = r.pick(SKUS);
    const quantity = r.next() < 0.85 ? 1 : 2 + r.below(3);
    return {
      id: `${orderId}${i + 1}`, external_line_no: `39${r.digits(17)}`, title: sku.title.replace(/ [^ ]+ [^ ]+$/, ''), spec: sku.title.split(' ').slice(1).join(' '),
      sku_code: sku.code, sku: { id: sku.id, code: sku.code, title: sku.title }, quantity, price: sku.price, paid_share: sku.price * quantity, refund_state: 'none', gift: false,
    };
  });
}

function axes(state) {
  const fulfil = { short: 'short', to_ship: 'waiting', handed_over: 'handed_over', shipped: 'shipped', completed: 'shipped', cancelled: 'cancelled' };
  return {
    payment_state: state === 'awaiting_payment' ? 'unpaid' : state === 'closed' ? 'closed' : state === 'cancelled' ? 'refunded' : 'paid',
    hold_state: state === 'held' ? 'risk' : 'none', fulfil_state: fulfil[state] ?? 'none',
    after_sale_state: state === 'cancelled' ? 'refunded' : 'none', open_exceptions: ['exception', 'short', 'held'].includes(state) ? 1 : 0,
  };
}

export class World {
  constructor({ orders = 5000, seed = 7, now = Date.now(), empty = false } = {}) {
    this.r = dice(seed);
    this.orders = [];
    this.byId = new Map();
    this.fixed = new Set();
    this.started = now;
    this.empty = empty;
    for (let i = 0; !empty && i < orders; i += 1) {
      const age = 60_000 + i * 52_000 + this.r.below(50_000);
      this.add(now - age, this.r.weighted(age < 7200_000 ? STATES.slice(0, 5) : age < 86400_000 ? STATES.slice(0, 6) : STATES));
    }
    this.orders.sort((a, b) => b.placed - a.placed || Number(b.id) - Number(a.id));
  }

  add(placed, state) {
    const { r } = this;
    const id = String(100_000 + this.byId.size + 1);
    const account = r.weighted([[ACCOUNTS[0], 5], [ACCOUNTS[1], 2], [ACCOUNTS[2], 3], [ACCOUNTS[3], 1]]);
    const [province, city, district, road] = r.pick(PLACES);
    const lines = linesFor(r, id);
    const total = lines.reduce((sum, l) => sum + l.paid_share, 0);
    const discount = r.next() < 0.4 ? 1000 * (1 + r.below(5)) : 0;
    const settled = !['exception', 'held', 'short', 'awaiting_payment', 'closed'].includes(state);
    const masked = account.platform === 'taobao' || account.platform === 'pdd';
    const name = r.pick(FAMILY) + (masked ? '**' : r.pick(['小雨', '安', '子墨', '一诺', '晨曦']));
    if (state === 'exception') Object.assign(lines[0], { sku: null, sku_code: `NEW-${r.digits(4)}` });
    const order = {
      id, placed, state, account, lines, district, road, masked, discount, total, name,
      external_no: account.platform === 'taobao' ? `24${r.digits(17)}` : account.platform === 'jd' ? `29${r.digits(10)}` : `2611${r.digits(2)}-${r.digits(15)}`,
      province, city, warehouse: settled ? warehouseFor(province) : null, courier: settled ? (REMOTE.has(province) ? '邮政' : r.pick(COURIERS)) : null,
      paid: state === 'awaiting_payment' ? 0 : total - discount, updated: placed + 30_000 + r.below(60_000), house: 1 + r.below(220),
      tags: [...(r.next() < 0.12 ? ['双11预售'] : []), ...(total > 60_000 ? ['大额'] : []), ...(r.next() < 0.05 ? ['老客'] : [])],
      note: r.next() < 0.15 ? r.pick(['麻烦放赠品,谢谢', '周末送货', '包装严实一点', '尽快发,赶时间']) : null,
    };
    this.byId.set(id, order);
    this.orders.unshift(order);
    return order;
  }

  /** About one order a second, and a few waiting ones move on. */
  tick(now = Date.now()) {
    if (this.empty) return;
    if (this.r.next() < 0.9) this.add(now, this.r.next() < 0.04 ? 'exception' : 'to_ship');
    for (const order of this.orders.slice(0, 60)) {
      if (order.state === 'to_ship' && now - order.placed > 12_000 && this.r.next() < 0.12) this.set(order, 'handed_over', now);
      else if (order.state === 'handed_over' && now - order.placed > 60_000 && this.r.next() < 0.02) this.set(order, 'shipped', now);
    }
  }

  set(order, state, now = Date.now()) {
    Object.assign(order, { state, updated: now });
  }

  row(o) {
    return {
      id: o.id, external_no: o.external_no, platform: o.account.platform, account: { id: o.account.id, title: o.account.title }, state: o.state, ...axes(o.state),
      total: o.total, paid: o.paid, currency: 'CNY', item_count: o.lines.reduce((n, l) => n + l.quantity, 0), province: o.province, city: o.city,
      receiver_name: o.name, warehouse: o.warehouse && { id: o.warehouse.id, title: o.warehouse.title }, courier: o.courier, placed_at: iso(o.placed),
      paid_at: o.paid > 0 ? iso(o.placed + 25_000) : null, updated_at: iso(o.updated), tags: o.tags,
      open_exceptions: this.fixed.has(o.id) ? 0 : axes(o.state).open_exceptions,
    };
  }
}
