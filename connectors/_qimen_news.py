"""What a WMS calls the hub about, in the hub's words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal
from xml.etree.ElementTree import Element

from orderloom.connect import (
    COURIERS,
    Confirmation,
    Parcel,
    Permanent,
    child_text,
    dump_json,
    quantities,
    told_ms,
)

Event = Literal["accepted", "part_shipped", "shipped", "refused", "cancelled"]
_INTERIM = "1"
_EVENTS: dict[str, Event] = {
    "PARTDELIVERED": "part_shipped",
    "DELIVERED": "shipped",
    "CANCELED": "cancelled",
    "CLOSED": "cancelled",
    "REJECT": "refused",
    "EXCEPTION": "refused",
    **dict.fromkeys(("ACCEPT", "PRINT", "PICK", "CHECK", "PACKAGE", "WEIGH"), "accepted"),
}


def confirmed(request: Element, body: bytes) -> list[Confirmation]:
    """`deliveryorder.confirm`: what left, in which parcels, or why nothing will."""
    order = _part(request, "deliveryOrder")
    key = f"confirm/{child_text(order, 'outBizCode') or _digest(body)}"
    return [_told(request, order, _event(order) or "shipped", key)]


def queried(answer: Element) -> Confirmation | None:
    """The answer to `deliveryorder.query`; None while nothing is done about it.

    The same progress has the same key, however often it is asked for.
    """
    order = _part(answer, "deliveryOrder")
    event = _event(order) if child_text(order, "status") in _EVENTS else None
    if event is None:
        return None
    news = _told(answer, order, event, "")
    parcels = [[parcel.tracking_no, parcel.quantities] for parcel in news.parcels]
    facts = dump_json([news.event, news.at_ms, parcels])
    key = f"query/{news.fulfilment_no}/{_digest(facts.encode())}"
    return replace(news, key=key)


def absent(code: str, words: str) -> Confirmation:
    """The WMS was asked and does not have it."""
    return Confirmation(f"query/{code}/absent", code, "refused", None, reason=words)


def _event(order: Element) -> Event | None:
    """None: the status says nothing, and nor does the type."""
    interim = child_text(order, "confirmType") == _INTERIM
    event = _EVENTS.get(child_text(order, "status"))
    return "part_shipped" if interim and event in (None, "shipped") else event


def _told(request: Element, order: Element, event: Event, key: str) -> Confirmation:
    sent = event in ("part_shipped", "shipped")
    return Confirmation(
        key=key,
        fulfilment_no=_number(order, "deliveryOrderCode"),
        event=event,
        at_ms=told_ms(child_text(order, "orderConfirmTime")),
        parcels=list(_parcels(request, order)) if sent else (),
        reason=child_text(order, "remark"),
    )


def reported(request: Element, body: bytes) -> list[Confirmation]:
    """`orderprocess.report`: how far it is; that goods left is told with their parcels."""
    order, process = _part(request, "order"), _part(request, "process")
    event = _EVENTS.get(child_text(process, "processStatus"))
    if event is None or event in ("part_shipped", "shipped"):
        return []
    words = (child_text(process, name) for name in ("operateInfo", "remark"))
    return [
        Confirmation(
            key=f"process/{_digest(body)}",
            fulfilment_no=_number(order, "orderCode"),
            event=event,
            at_ms=told_ms(child_text(process, "operateTime")),
            reason=" ".join(word for word in words if word),
        )
    ]


NEWS: dict[str, Callable[[Element, bytes], list[Confirmation]]] = {
    "deliveryorder.confirm": confirmed,
    "orderprocess.report": reported,
}


def _parcels(request: Element, order: Element) -> Iterator[Parcel]:
    packages = request.findall("packages/package")
    single = len(packages) <= 1
    for package in packages or ([order] if child_text(order, "expressCode") else []):
        contents = _contents(package, "items/item", "quantity")
        if not contents and single and _all_lines(request):
            contents = _contents(request, "orderLines/orderLine", "actualQty")
        courier = child_text(package, "logisticsCode").upper()
        known = courier if courier in COURIERS else "OTHER"
        yield Parcel(known, child_text(package, "expressCode"), contents)


def _all_lines(request: Element) -> bool:
    """Whether every line stands there: of a query only the first page does."""
    total = child_text(request, "totalLines")
    return not total.isdecimal() or int(total) <= len(request.findall("orderLines/orderLine"))


def _contents(parent: Element, path: str, quantity: str) -> dict[str, int]:
    rows = parent.iterfind(path)
    return quantities((child_text(row, "itemCode"), child_text(row, quantity)) for row in rows)


def _part(request: Element, tag: str) -> Element:
    found = request.find(tag)
    if found is None:
        raise Permanent("connect.message_lacks", tag, item=True, field=tag)
    return found


def _number(order: Element, tag: str) -> str:
    number = child_text(order, tag)
    if not number:
        raise Permanent("connect.message_lacks", tag, item=True, field=tag)
    return number


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
