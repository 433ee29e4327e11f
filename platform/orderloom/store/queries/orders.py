"""The order grid: pages, totals and one order, answered from indexes at a million rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_

from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, pairs
from orderloom.store.queries.dialect import Unindexed, WithinBytes
from orderloom.store.tables import account, exception, orders, warehouse

Sort = Literal["-placed_at", "placed_at", "-total", "total", "-updated_at", "updated_at"]
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

_c = orders.c
_SHOWN = (
    *(_c.id, _c.external_no, _c.platform, _c.account_id, _c.warehouse_id, _c.courier, _c.tags),
    *(_c.state, _c.payment_state, _c.hold_state, _c.fulfil_state, _c.after_sale_state),
    *(_c.total, _c.paid, _c.currency, _c.item_count, _c.province, _c.city, _c.receiver_name),
    *(_c.placed_at, _c.paid_at, _c.updated_at),
)
_ONLY_ON_ITS_PAGE = (
    *(_c.canonical, _c.parent_no, _c.customer_ref, _c.freight, _c.discount),
    *(_c.modified_at, _c.ship_by),
)
_TITLES = (account.c.title.label("account"), warehouse.c.title.label("warehouse"))


Facet = Literal["states", "platforms", "warehouses", "provinces"]
FACETS: tuple[Facet, ...] = ("states", "platforms", "warehouses", "provinces")
_LISTS: dict[str, ColumnElement[Any]] = {
    "states": _c.state,
    "platforms": _c.platform,
    "warehouses": _c.warehouse_id,
    "provinces": _c.province,
    "holds": _c.hold_state,
}


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


def total_query(wanted: OrderFilter) -> Select[int]:
    """Counts no further than one more than TOTAL_CAP."""
    return select(func.count()).select_from(_found(wanted).subquery("found"))


def total(tx: Tx, wanted: OrderFilter) -> tuple[int, bool]:
    """(how many, whether there are more than that)."""
    found = tx.execute(total_query(wanted)).scalar_one()
    return min(found, TOTAL_CAP), found > TOTAL_CAP


def page(
    tx: Tx, wanted: OrderFilter, sort: Sort, after: Position | None, limit: int, *, few: bool
) -> Sequence[AnyRow]:
    """Up to `limit` rows behind `after`. `few`: no more than TOTAL_CAP orders match."""
    return tx.execute(page_query(wanted, sort, after, limit, few=few)).all()


def page_query(
    wanted: OrderFilter, sort: Sort, after: Position | None, limit: int, *, few: bool
) -> Select[Any]:
    """One page: ids from an index first, the wide rows only for those.

    Two shapes, because no planner can know how common a name or a province is: few matches are
    collected through the filter's index and sorted; among many, the index in the wanted order is
    read until the page is full.
    """
    column = _c[sort.lstrip("-")]
    ids = _few(wanted, column) if few else _many(wanted, column)
    if after is not None:
        place, last = tuple_(column, _c.id), tuple_(literal(after.value), literal(after.id))
        ids = ids.where(place < last if sort.startswith("-") else place > last)
    page = ids.order_by(*_order(column, sort)).limit(limit).subquery("page")
    query = select(*_SHOWN, *_TITLES).select_from(page).join(orders, _c.id == page.c.id)
    return _with_titles(query).order_by(*_order(column, sort))


def facet_query(wanted: OrderFilter, facet: Facet) -> Select[Any]:
    """How many orders each value of a facet has; its own filter does not count.

    A search is counted up to TOTAL_CAP matches: the wide rows behind it are costly.
    """
    column = _LISTS[facet]
    own: dict[str, Any] = {facet: ()}
    others = replace(wanted, **own)
    conditions = _conditions(others, lists=False)
    if wanted.search:
        some = select(column.label("value")).where(*conditions).limit(TOTAL_CAP).subquery("some")
        value: ColumnElement[Any] = some.c.value
        return select(value, func.count()).where(value.is_not(None)).group_by(value)
    # Without a filter the groups come out of an index in order; with one they must be collected.
    grouped = Unindexed(column) if conditions else column
    return select(column, func.count()).where(column.is_not(None), *conditions).group_by(grouped)


def facet(tx: Tx, wanted: OrderFilter, facet: Facet) -> dict[Any, int]:
    return dict(tx.execute(facet_query(wanted, facet)).all())


def by_id(tx: Tx, order_id: int) -> AnyRow | None:
    """One order as the grid shows it, with what only its own page shows."""
    query = select(*_SHOWN, *_ONLY_ON_ITS_PAGE, *_TITLES).select_from(orders)
    return tx.execute(_with_titles(query).where(_c.id == order_id)).one_or_none()


def warehouse_titles(tx: Tx) -> dict[int, str]:
    return dict(tx.execute(select(warehouse.c.id, warehouse.c.title)).all())


def open_exceptions(tx: Tx, order_ids: Sequence[int]) -> dict[int, int]:
    """Open exceptions by order id; orders without any are left out."""
    if not order_ids:
        return {}
    query = (
        select(exception.c.order_id, func.count())
        .where(exception.c.order_id.in_(list(order_ids)), exception.c.state == "open")
        .group_by(exception.c.order_id)
    )
    return pairs(tx, query)


def _with_titles(query: Select[Any]) -> Select[Any]:
    joined = query.join(account, account.c.id == _c.account_id)
    return joined.outerjoin(warehouse, warehouse.c.id == _c.warehouse_id)


def _found(wanted: OrderFilter) -> Select[Any]:
    return select(_c.id).where(*_conditions(wanted)).limit(TOTAL_CAP + 1)


def _few(wanted: OrderFilter, column: ColumnElement[Any]) -> Select[Any]:
    if wanted == OrderFilter() or (wanted.search is None and column is _c.placed_at):
        return _many(wanted, column)  # one index answers filter and order at once
    found = _found(wanted).subquery("found")  # its limit keeps planners from undoing the shape
    return select(_c.id).select_from(found).join(orders, _c.id == found.c.id)


def _many(wanted: OrderFilter, column: ColumnElement[Any]) -> Select[Any]:
    by_grid = column is _c.placed_at and wanted.search is None
    return select(_c.id).where(*_conditions(wanted, lists=by_grid, search=by_grid))


def _order(column: ColumnElement[Any], sort: Sort) -> tuple[ColumnElement[Any], ...]:
    if sort.startswith("-"):
        return column.desc(), _c.id.desc()
    return column.asc(), _c.id.asc()


def _conditions(
    wanted: OrderFilter, *, lists: bool = True, search: bool = True
) -> list[ColumnElement[bool]]:
    """`lists`, `search`: whether planners may choose an index by the one or the other."""
    conditions: list[ColumnElement[bool]] = []
    for name, column in _LISTS.items():
        values = getattr(wanted, name)
        if values:
            conditions.append((column if lists else Unindexed(column)).in_(values))
    if wanted.placed_from is not None:
        conditions.append(_c.placed_at >= wanted.placed_from)
    if wanted.placed_to is not None:
        conditions.append(_c.placed_at < wanted.placed_to)
    if wanted.search:
        conditions.append(_search(wanted.search, plain=search))
    return conditions


def _search(text: str, *, plain: bool) -> ColumnElement[bool]:
    """By what it looks like: digits begin an order number, other scripts a name, letters both."""
    number, name = (
        _begins(column if plain else Unindexed(column), text)
        for column in (_c.external_no, _c.receiver_name)
    )
    if not text.isascii():
        return name
    return number if re.search(r"\d", text) else or_(number, name)


def _begins(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    return WithinBytes(column, literal(prefix), literal(prefix + _LAST))
