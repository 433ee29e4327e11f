"""What people see of labels, and handing out what printing needs.

The hub prints nothing: print data is for the vendor's own print component, which alone can read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.errors import Conflict
from orderloom.services.orders.showing import problem
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import labels as rows
from orderloom.store.queries.labels import LabelFilter
from orderloom.store.queries.people import add_audit

Record = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """`next`: the id the following page starts behind, None at the end."""

    items: list[Record]
    next: int | None


def page(tx: Tx, asked: LabelFilter, after: int | None, limit: int) -> Page:
    """One page of labels, oldest first, as they are printed."""
    found = rows.page(tx, asked, after or 0, limit + 1)
    shown = found[:limit]
    last = shown[-1].id if len(found) > limit else None
    return Page([_item(row) for row in shown], last)


def counts(tx: Tx, due_from: int, due_to: int) -> list[Record]:
    """By warehouse: {"warehouse": …, "states": {state: amount}}."""
    found: dict[int, Record] = {}
    for row in rows.counts(tx, due_from, due_to):
        place = {"id": row.warehouse_id, "title": row.title}
        entry = found.setdefault(row.warehouse_id, {"warehouse": place, "states": {}})
        entry["states"][row.state] = row.amount
    return list(found.values())


def of_order(tx: Tx, order_id: int) -> dict[int, Record]:
    """An order's labels by fulfilment id."""
    return {row.fulfilment_id: label_of(row) for row in rows.of_order(tx, order_id)}


def label_of(row: AnyRow) -> Record:
    """A label by itself, without the order it belongs to."""
    refused = problem(row.trouble) if row.state == "refused" else None
    return {
        "id": row.id,
        "state": row.state,
        "courier": row.courier or row.wanted_courier,
        "tracking_no": row.tracking_no,
        "due_at": row.due_at,
        "made_at": row.made_at,
        "prints": row.prints,
        "printed_at": row.printed_at,
        "problem": refused,
    }


def _item(row: AnyRow) -> Record:
    return {
        **label_of(row),
        "fulfilment": {"id": row.fulfilment_id, "title": row.no},
        "order": {"id": row.order_id, "title": row.external_no},
        "platform": row.platform,
        "warehouse": {"id": row.warehouse_id, "title": row.warehouse},
        "exception_id": row.exception_id,
    }


def hand_out(tx: Tx, ids: Sequence[int], user: User, now: int) -> list[Record]:
    """The print data of labels, counted as printed; raises Conflict when none can be printed."""
    found = rows.for_printing(tx, ids)
    if not found:
        raise Conflict("label.nothing_to_print", ", ".join(map(str, ids[:5])))
    rows.count_prints(tx, [row.id for row in found], now)
    detail = {"labels": [row.tracking_no for row in found]}
    add_audit(tx, now, user.login, "label.print", str(len(found)), detail)
    return [
        {
            "id": row.id,
            "fulfilment_no": row.no,
            "courier": row.courier,
            "tracking_no": row.tracking_no,
            "printing": row.printing,
        }
        for row in found
    ]
