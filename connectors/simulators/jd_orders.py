"""Orders as JD writes them, every value a text, and what may happen to one."""

from __future__ import annotations

import re
from typing import Any

from orderloom.connect import beijing_ms, beijing_text

from .goods import GOODS, UNKNOWN, Invented, Piece, invent, yuan
from .shop import Action, Dialect, Record

TO_SHIP, PAUSED, LOCKED = "WAIT_SELLER_STOCK_OUT", "POP_ORDER_PAUSE", "LOCKED"
SHIPPED, FINISHED, CANCELLED, UNPAID = (
    "WAIT_GOODS_RECEIVE_CONFIRM",
    "FINISHED_L",
    "TRADE_CANCELED",
    "NOT_PAY",
)
VENDER_ID = "10000001"
_FIRST_ORDER = 310_000_000_001
_FIRST_SKU = 10_054_880_000_001
_SKU_IDS = {good.sku: str(_FIRST_SKU + n) for n, good in enumerate((*GOODS, UNKNOWN))}
_NEVER = "0001-01-01 00:00:00"
_REMARKS = {
    TO_SHIP: "等待出库",
    PAUSED: "暂停",
    LOCKED: "锁定",
    SHIPPED: "等待确认收货",
    FINISHED: "完成",
    CANCELLED: "已取消",
    UNPAID: "等待付款",
}
_JD_STATES = {
    "to_pay": UNPAID,
    "forbidden": PAUSED,
    "to_ship": TO_SHIP,
    "shipped": SHIPPED,
    "finished": FINISHED,
    "closed": CANCELLED,
}
# A locked order is one to ship whose buyer wants to cancel it.
_STATES = {LOCKED: "to_ship", **{state: name for name, state in _JD_STATES.items()}}
_KIND_OF_PLACE = re.compile("(省|市|特别行政区|(壮族|回族|维吾尔)?自治区)$")


def make_order(number: int, now_ms: int, seed: str = "demo", state: str = TO_SHIP) -> Record:
    """A whole JD order in clear, invented from `seed` and `number`."""
    made = invent(number, seed)
    at = beijing_text(now_ms)
    order_id = str(_FIRST_ORDER + number)
    return {
        "orderId": order_id,
        "venderId": VENDER_ID,
        "orderType": "22",
        "payType": "4-在线支付",
        "orderTotalPrice": yuan(made.goods),
        "orderSellerPrice": yuan(made.goods - made.discount),
        "orderPayment": yuan(made.payment),
        "freightPrice": yuan(made.freight),
        "sellerDiscount": yuan(made.discount),
        "balanceUsed": "0.00",
        "orderState": state,
        "orderStateRemark": _REMARKS[state],
        "deliveryType": "任意时间",
        "orderRemark": made.message,
        "venderRemark": "",
        "orderStartTime": at,
        "paymentConfirmTime": _NEVER if state == UNPAID else at,
        "modified": at,
        "orderEndTime": _NEVER,
        "outBoundDate": _NEVER,
        "parentOrderId": "0",
        "logisticsId": "",
        "waybill": "",
        "pin": f"jd_demo_{made.buyer.who:04d}",
        "open_id_buyer": f"oJDdemo{made.buyer.who:018d}",
        "consigneeInfo": _consignee(made),
        "itemInfoList": [_line(piece) for piece in made.pieces],
        "couponDetailList": _coupons(order_id, made),
    }


def _consignee(made: Invented) -> Record:
    buyer = made.buyer
    province = _KIND_OF_PLACE.sub("", buyer.province)
    return {
        "fullname": buyer.name,
        "fullAddress": f"{province}{buyer.city}{buyer.district}{buyer.town}{buyer.street}",
        "mobile": buyer.mobile,
        "telephone": buyer.mobile,
        "province": province,
        "city": buyer.city,
        "county": buyer.district,
        "town": buyer.town,
        "oaid": f"jd{buyer.token}",
    }


def _line(piece: Piece) -> Record:
    good = piece.good
    return {
        "skuId": _SKU_IDS[good.sku],
        "outerSkuId": good.sku,
        "skuName": f"{good.title} {good.spec}",
        "jdPrice": yuan(good.price),
        "itemTotal": str(piece.quantity),
        "wareId": str(10_020_000_000_000 + good.item_id % 1_000_000),
        "productNo": good.sku.rpartition("-")[0],
    }


def _coupons(order_id: str, made: Invented) -> list[Record]:
    if not made.discount:
        return []
    coupon = {"orderId": order_id, "skuId": "", "couponType": "100-店铺优惠"}
    return [{**coupon, "couponPrice": yuan(made.discount)}]


def _set(order: Record, state: str) -> None:
    order.update(orderState=state, orderStateRemark=_REMARKS[state])


def _demand(order: Record, *states: str) -> None:
    if order["orderState"] not in states:
        raise ValueError(f"the order is {order['orderState']}")


def _touch(_order: Record, _value: str, _now: int) -> None:
    """Nothing changes but the time of modification."""


def _pay(order: Record, _value: str, now: int) -> None:
    _demand(order, UNPAID)
    order["paymentConfirmTime"] = beijing_text(now)
    _set(order, TO_SHIP)


def _forbid(order: Record, _value: str, _now: int) -> None:
    _set(order, PAUSED)


def _release(order: Record, _value: str, _now: int) -> None:
    _set(order, TO_SHIP)


def _memo(order: Record, value: str, _now: int) -> None:
    order["venderRemark"] = value or "加急"


def _move(order: Record, value: str, _now: int) -> None:
    order["consigneeInfo"]["county"] = value or "新城区"


def _cancel(order: Record, _value: str, now: int) -> None:
    _demand(order, UNPAID, TO_SHIP, PAUSED, LOCKED, SHIPPED)
    order["orderEndTime"] = beijing_text(now)
    _set(order, CANCELLED)


def _refund(order: Record, _value: str, _now: int) -> None:
    """JD knows no refund of a line before shipping: the buyer asks to cancel, the order locks."""
    if order["orderState"] == TO_SHIP:
        _set(order, LOCKED)


def _refund_done(order: Record, value: str, now: int) -> None:
    if order["orderState"] == LOCKED:
        _cancel(order, value, now)


def _refund_withdrawn(order: Record, _value: str, _now: int) -> None:
    if order["orderState"] == LOCKED:
        _set(order, TO_SHIP)


def _ship(order: Record, value: str, now: int) -> None:
    """`value`: the waybill number, behind `courier:` where it is not ZTO's."""
    _demand(order, TO_SHIP)
    courier, _, number = value.rpartition(":")
    order.update(waybill=number, logisticsId=courier or "1499", outBoundDate=beijing_text(now))
    _set(order, SHIPPED)


def _finish(order: Record, _value: str, now: int) -> None:
    order["orderEndTime"] = beijing_text(now)
    _set(order, FINISHED)


_ACTIONS: dict[str, Action] = {
    "touch": _touch,
    "pay": _pay,
    "forbid": _forbid,
    "release": _release,
    "memo": _memo,
    "move": _move,
    "cancel": _cancel,
    "refund": _refund,
    "refund_done": _refund_done,
    "refund_withdrawn": _refund_withdrawn,
    "ship": _ship,
    "finish": _finish,
}


def _stamp(order: Record, ms: int) -> None:
    order["modified"] = beijing_text(ms)


def _state(order: Record) -> str:
    return _STATES[order["orderState"]]


JD_ORDERS = Dialect(
    kind="jd_order",
    invent=lambda number, now, seed, state: make_order(number, now, seed, _JD_STATES[state]),
    number=lambda order: str(order["orderId"]),
    modified=lambda order: beijing_ms(order["modified"]) or 0,
    stamp=_stamp,
    state=_state,
    actions=_ACTIONS,
)


def summary_of(order: Record) -> dict[str, Any]:
    """Number, state, amount and lines."""
    return {
        "orderId": order["orderId"],
        "orderState": order["orderState"],
        "modified": order["modified"],
        "orderPayment": order["orderPayment"],
        "waybill": order["waybill"],
        "lines": [[line["outerSkuId"], int(line["itemTotal"])] for line in order["itemInfoList"]],
    }
