"""Two payloads of one order become one: newest wins, clear data is never lost."""

from __future__ import annotations

from typing import Any

from orderloom.engine.address import issues
from orderloom.engine.canonical import DERIVED_FIELDS, MASKABLE, ORDER_FIELDS, Order


def merge(known: Order, incoming: Order, *, newer: bool) -> Order:
    """`known` with `incoming` merged in.

    A newer payload wins field by field, except where it is masked or silent about a value that is
    known in clear. An older one only fills what is unknown or masked. A blueprint's own fields are
    merged like any other.
    """
    own = [name for name in dict.fromkeys((*known, *incoming)) if name not in BUILT_IN]
    names = [field.name for field in ORDER_FIELDS] + own
    masked: list[str] = []
    merged: Order = {}
    for name in names:
        merged[name], is_masked = _field(name, known, incoming, newer)
        if is_masked:
            masked.append(name)
    merged["lines"] = incoming["lines"] if newer and incoming["lines"] else known["lines"]
    merged["masked"] = sorted(masked)
    merged["tags"] = known["tags"]
    merged["item_count"] = sum(line["quantity"] for line in merged["lines"])
    merged["address_issues"] = issues(merged)
    return merged


_LAPSING = frozenset(field.name for field in ORDER_FIELDS if field.lapses)
BUILT_IN = {"lines"} | {field.name for field in (*ORDER_FIELDS, *DERIVED_FIELDS)}


def _field(name: str, known: Order, incoming: Order, newer: bool) -> tuple[Any, bool]:
    first, second = (incoming, known) if newer else (known, incoming)
    if name in _LAPSING:
        return first.get(name), False
    for order in (first, second):
        if order.get(name) is not None and not _is_masked(name, order):
            return order[name], False
    for order in (first, second):
        if order.get(name) is not None:
            return order[name], True
    return None, False


def _is_masked(name: str, order: Order) -> bool:
    return name in MASKABLE and name in order["masked"]
