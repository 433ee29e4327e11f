"""Orders as 微信小店 writes them, money in fen and times in seconds, and what may happen to one."""

from __future__ import annotations

from typing import Any

from .goods import GOODS, UNKNOWN, Invented, Piece, invent
from .shop import Action, Dialect, Record

TO_PAY, GROUP, TO_SHIP, PART, SHIPPED, DONE, AFTER_SALE, CANCELLED = (
    10,
    13,
    20,
    21,
    30,
    100,
    200,
    250,
)
_STATUS = {
    "to_pay": TO_PAY,
    "forbidden": GROUP,
    "to_ship": TO_SHIP,
    "shipped": SHIPPED,
    "finished": DONE,
    "closed": CANCELLED,
}
_STATES = {PART: "to_ship", AFTER_SALE: "closed", **{s: name for name, s in _STATUS.items()}}
_FIRST_ORDER = 3_720_000_000_000_000_001
_SKU_IDS = {good.sku: str(2_000_000_001 + n) for n, good in enumerate((*GOODS, UNKNOWN))}
_TWO_DAYS_S = 172_800
_COURIER, _NUMBER = "ZTO", "773000000000"


def make_order(number: int, now_ms: int, seed: str = "demo", status: int = TO_SHIP) -> Record:
    """A whole order in clear, invented from `seed` and `number`."""
    made, now = invent(number, seed), now_ms // 1000
    order: Record = {
        "order_id": str(_FIRST_ORDER + number),
        "openid": f"oWXdemo{made.buyer.who:021d}",
        "status": status,
        "create_time": now,
        "update_time": now,
        "order_detail": {
            "product_infos": [_line(piece, now) for piece in made.pieces],
            "pay_info": {"prepay_id": "demo", "prepay_time": now, "pay_time": 0},
            "price_info": _prices(made),
            "delivery_info": {
                "address_info": _address(made),
                "delivery_product_info": [],
                "ship_done_time": 0,
                "deliver_method": 0,
            },
            "ext_info": {"customer_notes": made.message, "merchant_notes": "", "order_scene": 1},
        },
        "aftersale_detail": {"on_aftersale_order_cnt": 0, "aftersale_order_list": []},
    }
    if status != TO_PAY:
        _paid(order, now)
    return order


def _line(piece: Piece, now: int) -> Record:
    good = piece.good
    pairs = (attribute.partition(":") for attribute in good.spec.split(";"))
    return {
        "product_id": str(10_000_000_000_000 + good.item_id % 1_000_000),
        "sku_id": _SKU_IDS[good.sku],
        "out_sku_id": good.sku,
        "sku_code": good.sku,
        "title": good.title,
        "sku_cnt": piece.quantity,
        "sale_price": good.price,
        "market_price": good.price,
        "real_price": piece.amount - piece.discount,
        "on_aftersale_sku_cnt": 0,
        "finish_aftersale_sku_cnt": 0,
        "sku_attrs": [{"attr_key": key, "attr_value": value} for key, _, value in pairs],
        "delivery_deadline": now + _TWO_DAYS_S,
    }


def _prices(made: Invented) -> Record:
    return {
        "product_price": made.goods,
        "order_price": made.payment,
        "freight": made.freight,
        "discounted_price": made.discount,
        "is_discounted": made.discount > 0,
    }


def _address(made: Invented) -> Record:
    buyer = made.buyer
    return {
        "user_name": buyer.name,
        "postal_code": "",
        "province_name": buyer.province,
        "city_name": buyer.city,
        "county_name": buyer.district,
        "detail_info": f"{buyer.town}{buyer.street}",
        "tel_number": buyer.mobile,
        "hash_code": f"wx{buyer.token}",
    }


def _paid(order: Record, now: int) -> None:
    order["order_detail"]["pay_info"].update(pay_time=now, transaction_id="4200000000demo")


def lines_of(order: Record) -> list[Record]:
    found: list[Record] = order["order_detail"]["product_infos"]
    return found


def parcels_of(order: Record) -> list[Record]:
    found: list[Record] = order["order_detail"]["delivery_info"]["delivery_product_info"]
    return found


def left_of(order: Record) -> dict[str, int]:
    """sku_id -> pieces that may still be shipped."""
    left = {
        line["sku_id"]: line["sku_cnt"]
        - line["on_aftersale_sku_cnt"]
        - line["finish_aftersale_sku_cnt"]
        for line in lines_of(order)
    }
    for parcel in parcels_of(order):
        for one in parcel["product_infos"]:
            left[one["sku_id"]] -= one["product_cnt"]
    return left


def pack(order: Record, parcel: Record, now: int) -> None:
    """Adds a parcel; with the last piece gone the order counts as shipped."""
    parcels_of(order).append({**parcel, "delivery_time": now // 1000})
    gone = all(pieces <= 0 for pieces in left_of(order).values())
    order["status"] = SHIPPED if gone else PART
    if gone:
        order["order_detail"]["delivery_info"]["ship_done_time"] = now // 1000


def _demand(order: Record, *statuses: int) -> None:
    if order["status"] not in statuses:
        raise ValueError(f"the order's status is {order['status']}")


def _touch(_order: Record, _value: str, _now: int) -> None:
    """Nothing changes but the time of change."""


def _pay(order: Record, _value: str, now: int) -> None:
    _demand(order, TO_PAY)
    _paid(order, now // 1000)
    order["status"] = TO_SHIP


def _forbid(order: Record, _value: str, _now: int) -> None:
    order["status"] = GROUP


def _release(order: Record, _value: str, _now: int) -> None:
    order["status"] = TO_SHIP


def _memo(order: Record, value: str, _now: int) -> None:
    order["order_detail"]["ext_info"]["merchant_notes"] = value or "加急"


def _move(order: Record, value: str, _now: int) -> None:
    address = order["order_detail"]["delivery_info"]["address_info"]
    address["county_name"] = value or "新城区"


def _cancel(order: Record, _value: str, _now: int) -> None:
    """Unpaid: closed; paid: every piece goes through after-sale."""
    _demand(order, TO_PAY, GROUP, TO_SHIP, PART, SHIPPED)
    if order["status"] == TO_PAY:
        order["status"] = CANCELLED
        return
    for line in lines_of(order):
        line.update(on_aftersale_sku_cnt=0, finish_aftersale_sku_cnt=line["sku_cnt"])
    order["status"] = AFTER_SALE


def _refund(order: Record, value: str, _now: int) -> None:
    """`value`: the line's sku_id, else the first line asks for its money."""
    lines = lines_of(order)
    line = next((one for one in lines if one["sku_id"] == value), lines[0])
    line["on_aftersale_sku_cnt"] = line["sku_cnt"] - line["finish_aftersale_sku_cnt"]
    detail = order["aftersale_detail"]
    detail["on_aftersale_order_cnt"] += 1
    number = f"2{order['order_id'][1:]}{len(detail['aftersale_order_list'])}"
    detail["aftersale_order_list"].append({"aftersale_order_id": number})


def _refund_done(order: Record, _value: str, _now: int) -> None:
    for line in lines_of(order):
        line["finish_aftersale_sku_cnt"] += line["on_aftersale_sku_cnt"]
        line["on_aftersale_sku_cnt"] = 0
    order["aftersale_detail"]["on_aftersale_order_cnt"] = 0
    if all(line["finish_aftersale_sku_cnt"] == line["sku_cnt"] for line in lines_of(order)):
        order["status"] = AFTER_SALE


def _refund_withdrawn(order: Record, _value: str, _now: int) -> None:
    for line in lines_of(order):
        line["on_aftersale_sku_cnt"] = 0
    order["aftersale_detail"]["on_aftersale_order_cnt"] = 0


def _ship(order: Record, value: str, now: int) -> None:
    """All that is left leaves under the number `value`."""
    _demand(order, TO_SHIP, PART)
    contents = [
        {"product_id": line["product_id"], "sku_id": line["sku_id"], "product_cnt": pieces}
        for line in lines_of(order)
        if (pieces := left_of(order)[line["sku_id"]]) > 0
    ]
    parcel = {"delivery_id": _COURIER, "waybill_id": value or _NUMBER, "product_infos": contents}
    pack(order, parcel, now)


def _finish(order: Record, _value: str, _now: int) -> None:
    order["status"] = DONE


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
    order["update_time"] = ms // 1000


WX_ORDERS = Dialect(
    kind="wx_order",
    invent=lambda number, now, seed, state: make_order(number, now, seed, _STATUS[state]),
    number=lambda order: str(order["order_id"]),
    modified=lambda order: int(order["update_time"]) * 1000,
    stamp=_stamp,
    state=lambda order: _STATES[order["status"]],
    actions=_ACTIONS,
)


def summary_of(order: Record) -> dict[str, Any]:
    """Number, status, amount and lines."""
    return {
        "order_id": order["order_id"],
        "status": order["status"],
        "update_time": order["update_time"],
        "order_price": order["order_detail"]["price_info"]["order_price"],
        "waybills": [parcel["waybill_id"] for parcel in parcels_of(order)],
        "lines": [[line["sku_code"], line["sku_cnt"]] for line in lines_of(order)],
    }
