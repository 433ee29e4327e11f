"""Orders as Pinduoduo writes them, and what may happen to one."""

from __future__ import annotations

import json
from typing import Any

from orderloom.connect import beijing_ms, beijing_text

from .goods import GOODS, UNKNOWN, Invented, Piece, invent
from .shop import Action, Dialect, Record

UNLISTED = ("to_pay", "void")
"""States of orders nobody has confirmed: no list shows them."""
_DAY_MS = 86_400_000
_FIRST = 100_000_000_000_001
_GOODS_OFFSET = 410_000_000_000
_SKU_IDS = {good.sku: 900_000_000_001 + n for n, good in enumerate((*GOODS, UNKNOWN))}
_SEVERAL_LINES = 20  # one order in so many has more than one line


def make_order(
    number: int, now_ms: int, seed: str = "demo", state: str = "to_ship"
) -> dict[str, Any]:
    """A whole order in clear, invented from `seed` and `number`; money is yuan, as numbers."""
    made = invent(number, seed)
    pieces = made.pieces if number % _SEVERAL_LINES == 0 else made.pieces[:1]
    at = beijing_text(now_ms)
    order = {
        "order_sn": f"{at[2:10].replace('-', '')}-{_FIRST + number}",
        "order_status": 1,
        "refund_status": 1,
        "after_sales_status": 0,
        "confirm_status": 0,
        "group_status": 0,
        "risk_control_status": 0,
        "trade_type": 0,
        "is_pre_sale": 0,
        "is_lucky_flag": 1,
        "free_sf": 0,
        "created_time": at,
        "updated_at": at,
        "pay_time": "",
        "confirm_time": "",
        "last_ship_time": "",
        "shipping_time": "",
        "receive_time": "",
        "remark": "",
        "logistics_id": 0,
        "tracking_number": "",
        "extra_delivery_list": [],
        "item_list": [_line(piece) for piece in pieces],
        **_money(pieces, made.freight),
        **_buyer(made),
    }
    if state != "to_pay":
        _pay(order, "", now_ms)
    order["risk_control_status"] = int(state == "forbidden")
    return order


def _money(pieces: tuple[Piece, ...], freight: int) -> dict[str, Any]:
    goods, discount = sum(p.amount for p in pieces), sum(p.discount for p in pieces)
    of_seller = discount * 3 // 5
    return {
        "goods_amount": _yuan(goods),
        "discount_amount": _yuan(discount),
        "seller_discount": _yuan(of_seller),
        "platform_discount": _yuan(discount - of_seller),
        "capital_free_discount": 0,
        "postage": _yuan(freight),
        "pay_amount": _yuan(goods - discount + freight),
    }


def _yuan(fen: int) -> float | int:
    """A number of yuan as the platform writes it: 34.8, or 5 when it is whole."""
    number: float | int = json.loads(f"{fen // 100}.{fen % 100:02d}")
    return int(number) if fen % 100 == 0 else number


def _line(piece: Piece) -> dict[str, Any]:
    good = piece.good
    return {
        "goods_id": good.item_id - _GOODS_OFFSET,
        "sku_id": _SKU_IDS[good.sku],
        "outer_id": good.sku,
        "outer_goods_id": good.sku.rpartition("-")[0],
        "goods_name": good.title,
        "goods_spec": ",".join(part.partition(":")[2] for part in good.spec.split(";")),
        "goods_price": _yuan(good.price),
        "goods_count": piece.quantity,
    }


def _buyer(made: Invented) -> dict[str, Any]:
    buyer = made.buyer
    return {
        "buyer_memo": made.message,
        "country": "中国",
        "province": buyer.province,
        "city": buyer.city,
        "town": buyer.district,
        "receiver_name": buyer.name,
        "receiver_phone": buyer.mobile,
        "receiver_address": f"{buyer.town}{buyer.street}",
        "open_address_id": f"demo-{buyer.token}",
    }


def _touch(_order: Record, _value: str, _now: int) -> None:
    """Nothing changes but the time of modification."""


def _pay(order: Record, _value: str, now: int) -> None:
    """Paid, and the group is complete: from now on the order is listed."""
    if order["confirm_status"] != 0:
        raise ValueError("already confirmed")
    at = beijing_text(now)
    order.update(confirm_status=1, group_status=1, pay_time=at, confirm_time=at)
    order["last_ship_time"] = beijing_text(now + 2 * _DAY_MS)


def _forbid(order: Record, _value: str, _now: int) -> None:
    order["risk_control_status"] = 1


def _release(order: Record, _value: str, _now: int) -> None:
    order["risk_control_status"] = 0


def _memo(order: Record, value: str, _now: int) -> None:
    order["remark"] = value or "加急"


def _move(order: Record, value: str, _now: int) -> None:
    order["town"] = value or "新城区"


def _cancel(order: Record, _value: str, _now: int) -> None:
    if _state(order) in ("void", "closed"):
        raise ValueError("already closed")
    if order["confirm_status"] == 0:
        order.update(confirm_status=2)
    else:
        order.update(refund_status=4, after_sales_status=10)


def _refund(order: Record, _value: str, _now: int) -> None:
    order.update(refund_status=2, after_sales_status=2)


def _refund_done(order: Record, _value: str, _now: int) -> None:
    if order["refund_status"] == 2:
        order.update(refund_status=4, after_sales_status=10)


def _refund_withdrawn(order: Record, _value: str, _now: int) -> None:
    if order["refund_status"] == 2:
        order.update(refund_status=1, after_sales_status=11)


def _ship(order: Record, value: str, now: int) -> None:
    """`value`: courier and number as "115:ZT0001"; of a shipped order it is a further parcel."""
    courier, _, number = value.rpartition(":")
    parcel = {"logistics_id": int(courier or 115), "tracking_number": number}
    if order["order_status"] == 1:
        order.update(parcel, order_status=2, shipping_time=beijing_text(now))
    else:
        order["extra_delivery_list"].append(parcel)


def _finish(order: Record, _value: str, now: int) -> None:
    order.update(order_status=3, receive_time=beijing_text(now))


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
    order["updated_at"] = beijing_text(ms)


def _state(order: Record) -> str:
    if order["confirm_status"] != 1:
        return "to_pay" if order["confirm_status"] == 0 else "void"
    if order["refund_status"] == 4:
        return "closed"
    if order["order_status"] != 1:
        return "shipped" if order["order_status"] == 2 else "finished"
    return "forbidden" if order["risk_control_status"] else "to_ship"


ORDERS = Dialect(
    kind="pdd_order",
    invent=make_order,
    number=lambda order: str(order["order_sn"]),
    modified=lambda order: beijing_ms(order["updated_at"]) or 0,
    stamp=_stamp,
    state=_state,
    actions=_ACTIONS,
)
