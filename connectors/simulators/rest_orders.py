"""Orders as the demo's own mini-program keeps them: one flat record in clear, money in fen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderloom.connect import beijing_ms, beijing_text

from .goods import Invented, Piece, invent
from .shop import Action, Dialect, Record

_STATES = ("to_pay", "forbidden", "to_ship", "shipped", "finished", "closed")
_WORDS = ("created", "checking", "paid", "shipped", "done", "closed")
_STATUS = dict(zip(_STATES, _WORDS, strict=True))
_BACK = {"cancelled": "closed", **{status: state for state, status in _STATUS.items()}}


def make_order(number: int, now_ms: int, seed: str = "demo", state: str = "to_ship") -> Record:
    """A whole order, invented from `seed` and `number`."""
    made = invent(number, seed)
    at = beijing_text(now_ms)
    no = f"M{7_000_000_000 + number}"
    return {
        "order_no": no,
        "status": _STATUS[state],
        "created_at": at,
        "paid_at": None if state == "to_pay" else at,
        "updated_at": at,
        "member": {"id": f"m{made.buyer.who:06d}", "level": 1 + made.buyer.who % 4},
        "amount": {
            "goods": made.goods,
            "discount": made.discount,
            "freight": made.freight,
            "paid": 0 if state == "to_pay" else made.payment,
            "total": made.payment,
        },
        "coupon": "新人立减" if made.discount else "",
        "remark": made.message,
        "memo": "",
        "receiver": _receiver(made),
        "items": [_item(no, place, piece) for place, piece in enumerate(made.pieces, 1)],
        "parcels": [],
    }


def _receiver(made: Invented) -> Record:
    buyer = made.buyer
    return {
        "name": buyer.name,
        "phone": buyer.mobile,
        "province": buyer.province,
        "city": buyer.city,
        "district": buyer.district,
        "street": f"{buyer.town}{buyer.street}",
    }


def _item(no: str, place: int, piece: Piece) -> Record:
    return {
        "id": f"{no}-{place}",
        "sku": piece.good.sku,
        "name": piece.good.title,
        "spec": piece.good.spec,
        "count": piece.quantity,
        "price": piece.good.price,
        "paid": piece.amount - piece.discount,
        "after_sale": "none",
    }


def _to(status: str, *stamps: str) -> Action:
    def act(order: Record, _value: str, now: int) -> None:
        order["status"] = status
        for name in stamps:
            order[name] = beijing_text(now)

    return act


def _touch(_order: Record, _value: str, _now: int) -> None:
    """Nothing changes but the time of change."""


def _pay(order: Record, _value: str, now: int) -> None:
    if order["status"] != "created":
        raise ValueError("already paid")
    order.update(status="paid", paid_at=beijing_text(now))
    order["amount"]["paid"] = order["amount"]["total"]


def _memo(order: Record, value: str, _now: int) -> None:
    order["memo"] = value or "加急"


def _move(order: Record, value: str, _now: int) -> None:
    order["receiver"]["street"] = value or "新城路1号"


def _cancel(order: Record, _value: str, now: int) -> None:
    if order["status"] in ("closed", "cancelled"):
        raise ValueError("already closed")
    if order["paid_at"]:
        _all_items(order, lambda item: item.update(after_sale="refunded"))
    status = "closed" if order["paid_at"] else "cancelled"
    order.update(status=status, closed_at=beijing_text(now))


def _refund(order: Record, value: str, _now: int) -> None:
    """`value`: the item's id, else the first item asks for its money."""
    items = order["items"]
    item = next((one for one in items if one["id"] == value), items[0])
    item["after_sale"] = "requested"


def _refund_done(order: Record, _value: str, now: int) -> None:
    _all_items(order, lambda item: _turn(item, "refunded"))
    if all(item["after_sale"] == "refunded" for item in order["items"]):
        order.update(status="closed", closed_at=beijing_text(now))


def _refund_withdrawn(order: Record, _value: str, _now: int) -> None:
    _all_items(order, lambda item: _turn(item, "none"))


def _turn(item: Record, state: str) -> None:
    if item["after_sale"] == "requested":
        item["after_sale"] = state


def _all_items(order: Record, act: Callable[[Record], Any]) -> None:
    for item in order["items"]:
        act(item)


def _ship(order: Record, value: str, now: int) -> None:
    order["parcels"].append({"courier": "ZTO", "tracking_no": value})
    order.update(status="shipped", shipped_at=beijing_text(now))


def _stamp(order: Record, ms: int) -> None:
    order["updated_at"] = beijing_text(ms)


REST_ORDERS = Dialect(
    kind="rest_order",
    invent=make_order,
    number=lambda order: str(order["order_no"]),
    modified=lambda order: beijing_ms(order["updated_at"]) or 0,
    stamp=_stamp,
    state=lambda order: _BACK[order["status"]],
    actions={
        "touch": _touch,
        "pay": _pay,
        "forbid": _to("checking"),
        "release": _to("paid"),
        "memo": _memo,
        "move": _move,
        "cancel": _cancel,
        "refund": _refund,
        "refund_done": _refund_done,
        "refund_withdrawn": _refund_withdrawn,
        "ship": _ship,
        "finish": _to("done", "finished_at"),
    },
)
