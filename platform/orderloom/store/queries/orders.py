"""The order grid: pages, totals and counts, answered from indexes at a million rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_

from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries.prefix import within_bytes
from orderloom.store.tables import account, exception, orders, warehouse

Sort = Literal["placed_at", "-placed_at", "total", "-total", "updated_at", "-updated_at"]
SORTS: tuple[Sort, ...] = (
    "-placed_at",
    "placed_at",
    "-total",
    "total",
    "-updated_at",
    "updated_at",
)
TOTAL_CAP = 10_000
_LAST = "\U0010ffff"  # sorts behind every other character

_SHOWN = tuple(
    orders.c[name]
    for name in (
        "id external_no platform account_id state payment_state hold_state fulfil_state "
        "after_sale_state total paid currency item_count province city receiver_name "
        "warehouse_id courier placed_at paid_at updated_at tags"
    ).split()
)


@dataclass(frozen=True)
class OrderFilter:
    """What the grid shows; an empty tuple or None does not restrict. Instants are epoch ms."""

    states: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    warehouses: tuple[int, ...] = ()
    provinces: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    placed_from: int | None = None
    placed_to: int | None = None
    search: str | None = None


@dataclass(frozen=True)
class Position:
    """The last row of a page: its sort value and id."""

    value: int
    id: int


def page_query(wanted: OrderFilter, sort: Sort, after: Position | None, limit: int) -> Select[Any]:
    """One page: ids from an index first, the rows themselves only for those."""
    column = orders.c[sort.lstrip("-")]
    conditions = _conditions(wanted)
    if after is not None:
        place, last = tuple_(column, orders.c.id), tuple_(literal(after.value), literal(after.id))
        conditions.append(place < last if sort.startswith("-") else place > last)
    ids = select(orders.c.id).where(*conditions).order_by(*_order(column, sort)).limit(limit)
    page = ids.subquery("page")
    return (
        select(*_SHOWN, account.c.title.label("account"), warehouse.c.title.label("warehouse"))
        .select_from(page)
        .join(orders, orders.c.id == page.c.id)
        .join(account, account.c.id == orders.c.account_id)
        .outerjoin(warehouse, warehouse.c.id == orders.c.warehouse_id)
        .order_by(*_order(column, sort))
    )


def page(
    tx: Tx, wanted: OrderFilter, sort: Sort, after: Position | None, limit: int
) -> Sequence[AnyRow]:
    """Up to `limit` rows behind the position `after`."""
    return tx.execute(page_query(wanted, sort, after, limit)).all()


def total_query(wanted: OrderFilter) -> Select[tuple[int]]:
    """Counts no further than one more than TOTAL_CAP."""
    found = select(orders.c.id).where(*_conditions(wanted)).limit(TOTAL_CAP + 1)
    return select(func.count()).select_from(found.subquery("found"))


def total(tx: Tx, wanted: OrderFilter) -> tuple[int, bool]:
    """(how many, whether there are more than that)."""
    found = tx.execute(total_query(wanted)).scalar_one()
    return min(found, TOTAL_CAP), found > TOTAL_CAP


def open_exceptions(tx: Tx, order_ids: Sequence[int]) -> dict[int, int]:
    """Open exceptions by order id; orders without any are left out."""
    if not order_ids:
        return {}
    query = (
        select(exception.c.order_id, func.count())
        .where(exception.c.order_id.in_(list(order_ids)), exception.c.state == "open")
        .group_by(exception.c.order_id)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def by_id(tx: Tx, order_id: int) -> AnyRow | None:
    """One order as the grid shows it, with what only its own page shows."""
    query = (
        select(
            *_SHOWN,
            orders.c.canonical,
            orders.c.parent_no,
            orders.c.customer_ref,
            orders.c.freight,
            orders.c.discount,
            orders.c.modified_at,
            orders.c.ship_by,
            account.c.title.label("account"),
            warehouse.c.title.label("warehouse"),
        )
        .join(account, account.c.id == orders.c.account_id)
        .outerjoin(warehouse, warehouse.c.id == orders.c.warehouse_id)
        .where(orders.c.id == order_id)
    )
    return tx.execute(query).one_or_none()


def _order(column: ColumnElement[Any], sort: Sort) -> tuple[ColumnElement[Any], ...]:
    if sort.startswith("-"):
        return column.desc(), orders.c.id.desc()
    return column.asc(), orders.c.id.asc()


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, values in (
        (orders.c.state, wanted.states),
        (orders.c.platform, wanted.platforms),
        (orders.c.warehouse_id, wanted.warehouses),
        (orders.c.province, wanted.provinces),
        (orders.c.hold_state, wanted.holds),
    ):
        if values:
            conditions.append(column.in_(values))
    if wanted.placed_from is not None:
        conditions.append(orders.c.placed_at >= wanted.placed_from)
    if wanted.placed_to is not None:
        conditions.append(orders.c.placed_at < wanted.placed_to)
    if wanted.search:
        conditions.append(_search(wanted.search))
    return conditions


def _search(text: str) -> ColumnElement[bool]:
    """By what it looks like: digits begin an order number, other scripts a name, letters both."""
    number = _begins(orders.c.external_no, text)
    name = _begins(orders.c.receiver_name, text)
    if not text.isascii():
        return name
    return number if re.search(r"\d", text) else or_(number, name)


def _begins(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    return within_bytes(column, literal(prefix), literal(prefix + _LAST))
