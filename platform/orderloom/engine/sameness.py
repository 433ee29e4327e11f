"""When two orders go to the same receiver, and when they ask for the same goods."""

from __future__ import annotations

import json
import re
from hashlib import sha256

from orderloom.engine.canonical import Order
from orderloom.engine.regions import fold, place, province

_WHO = ("receiver_name", "phone", "province", "city", "district", "address")
_NOT_A_DIGIT = re.compile(r"\D")
_PHONE_DIGITS = 11
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def receiver_key(order: Order, platform: str) -> str | None:
    """The same for the same receiver; None when nobody can tell.

    From data in clear, on all platforms alike; else from the platform's own lasting key of a
    receiver. Never from masked text: many receivers look the same with stars.
    """
    if all(order.get(name) and name not in order["masked"] for name in _WHO):
        return f"c:{_hash([_clear(order, name) for name in _WHO])}"
    known = order.get("receiver_ref")
    return f"p:{platform}:{_hash([known])}" if known else None


def _clear(order: Order, name: str) -> str:
    text = str(order[name])
    if name == "phone":
        return _NOT_A_DIGIT.sub("", text)[-_PHONE_DIGITS:]
    if name == "province":
        return province(text) or fold(text)
    return place(text) if name in ("city", "district") else fold(text)


def goods_key(order: Order) -> str:
    """The same for the same products in the same quantities."""
    pieces: dict[str, int] = {}
    for line in order["lines"]:
        code = line["sku_code"] or line["channel_sku_id"] or line["title"]
        pieces[code] = pieces.get(code, 0) + line["quantity"]
    return _hash(sorted(pieces.items()))


def _hash(parts: object) -> str:
    return sha256(_ENCODER.encode(parts).encode()).hexdigest()[:24]
