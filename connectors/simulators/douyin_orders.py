"""Orders as Douyin's shops have them, their after-sales, and what may happen to one.

Names that begin with "_" are the simulator's own and never shown.
"""

from __future__ import annotations

import bisect
from typing import Any

from .goods import GOODS, UNKNOWN, Invented, Piece, invent
from .shop import Action, Dialect, Record, Shop

SHOP_ID, SHOP = 70000001, "演示抖店"
TO_PAY, REVIEWED, TO_SHIP, PARTLY, SHIPPED, CANCELLED, FINISHED = 1, 105, 2, 101, 3, 4, 5
REFUNDED_BEFORE = 21
_FIRST = 6_930_000_000_000_000_001
_STEP = 16  # room for the numbers of an order's lines
_FIRST_PRODUCT = 3_660_000_000_000_000_000
_SKU_IDS = {good.sku: 3_410_000_000_000_001 + n for n, good in enumerate((*GOODS, UNKNOWN))}
_DAY_S = 86_400
_STATUS = {
    "to_pay": TO_PAY,
    "forbidden": REVIEWED,
    "to_ship": TO_SHIP,
    "shipped": SHIPPED,
    "finished": FINISHED,
    "closed": CANCELLED,
}
_STATES = {PARTLY: "to_ship", **{status: state for state, status in _STATUS.items()}}
ASKED, RETURNING, DONE, REFUSED, WITHDRAWN = 6, 7, 12, 27, 51


def make_order(
    number: int, now_ms: int, seed: str = "demo", state: str = "to_ship"
) -> dict[str, Any]:
    """A whole order in clear, invented from `seed` and `number`; money in fen, times in seconds."""
    made, at = invent(number, seed), now_ms // 1000
    order_id = str(_FIRST + number * _STEP)
    status = _STATUS[state]
    order = {
        "shop_id": SHOP_ID,
        "shop_name": SHOP,
        "order_id": order_id,
        "order_level": 2,
        "order_type": 0,
        "order_status": status,
        "main_status": status,
        "create_time": at,
        "update_time": at,
        "pay_time": 0 if state == "to_pay" else at,
        "ship_time": 0,
        "finish_time": 0,
        "exp_ship_time": at + 2 * _DAY_S,
        "order_amount": made.goods + made.freight,
        "pay_amount": made.payment,
        "post_amount": made.freight,
        "promotion_amount": made.discount,
        "promotion_shop_amount": made.discount,
        "promotion_platform_amount": 0,
        "promotion_talent_amount": 0,
        "promotion_pay_amount": 0,
        "seller_words": "",
        "seller_remark_stars": 0,
        "logistics_info": [],
        **_buyer(made),
    }
    order["sku_order_list"] = [
        _line(order, place, piece) for place, piece in enumerate(made.pieces)
    ]
    return order


def _buyer(made: Invented) -> dict[str, Any]:
    buyer = made.buyer
    places = {
        "province": buyer.province,
        "city": buyer.city,
        "town": buyer.district,
        "street": buyer.town,
    }
    return {
        "buyer_words": made.message,
        "doudian_open_id": f"1@#demo{buyer.who:04d}",
        "post_receiver": buyer.name,
        "post_tel": buyer.mobile,
        "post_addr": {
            **{name: {"name": value, "id": "0"} for name, value in places.items()},
            "detail": buyer.street,
        },
    }


def _line(order: Record, place: int, piece: Piece) -> dict[str, Any]:
    """The first line has the order's own number, as the platform's only lines have."""
    good, number = piece.good, int(order["order_id"]) + place
    freight = order["post_amount"] if place == 0 else 0
    return {
        "order_id": str(number),
        "parent_order_id": order["order_id"],
        "order_level": 3,
        "order_status": order["order_status"],
        "main_status": order["main_status"],
        "product_id": _FIRST_PRODUCT + good.item_id % 1000,
        "sku_id": _SKU_IDS[good.sku],
        "out_sku_id": "",
        "code": good.sku,
        "product_name": good.title,
        "spec": [
            dict(zip(("name", "value"), part.split(":"), strict=True))
            for part in good.spec.split(";")
        ],
        "item_num": piece.quantity,
        "origin_amount": good.price,
        "sum_amount": piece.amount,
        "order_amount": piece.amount + freight,
        "pay_amount": piece.amount - piece.discount + freight,
        "post_amount": freight,
        "promotion_shop_amount": piece.discount,
        "goods_type": 0,
        "pre_sale_type": 0,
        "given_product_type": "",
        "after_sale_info": {"after_sale_status": 0, "after_sale_type": 0, "refund_status": 0},
    }


def _all_lines(order: Record, **fields: Any) -> None:
    for line in order["sku_order_list"]:
        line.update(fields)


def _status(order: Record, status: int, main: int | None = None) -> None:
    states = {"order_status": status, "main_status": main or status}
    order.update(states)
    _all_lines(order, **states)


def _touch(_order: Record, _value: str, _now: int) -> None:
    """Nothing changes but the time of modification."""


def _pay(order: Record, _value: str, now: int) -> None:
    if order["order_status"] != TO_PAY:
        raise ValueError("already paid")
    order["pay_time"] = now // 1000
    _status(order, TO_SHIP)


def _forbid(order: Record, _value: str, _now: int) -> None:
    _status(order, REVIEWED)


def _release(order: Record, _value: str, _now: int) -> None:
    _status(order, TO_SHIP)


def _memo(order: Record, value: str, _now: int) -> None:
    """A remark does not move the time of the order's update."""
    order.update(seller_words=value or "加急", _still=True)


def _move(order: Record, value: str, _now: int) -> None:
    order["post_addr"]["town"] = {"name": value or "新城区", "id": "0"}


def _cancel(order: Record, _value: str, now: int) -> None:
    if order["order_status"] == CANCELLED:
        raise ValueError("already closed")
    paid = bool(order["pay_time"])
    order["finish_time"] = now // 1000
    if paid:
        _after_sale(order, order["sku_order_list"], DONE, now, refund=3)
    _status(order, CANCELLED, REFUNDED_BEFORE if paid else CANCELLED)
    order.pop("_still", None)


def _after_sale(
    order: Record, lines: list[Record], status: int, now: int, *, refund: int = 1
) -> None:
    """An after-sale moves its own time, not its order's."""
    for line in lines:
        line["after_sale_info"].update(after_sale_status=status, refund_status=refund)
    order.update(_after_sale=status, _after_sale_ms=now, _still=True)


def _asking(order: Record) -> list[Record]:
    lines: list[Record] = order["sku_order_list"]
    return [one for one in lines if one["after_sale_info"]["after_sale_status"] == ASKED]


def _refund(order: Record, value: str, now: int) -> None:
    """`value`: the line's number, else the first line asks for its money."""
    lines = order["sku_order_list"]
    line = next((one for one in lines if one["order_id"] == value), lines[0])
    _after_sale(order, [line], ASKED, now)


def _refund_done(order: Record, _value: str, now: int) -> None:
    if lines := _asking(order):
        _after_sale(order, lines, DONE, now, refund=3)
    done = [one["after_sale_info"]["after_sale_status"] == DONE for one in order["sku_order_list"]]
    if all(done):
        _status(order, CANCELLED, REFUNDED_BEFORE)
        order.pop("_still", None)


def _refund_withdrawn(order: Record, _value: str, now: int) -> None:
    if lines := _asking(order):
        _after_sale(order, lines, WITHDRAWN, now)


def _ship(order: Record, value: str, now: int) -> None:
    """`value`: courier, number and the lines in this parcel, as "zhongtong:ZT0001:6930…,6930…"."""
    company, number, numbers = (
        (*value.split(":"), "", "", "")[:3] if ":" in value else ("", value, "")
    )
    wanted = set(numbers.split(",")) if numbers else None
    lines = order["sku_order_list"]
    parts = [one for one in lines if wanted is None or one["order_id"] in wanted]
    parcel = {
        "tracking_no": number,
        "company": company or "zhongtong",
        "ship_time": now // 1000,
        "delivery_id": f"{order['order_id']}{len(order['logistics_info'])}",
        "product_info": [{"sku_order_id": one["order_id"]} for one in parts],
    }
    order["logistics_info"].append(parcel)
    for one in parts:
        one.update(order_status=SHIPPED, main_status=SHIPPED)
    whole = all(one["order_status"] == SHIPPED for one in lines)
    status = SHIPPED if whole else PARTLY
    order.update(order_status=status, main_status=status, ship_time=now // 1000)


def _finish(order: Record, _value: str, now: int) -> None:
    order["finish_time"] = now // 1000
    _status(order, FINISHED)


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
    if not order.pop("_still", False):
        order["update_time"] = ms // 1000


ORDERS = Dialect(
    kind="douyin_order",
    invent=make_order,
    number=lambda order: str(order["order_id"]),
    modified=lambda order: int(order["update_time"]) * 1000,
    stamp=_stamp,
    state=lambda order: _STATES.get(order["order_status"], "closed"),
    actions=_ACTIONS,
)


class DouyinShop(Shop):
    """Orders by their update, and by the update of their after-sale."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._after_sales: list[tuple[int, str]] = []
        self._asked_at: dict[str, int] = {}

    def after_sales(self, start: int, end: int) -> list[tuple[int, Record]]:
        """(when, order) of after-sales that changed from `start` to `end` (ms), oldest first."""
        with self._lock:
            low = bisect.bisect_left(self._after_sales, (start, ""))
            high = bisect.bisect_right(self._after_sales, (end, "~"))
            return [(at, self.get(number)) for at, number in self._after_sales[low:high]]

    def _store(self, record: Record) -> str:
        number = super()._store(record)
        at = record.get("_after_sale_ms")
        before = self._asked_at.get(number)
        if at is not None and at != before:
            if before is not None:
                self._after_sales.remove((before, number))
            self._asked_at[number] = at
            bisect.insort(self._after_sales, (at, number))
        return number
