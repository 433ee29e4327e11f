"""A fulfilment of the hub as an order of Jushuitan, and what its orders tell of fulfilments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderloom.connect import (
    Confirmation,
    Parcel,
    Permanent,
    beijing_moment,
    courier_named,
    lacking,
    lines_of,
    named_values,
    needed,
    quantities,
    receiver_of,
    says,
    told_ms,
)

Row = Mapping[str, Any]
SENT, CANCELLED, QUESTION = "Sent", "Cancelled", "Question"
REPLACED = ("Merged", "Split")  # other orders stand for these
_AT_WORK = ("Delivering", "WaitOuterSent")


class Upload:
    """One fulfilment in the words of `orders/upload`; `created`: now, as the platform writes it."""

    def __init__(self, body: Row, settings: Mapping[str, Any], couriers: Mapping[str, str]) -> None:
        self.body = body
        self.settings = settings
        self.couriers = couriers
        self.code = needed(body, "fulfilment_no")

    def content(self, created: str) -> dict[str, Any]:
        items = [self._item(line) for line in lines_of(self.body)]
        amount = sum((item["amount"] for item in items), Decimal("0.00"))
        return {
            "shop_id": self.settings["shop_id"],
            "so_id": self.code,
            "order_date": beijing_moment(self.body, "placed_at") or created,
            "shop_status": "WAIT_SELLER_SEND_GOODS",
            "shop_buyer_id": self.code,  # of its own, or orders of one buyer are merged
            **self._receiver(),
            "pay_amount": amount,
            "freight": 0,
            "buyer_message": self.body.get("buyer_note") or "",
            "remark": self.body.get("seller_note") or "",
            "shop_modified": created,
            "wms_co_id": place(needed(self.body, "warehouse_code"), self.settings),
            **self._courier(),
            "items": items,
            "pay": self._pay(amount, created),
        }

    def _item(self, line: Row) -> dict[str, Any]:
        price, quantity = line.get("price", 0), needed(line, "quantity")
        if not isinstance(price, int):
            raise lacking("price")
        each = Decimal(price).scaleb(-2)
        code = needed(line, "item_code")
        return {
            "sku_id": code,
            "shop_sku_id": code,
            "name": str(line.get("title") or code),
            "qty": int(quantity),
            "base_price": each,
            "price": each,
            "amount": each * int(quantity),
            "outer_oi_id": f"{self.code}-{line.get('line_no') or code}",
        }

    def _receiver(self) -> dict[str, Any]:
        found = receiver_of(self.body)
        return {
            "receiver_name": found.name,
            "receiver_mobile": found.mobile,
            "receiver_state": found.province,
            "receiver_city": found.city,
            "receiver_district": found.district,
            "receiver_town": found.town,
            "receiver_address": found.address,
            **({"oaid": found.oaid} if found.oaid else {}),
        }

    def _courier(self) -> dict[str, Any]:
        """The number a label gave it; without one the warehouse chooses."""
        number, courier = self.body.get("tracking_no"), self.body.get("courier")
        if not number:
            return {}
        code = self.couriers.get(str(courier))
        if code is None:
            raise Permanent("connect.courier_unknown", item=True, courier=courier)
        return {"lc_id": code, "l_id": number}

    def _pay(self, amount: Decimal, created: str) -> dict[str, Any]:
        """It has to be the order's amount, or the order waits for its payment."""
        return {
            "outer_pay_id": self.code,
            "pay_date": beijing_moment(self.body, "paid_at") or created,
            "payment": "其他",
            "seller_account": str(self.settings["shop_id"]),
            "buyer_account": self.code,
            "amount": amount,
        }


def place(code: str, settings: Mapping[str, Any]) -> int:
    """The number of a warehouse: the hub's code itself, or what the settings say."""
    number = named_values(settings["warehouses"]).get(code.upper(), code)
    if not number.isdecimal():
        raise Permanent("connect.warehouse_unknown", item=True, warehouse=code)
    return int(number)


@dataclass(frozen=True)
class Reader:
    """What orders tell. `couriers`: the platform's code -> the hub's; `refused_types`: kinds of
    trouble (a setting's words) after which an order will not be sent."""

    couriers: Mapping[str, str]
    refused_types: str

    def news(self, row: Row) -> Iterator[Confirmation]:
        """One piece for each fulfilment an order stands for."""
        for code in codes(row):
            news = self.of(row, code)
            if news is not None:
                yield news

    def of(self, row: Row, code: str) -> Confirmation | None:
        """What an order tells of the fulfilment `code`; None while there is nothing to tell."""
        status, at = str(row.get("status")), told_ms(row.get("modified"))
        key = f"{code}/{row.get('o_id')}/{status}"
        if status == SENT:
            number = str(row.get("l_id") or "")
            parcels = [Parcel(self._courier(row), number, _contents(row, code))] if number else []
            event = "part_shipped" if row.get("is_split") is True else "shipped"
            sent = told_ms(row.get("send_date")) or at
            return Confirmation(f"{key}/{number}", code, event, sent, parcels)  # type: ignore[arg-type]
        if status == CANCELLED:
            return Confirmation(key, code, "cancelled", at, reason=_words(row))
        if status == QUESTION and says(_words(row), self.refused_types):
            return Confirmation(f"{key}/{at}", code, "refused", at, reason=_words(row))
        if status in _AT_WORK:
            return Confirmation(key, code, "accepted", at)
        return None

    def _courier(self, row: Row) -> str:
        known = self.couriers.get(str(row.get("lc_id") or "").upper())
        return known or courier_named(str(row.get("logistics_company") or ""))


def codes(row: Row) -> list[str]:
    """The fulfilments an order stands for: several when they were merged."""
    numbers = f"{row.get('so_id') or ''},{row.get('merge_so_id') or ''}".split(",")
    return list(dict.fromkeys(number.strip() for number in numbers if number.strip()))


def _contents(row: Row, code: str) -> dict[str, int]:
    """The pieces of one fulfilment in an order; empty when the order does not say."""
    items = [i for i in row.get("items") or () if i.get("raw_so_id") in (None, "", code)]
    return quantities((item.get("sku_id"), item.get("qty")) for item in items)


def _words(row: Row) -> str:
    parts = (row.get("question_type"), row.get("question_desc"))
    return " ".join(str(part) for part in parts if part)
