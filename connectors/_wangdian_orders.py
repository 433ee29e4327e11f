"""A fulfilment of the hub as an order of Wangdian, and what its trades tell of fulfilments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderloom.connect import (
    Confirmation,
    Parcel,
    beijing_moment,
    courier_named,
    lacking,
    lines_of,
    needed,
    quantities,
    receiver_of,
    told_ms,
    whole_number,
    yuan_text,
)

Row = Mapping[str, Any]
_TO_SHIP, _PAID, _PREPAID = 30, 2, 1
_CANCELLED = (4, 5)
_AUDITED, _SHIPPED = 55, 95


class Pushed:
    """One fulfilment in the words of `trade_push`. `auto`: the order goes to its warehouse at once,
    past the rules people made there."""

    def __init__(self, body: Row, *, auto: bool) -> None:
        self.body = body
        self.auto = auto
        self.code = needed(body, "fulfilment_no")

    def content(self, created: str) -> dict[str, Any]:
        lines = [self._line(line) for line in lines_of(self.body)]
        paid = sum(Decimal(line["price"]) * line["num"] for line in lines)
        return {
            "tid": self.code,
            "trade_status": _TO_SHIP,
            "pay_status": _PAID,
            "delivery_term": _PREPAID,
            "trade_time": beijing_moment(self.body, "placed_at") or created,
            "pay_time": beijing_moment(self.body, "paid_at") or created,
            "buyer_nick": self.code,  # of its own, or orders of one buyer are merged
            **self._receiver(),
            "buyer_message": self.body.get("buyer_note") or "",
            "remark": self.body.get("seller_note") or "",
            "post_amount": "0",
            "cod_amount": "0",
            "ext_cod_fee": "0",
            "other_amount": "0",
            "paid": str(paid),
            **self._place(),
            "order_list": lines,
        }

    def _place(self) -> dict[str, Any]:
        code = needed(self.body, "warehouse_code")
        return {"is_auto_wms": 1, "warehouse_no": code} if self.auto else {}

    def _receiver(self) -> dict[str, Any]:
        found = receiver_of({**self.body, "source_platform": None})  # it reads no tokens
        return {
            "receiver_name": found.name,
            "receiver_mobile": found.mobile,
            "receiver_province": found.province,
            "receiver_city": found.city,
            "receiver_district": found.district,
            "receiver_address": f"{found.town}{found.address}",
        }

    def _line(self, line: Row) -> dict[str, Any]:
        price, code = line.get("price", 0), needed(line, "item_code")
        if not isinstance(price, int):
            raise lacking("price")
        return {
            "oid": line_oid(self.code, line),
            "num": int(needed(line, "quantity")),
            "price": yuan_text(price),
            "status": _TO_SHIP,
            "refund_status": 0,
            "goods_id": code,
            "spec_id": code,
            "goods_no": code,
            "spec_no": code,
            "goods_name": str(line.get("title") or code),
            "adjust_amount": "0",
            "discount": "0",
            "share_discount": "0",
        }


@dataclass(frozen=True)
class Reader:
    """What trades tell. `couriers`: the platform's word for a courier -> the hub's code."""

    couriers: Mapping[str, str]

    def of(self, trades: Sequence[Row], code: str) -> Iterator[Confirmation]:
        """News of a fulfilment from all trades it became; it is cancelled when all of them are."""
        alive = [trade for trade in trades if not is_cancelled(trade)]
        yield from (self._cancelled(trade, code) for trade in trades if not alive)
        for trade in alive:
            key = f"{code}/{trade.get('trade_id')}"
            if status(trade) >= _SHIPPED:
                yield self._shipped(trade, code, key, whole=len(alive) == 1)
            elif status(trade) >= _AUDITED:
                yield Confirmation(
                    f"{key}/audited", code, "accepted", told_ms(trade.get("modified"))
                )

    def _cancelled(self, trade: Row, code: str) -> Confirmation:
        key = f"{code}/{trade.get('trade_id')}/cancelled"
        return Confirmation(key, code, "cancelled", told_ms(trade.get("modified")))

    def sync(self, row: Row) -> Confirmation:
        """A row of what is to be told to shops, of an order that left in one piece."""
        code = str(row.get("tid"))
        number, sent = str(row.get("logistics_no") or ""), told_ms(row.get("consign_time"))
        parcels = [Parcel(self._courier(row), number)] if number else []
        return Confirmation(f"sync/{row.get('rec_id')}", code, "shipped", sent, parcels)

    def _shipped(self, trade: Row, code: str, key: str, *, whole: bool) -> Confirmation:
        number = str(trade.get("logistics_no") or "")
        parcels = [Parcel(self._courier(trade), number, _contents(trade, code))] if number else []
        sent = told_ms(trade.get("consign_time")) or told_ms(trade.get("modified"))
        event = "shipped" if whole else "part_shipped"
        return Confirmation(f"{key}/{event}/{number}", code, event, sent, parcels)  # type: ignore[arg-type]

    def _courier(self, row: Row) -> str:
        names = ("logistics_type", "logistics_name", "logistics_type_name")
        words = [str(row.get(name) or "") for name in names]
        known = (self.couriers.get(word.upper()) for word in words if word)
        return next((courier for courier in known if courier), courier_named(" ".join(words)))


def codes(trade: Row) -> list[str]:
    """The fulfilments a trade stands for: several when they were merged."""
    numbers = str(trade.get("src_tids") or "").split(",")
    return [number.strip() for number in numbers if number.strip()]


def status(trade: Row) -> int:
    """As a number; 0 when it is none."""
    return whole_number(trade.get("trade_status")) or 0


def line_oid(code: str, line: Row) -> str:
    """What a line of a fulfilment is called there."""
    return f"{code}-{line.get('line_no') or needed(line, 'item_code')}"


def is_over(trades: Sequence[Row]) -> bool:
    """Whether nothing of them will be sent any more, nor was."""
    return all(is_cancelled(trade) for trade in trades)


def is_cancelled(trade: Row) -> bool:
    return status(trade) in _CANCELLED


def has_left(trades: Sequence[Row]) -> bool:
    return any(status(trade) >= _SHIPPED for trade in trades)


def refund(body: Row, shop: str, state: Any, now: str) -> dict[str, Any]:
    """The refund before shipping that cancels a fulfilment, whatever trades it became, or none."""
    code = needed(body, "fulfilment_no")
    lines = [
        {"oid": line_oid(code, line), "num": needed(line, "quantity")} for line in lines_of(body)
    ]
    return {
        "platform_id": 127,
        "shop_no": shop,
        "tid": code,
        "refund_no": f"{code}-C",
        "type": 1,
        "status": state,
        "refund_fee": "0",
        "buyer_nick": code,
        "refund_time": now,
        "reason": "取消",
        "order_list": lines,
    }


def _goods(trade: Row, code: str) -> list[Row]:
    rows = [row for row in trade.get("goods_list") or () if isinstance(row, Mapping)]
    return [row for row in rows if row.get("src_tid") in (None, "", code)]


def _contents(trade: Row, code: str) -> dict[str, int]:
    return quantities((line.get("spec_no"), line.get("num")) for line in _goods(trade, code))
