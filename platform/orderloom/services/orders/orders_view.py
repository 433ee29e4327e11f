"""What people see of orders: the grid, its facets, and one order with its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.connect import Registry
from orderloom.engine.words import ZONE
from orderloom.errors import NotFound
from orderloom.services.fulfilling import labels_view
from orderloom.services.orders.order_parts import Parts
from orderloom.services.orders.order_story import tell
from orderloom.services.orders.showing import receiver
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import orders as rows
from orderloom.store.queries.orders import FACETS, OrderFilter, Position, Sort

Record = dict[str, Any]


@dataclass(frozen=True)
class GridPage:
    """`next`: where the following page starts, None at the end; `total` stops at a cap."""

    items: list[Record]
    next: Position | None
    total: int
    capped: bool


def grid(tx: Tx, wanted: OrderFilter, sort: Sort, after: Position | None, limit: int) -> GridPage:
    """One page of orders."""
    total, capped = rows.total(tx, wanted)
    found = rows.page(tx, wanted, sort, after, limit + 1, few=not capped) if total else []
    page = found[:limit]
    more = len(found) > limit
    last = Position(getattr(page[-1], sort.lstrip("-")), page[-1].id) if more else None
    return GridPage(_shown(tx, page), last, total, capped)


def facets(tx: Tx, wanted: OrderFilter) -> dict[str, list[Record]]:
    """What the grid can be narrowed to, most frequent first."""
    titles = rows.warehouse_titles(tx)
    found: dict[str, list[Record]] = {}
    for facet in FACETS:
        counts = [(-count, str(value)) for value, count in rows.facet(tx, wanted, facet).items()]
        found[facet] = [{"value": value, "count": -count} for count, value in sorted(counts)]
    for entry in found["warehouses"]:
        entry["title"] = titles.get(int(entry["value"]), entry["value"])
    return found


def story(tx: Tx, plans: PlanCache, registry: Registry, order_id: int, zone: str = ZONE) -> Record:
    """One order: head, lines, fulfilments, and all that happened to it; raises NotFound.

    `zone`: on whose clock sentences tell times.
    """
    order = rows.by_id(tx, order_id)
    if order is None:
        raise NotFound("orders.not_found", str(order_id))
    parts = Parts.load(tx, order)
    return {
        "order": _head(tx, order),
        "lines": [_line(line) for line in parts.lines],
        "fulfilments": _fulfilments(parts, labels_view.of_order(tx, order.id)),
        "story": tell(tx, plans, registry, parts, zone),
    }


def _shown(tx: Tx, page: Sequence[AnyRow]) -> list[Record]:
    exceptions = rows.open_exceptions(tx, [row.id for row in page])
    return [_row(row, exceptions.get(row.id, 0)) for row in page]


def _row(row: AnyRow, open_exceptions: int) -> Record:
    warehouse = {"id": row.warehouse_id, "title": row.warehouse} if row.warehouse else None
    return {
        **row._mapping,
        "account": {"id": row.account_id, "title": row.account},
        "warehouse": warehouse,
        "open_exceptions": open_exceptions,
    }


def _head(tx: Tx, row: AnyRow) -> Record:
    canonical: Record = row.canonical
    return {
        **_row(row, rows.open_exceptions(tx, [row.id]).get(row.id, 0)),
        "receiver": receiver(canonical),
        "notes": {"buyer": canonical.get("buyer_note"), "seller": canonical.get("seller_note")},
        "money": {name: getattr(row, name) for name in ("total", "paid", "freight", "discount")},
        "times": {
            "placed": row.placed_at,
            "paid": row.paid_at,
            "modified": row.modified_at,
            "ship_by": row.ship_by,
        },
    }


def _line(line: AnyRow) -> Record:
    known = line.sku_id is not None and line.hub_code is not None
    product = {"id": line.sku_id, "code": line.hub_code, "title": line.hub_title}
    return {**line._mapping, "sku": product if known else None}


def _fulfilments(parts: Parts, labels: Mapping[int, Record]) -> list[Record]:
    return [
        {
            **made._mapping,
            "warehouse": {"id": made.warehouse_id, "title": made.warehouse},
            "lines": [
                {
                    "line_id": line.order_line_id,
                    "sku_code": line.hub_code,
                    "quantity": line.quantity,
                    "state": line.state,
                }
                for line in parts.lines_of(made.id)
            ],
            "parcels": [dict(p._mapping) for p in parts.parcels if p.fulfilment_id == made.id],
            "label": labels.get(made.id),
        }
        for made in parts.fulfilments
    ]
