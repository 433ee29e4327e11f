/** The story of one invented order, in the shapes of the API. */
import { iso, PLAN, WAREHOUSES, warehouseFor } from './world.mjs';

const two = (zh, en) => ({ zh, en });
const yuan = (fen) => (fen / 100).toFixed(2);
const wall = (ms) => new Date(ms + 8 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');

function payload(o) {
  const orders = o.lines.map((l) => `{"oid":${l.external_line_no},"outer_sku_id":"${l.sku_code}","sku_properties_name":"${l.spec}","title":"${l.title}","num":${l.quantity},"price":"${yuan(l.price)}","divide_order_fee":"${yuan(l.paid_share)}","refund_status":"NO_REFUND"}`);
  return `{"trade_fullinfo_get_response":{"trade":{"tid":${o.external_no.replace(/\D/g, '')},"status":"WAIT_SELLER_SEND_GOODS","type":"fixed","created":"${wall(o.placed)}","pay_time":"${wall(o.placed + 25_000)}","modified":"${wall(o.placed + 27_000)}","payment":"${yuan(o.paid)}","total_fee":"${yuan(o.total)}","discount_fee":"${yuan(o.discount)}","post_fee":"0.00","buyer_nick":"t**8","buyer_message":${JSON.stringify(o.note)},"receiver_name":"${o.name}","receiver_state":"${o.province}省","receiver_city":"${o.city}","receiver_district":"${o.district}","receiver_address":"${o.road}***号","receiver_mobile":"138****5678","oaid":"1cbd2e","seller_flag":0,"orders":{"order":[${orders.join(',')}]}},"request_id":"16kq7x0e9s2tb"}}`;
}

function mapped(o) {
  const f = (to, zh, en, from, raw, value, transforms = [], masked = false) => ({ to, title: two(zh, en), from, raw, value, transforms, masked });
  const time = (ms) => [{ name: 'time', before: wall(ms), after: ms }];
  return [
    f('external_no', '订单号', 'Order number', 'trade.tid', o.external_no, o.external_no, [{ name: 'text', before: o.external_no, after: o.external_no }]),
    f('placed_at', '下单时间', 'Placed at', 'trade.created', wall(o.placed), o.placed, time(o.placed)),
    f('paid_at', '付款时间', 'Paid at', 'trade.pay_time', wall(o.placed + 25_000), o.placed + 25_000, time(o.placed + 25_000)),
    f('payment_state', '付款状态', 'Payment state', 'trade.status', 'WAIT_SELLER_SEND_GOODS', 'paid', [{ name: 'table', before: 'WAIT_SELLER_SEND_GOODS', after: 'paid' }]),
    f('total', '订单金额', 'Order total', 'trade.total_fee', yuan(o.total), o.total, [{ name: 'yuan', before: yuan(o.total), after: o.total }]),
    f('paid', '实付金额', 'Amount paid', 'trade.payment', yuan(o.paid), o.paid, [{ name: 'yuan', before: yuan(o.paid), after: o.paid }]),
    f('discount', '优惠金额', 'Discount', 'trade.discount_fee', yuan(o.discount), o.discount, [{ name: 'yuan', before: yuan(o.discount), after: o.discount }]),
    f('customer_ref', '客户', 'Customer', 'trade.buyer_nick', 't**8', 't**8', [{ name: 'trim', before: 't**8', after: 't**8' }], o.masked),
    f('buyer_note', '买家留言', 'Buyer’s note', 'trade.buyer_message', o.note, o.note),
    f('receiver_name', '收货人', 'Receiver', 'trade.receiver_name', o.name, o.name, [], o.masked),
    f('phone', '电话', 'Phone', 'trade.receiver_mobile', '138****5678', '138****5678', [{ name: 'phone', before: '138****5678', after: '138****5678' }], o.masked),
    f('province', '省份', 'Province', 'trade.receiver_state', `${o.province}省`, o.province, [{ name: 'trim', before: `${o.province}省`, after: `${o.province}省` }, { name: 'province', before: `${o.province}省`, after: o.province }]),
    f('city', '城市', 'City', 'trade.receiver_city', o.city, o.city),
    f('district', '区县', 'District', 'trade.receiver_district', o.district, o.district),
    f('address', '详细地址', 'Street address', 'trade.receiver_address', `${o.road}***号`, `${o.road}***号`, [{ name: 'width', before: `${o.road}***号`, after: `${o.road}***号` }], o.masked),
  ];
}

const field = (pointer, name, value) => ({ pointer, op: 'var', var: name, value, args: [] });
const fixed = (pointer, value) => ({ pointer, op: 'literal', value, args: [] });
const isIn = (pointer, name, value, list) => ({ pointer, op: 'in', value: list.includes(value), args: [field(`${pointer}/in/0`, name, value), fixed(`${pointer}/in/1`, list)] });
const over = (pointer, name, value, limit) => ({ pointer, op: '>', value: value > limit, args: [field(`${pointer}/>/0`, name, value), fixed(`${pointer}/>/1`, limit)] });

function rows(o) {
  const remote = ['新疆', '西藏', '青海', '内蒙古'];
  const near = ['浙江', '江苏', '上海'];
  const far = isIn('', 'province', o.province, remote);
  const big = [over('/or/0', 'paid', o.paid, 60_000), {
    pointer: '/or/1', op: 'some', value: o.lines.some((l) => l.quantity > 2),
    args: [field('/or/1/some/0', 'lines', []), over('/or/1/some/1', 'quantity', Math.max(...o.lines.map((l) => l.quantity)), 2)],
  }];
  const nearby = isIn('/and/0', 'province', o.province, near);
  const notHeld = { pointer: '/and/1', op: '!', value: true, args: [{ pointer: '/and/1/!/0', op: 'in', value: false, args: [fixed('/and/1/!/0/in/0', '自提'), field('/and/1/!/0/in/1', 'buyer_note', o.note)] }] };
  return [
    { id: 'r1', title: two('偏远地区走义乌保税仓', 'Remote regions from Yiwu bonded'), position: 1, matched: far.value, trace: far,
      sentence: two('收货省份 属于 新疆、西藏、青海、内蒙古 → 义乌保税仓', 'Province is one of 新疆, 西藏, 青海, 内蒙古 → Yiwu bonded warehouse') },
    { id: 'r2', title: two('江浙沪先走杭州仓', 'Jiangsu, Zhejiang, Shanghai from Hangzhou first'), position: 2, matched: nearby.value,
      trace: { pointer: '', op: 'and', value: nearby.value, args: [nearby, nearby.value ? notHeld : { ...notHeld, skipped: true }] },
      sentence: two('收货省份 属于 浙江、江苏、上海,且 买家留言 不含 自提 → 杭州仓,备用 广州仓', 'Province is one of 浙江, 江苏, 上海 and the buyer’s note does not contain 自提 → Hangzhou, backup Guangzhou') },
    { id: 'r3', title: two('大额或多件走广州仓', 'Large or many items from Guangzhou'), position: 3, matched: big.some((t) => t.value),
      trace: { pointer: '', op: 'or', value: big.some((t) => t.value), args: big },
      sentence: two('实付金额 大于 ¥600.00,或 任意一行 数量 大于 2 → 广州仓', 'Amount paid is more than ¥600.00, or at least one line has quantity above 2 → Guangzhou') },
  ];
}

function riskList(o) {
  const trace = over('', 'total', o.total, 200_000);
  return { id: 'risk', title: two('风险', 'Risk'), stage: 'risk', mode: 'all', tried: [{ id: 'high', title: two('金额异常偏高', 'Unusually large amount'), position: 1, matched: trace.value, trace }] };
}

function candidates(o) {
  const needed = Object.fromEntries(o.lines.map((l) => [l.sku_code, l.quantity]));
  const first = warehouseFor(o.province);
  const backup = WAREHOUSES[first.id === '3' ? 0 : 2];
  const stock = (salt, short) => Object.fromEntries(Object.keys(needed).map((sku, i) => [sku, short ? Math.max(0, needed[sku] - 1 - i) : 24 + ((Number(o.id) * 7 + i * 31 + salt) % 380)]));
  const short = o.state === 'short';
  const switched = !short && Number(o.id) % 7 === 0;
  const entry = (w, lacking) => ({
    warehouse: w.title, role: w.role, available: stock(Number(w.id), lacking), needed, ok: !lacking,
    reason: lacking ? two('可用库存不够(已扣除安全库存)', 'Not enough available stock (safety stock taken off)') : two('库存充足', 'Enough stock'),
  });
  const list = short || switched ? [entry(first, true), entry(backup, short)] : [entry(first, false)];
  return { list, chosen: list.find((c) => c.ok) ?? null };
}

function tail(o, at, f) {
  const out = [];
  const push = (wait, kind, title, detail) => out.push({ at: iso((at += wait)), kind, title, detail });
  const message = { order_no: f.no, warehouse: f.warehouse.title, courier: f.courier, receiver: { name: o.name, phone: '138****5678', address: `${o.province} ${o.city} ${o.district} ${o.road}***号` }, items: o.lines.map((l) => ({ sku: l.sku_code, qty: l.quantity })) };
  const sent = (state, extra = {}) => ({ connection: `${f.warehouse.title} WMS`, effect: 'fulfilment.create', idempotency_key: `fulfilment:${f.no}/1`, message, state, attempts: 1, error: null, not_before: null, ...extra });
  push(9, 'allocated', two(`已占用 ${f.warehouse.title} 库存`, `Stock reserved in ${f.warehouse.title}`), { warehouse: f.warehouse.title, sku: o.lines.map((l) => `${l.sku_code} × ${l.quantity}`) });
  push(4, 'fulfilment', two(`生成发货单 ${f.no}`, `Fulfilment ${f.no} created`), { fulfilment_no: f.no, warehouse: f.warehouse.title, courier: f.courier });
  if (o.state === 'to_ship') {
    push(3, 'sent', two('等待推送给 WMS', 'Waiting to be sent to the WMS'), sent('waiting', { attempts: 0, not_before: iso(Date.now() + 5400_000) }));
    return out;
  }
  push(1800, 'sent', two('已推送给 WMS', 'Sent to the WMS'), sent('sent', Number(o.id) % 5 === 0 ? { attempts: 3 } : {}));
  push(240, 'receipt', two('WMS 已接收', 'The WMS accepted it'), { connection: `${f.warehouse.title} WMS`, receipt: { state: 'created', reference: `WMS${o.id}88` } });
  if (['shipped', 'completed'].includes(o.state)) push(3600_000 * 3, 'state', two('仓库已发货', 'Shipped by the warehouse'), { courier: f.courier, tracking_no: `SF${o.id}0917` });
  if (o.state === 'cancelled') push(3600_000, 'cancelled', two('买家退款,发货单已撤回', 'Refunded, fulfilment withdrawn'), { reason: two('买家申请退款', 'The buyer asked for a refund') });
  return out;
}

function story(o, f) {
  const out = [];
  let at = o.placed + 28_000;
  const push = (wait, kind, title, detail) => out.push({ at: iso((at += wait)), kind, title, detail });
  push(0, 'received', two('收到订单', 'Order received'), { inbox_id: `8${o.id}`, source: o.account.platform === 'mini' ? 'webhook' : 'pull', payload_text: payload(o) });
  if (o.state === 'awaiting_payment' || o.state === 'closed') return out;
  push(420, 'mapped', two('字段已对上', 'Fields mapped'), { fields: mapped(o) });
  if (o.state === 'exception') {
    push(3, 'exception', two(`商品 ${o.lines[0].sku_code} 没有对上`, `Product ${o.lines[0].sku_code} is not known`), { code: 'mapping.sku_unknown', how: two('在“商品”里把它对到一个仓库商品,然后重新处理', 'Link it to a product of the catalogue, then process again') });
    return out;
  }
  if (o.state === 'held') {
    push(5, 'risk', two('风险挂起:同一收货人 10 分钟内 3 单', 'Held for risk: 3 orders of the same receiver in 10 minutes'), { rule: '重复下单', score: 82, reason: '同一收货人短时间多单' });
    return out;
  }
  const tried = rows(o);
  const row = tried.find((t) => t.matched);
  const upto = row ? tried.slice(0, row.position) : tried;
  const { list, chosen } = candidates(o);
  push(6, 'routed', two(chosen ? `选中 ${chosen.warehouse}` : '没有仓库有足够库存', chosen ? `Chose ${chosen.warehouse}` : 'No warehouse has enough stock'), {
    plan: PLAN, row: row ? { id: row.id, title: row.title, position: row.position } : null, sentence: row?.sentence ?? null,
    tried: upto.map(({ sentence: _, ...rest }) => rest), candidates: list, chosen: chosen && [{ role: chosen.role, warehouse: chosen.warehouse }], courier: o.courier, same_again: true, lists: [riskList(o)],
  });
  if (o.state === 'short') {
    push(2, 'short', two('库存不足,等待补货', 'Out of stock, waiting for more'), { sku: o.lines.map((l) => l.sku_code), reason: two('首选和备用仓都不够', 'Neither the preferred nor the backup warehouse has enough') });
    return out;
  }
  return [...out, ...tail(o, at, f)];
}

function fulfilment(o) {
  const done = candidates(o).chosen;
  const warehouse = WAREHOUSES.find((w) => w.role === done?.role) ?? o.warehouse;
  const state = { to_ship: 'waiting', handed_over: 'handed_over', cancelled: 'cancelled' }[o.state] ?? 'shipped';
  return {
    id: `7${o.id}`, no: `FH${o.id}-1`, state, warehouse: { id: warehouse.id, title: warehouse.title }, courier: o.courier,
    hand_over_at: iso(Date.now() + 5400_000), created_at: iso(o.placed + 29_000), lines: o.lines.map((l) => ({ line_id: l.id, sku_code: l.sku_code, quantity: l.quantity, state })),
    parcels: state === 'shipped' ? [{ courier: o.courier, tracking_no: `SF${o.id}0917`, shipped_at: iso(Math.min(Date.now() - 60_000, o.placed + 3600_000 * 3)) }] : [],
  };
}

export function fullOrder(world, o) {
  const row = world.row(o);
  const f = o.warehouse ? fulfilment(o) : null;
  const masked = o.masked ? ['name', 'phone', 'address'] : [];
  return {
    order: {
      ...row,
      receiver: { name: o.name, phone: o.masked ? '138****5678' : '13800005678', province: o.province, city: o.city, district: o.district, town: null, address: o.masked ? `${o.road}***号` : `${o.road}${o.house}号`, masked },
      notes: { buyer: o.note, seller: null }, money: { total: o.total, paid: o.paid, freight: 0, discount: o.discount },
      times: { placed: row.placed_at, paid: row.paid_at, modified: iso(o.placed + 27_000), ship_by: row.paid_at && iso(o.placed + 48 * 3600_000) },
      parent_no: null, customer_ref: o.masked ? 't**8' : 'c20418',
    },
    lines: o.lines, fulfilments: f ? [f] : [], story: story(o, f),
  };
}
