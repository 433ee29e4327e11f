"""How many orders there are of each kind, counted in indexes alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, func, select

from orderloom.store.db import Tx
from orderloom.store.queries import pairs
from orderloom.store.queries.dialect import Unindexed
from orderloom.store.tables import orders

Attribute = Literal["state", "platform", "warehouse_id", "province"]


@dataclass(frozen=True)
class Group:
    """Orders alike in what the flow tells apart."""

    account_id: int
    state: str
    warehouse_id: int | None
    count: int


def count_query(attribute: Attribute) -> Select[Any]:
    """Orders by one attribute; those that lack it are left out."""
    column = orders.c[attribute]
    return select(column, func.count()).where(column.is_not(None)).group_by(column)


def count_by(tx: Tx, attribute: Attribute) -> dict[Any, int]:
    return pairs(tx, count_query(attribute))


def recent_query(since: int) -> Select[Any]:
    """Orders placed since an instant (epoch ms), in groups."""
    columns = (orders.c.account_id, orders.c.state, orders.c.warehouse_id)
    # Else SQLite reads all rows in the order of shops or states, not the few recent ones.
    grouped = [Unindexed(column) for column in columns]
    return select(*columns, func.count()).where(orders.c.placed_at >= since).group_by(*grouped)


def recent(tx: Tx, since: int) -> list[Group]:
    return [Group(*row) for row in tx.execute(recent_query(since))]


def totals(groups: Sequence[Group], name: str) -> dict[Any, int]:
    """Group sizes added up by one attribute of `Group`."""
    sums: Counter[Any] = Counter()
    for group in groups:
        sums[getattr(group, name)] += group.count
    return dict(sums)


def waiting_query() -> Select[Any]:
    """Orders still to be shipped, by warehouse."""
    return (
        select(orders.c.warehouse_id, func.count())
        .where(Unindexed(orders.c.state) == "to_ship", orders.c.warehouse_id.is_not(None))
        .group_by(orders.c.warehouse_id)
    )


def waiting_by_warehouse(tx: Tx) -> dict[int, int]:
    return pairs(tx, waiting_query())


def taken_in_query(since: int) -> Select[Any]:
    """How many orders came to exist since an instant."""
    return select(func.count()).where(orders.c.updated_at >= since, orders.c.created_at >= since)


def taken_in(tx: Tx, since: int) -> int:
    count: int = tx.execute(taken_in_query(since)).scalar_one()
    return count


def taken_in_by_shop_query(since: int) -> Select[Any]:
    """The same by shop."""
    shop = orders.c.account_id
    came = orders.c.updated_at >= since, orders.c.created_at >= since
    return select(shop, func.count()).where(*came).group_by(Unindexed(shop))


def taken_in_by_shop(tx: Tx, since: int) -> dict[int, int]:
    return pairs(tx, taken_in_by_shop_query(since))


def placed_since(tx: Tx, since: int) -> int:
    """How many orders were placed since an instant."""
    query = select(func.count()).where(orders.c.placed_at >= since)
    count: int = tx.execute(query).scalar_one()
    return count
