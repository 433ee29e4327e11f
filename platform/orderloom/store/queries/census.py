"""How many orders there are of each kind, in one pass over the grid's index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from orderloom.store.db import Tx
from orderloom.store.tables import orders


@dataclass(frozen=True)
class Group:
    """Orders alike in everything the grid filters by."""

    state: str
    platform: str
    warehouse_id: int | None
    province: str | None
    account_id: int
    count: int


@dataclass(frozen=True)
class Census:
    """All groups; ask it for the totals of one or several attributes."""

    groups: Sequence[Group]

    @property
    def total(self) -> int:
        return sum(group.count for group in self.groups)

    def by(self, *names: str) -> dict[Any, int]:
        """Totals by one attribute, or by a tuple of several; nothing for orders that lack it."""
        totals: Counter[Any] = Counter()
        for group in self.groups:
            key = tuple(getattr(group, name) for name in names)
            if None not in key:
                totals[key if len(names) > 1 else key[0]] += group.count
        return dict(totals)


def census_query(placed_from: int | None = None) -> Select[Any]:
    """Groups and their sizes; only orders placed since an instant, if one is given."""
    columns = (
        orders.c.state,
        orders.c.platform,
        orders.c.warehouse_id,
        orders.c.province,
        orders.c.account_id,
    )
    query = select(*columns, func.count()).group_by(*columns)
    return query if placed_from is None else query.where(orders.c.placed_at >= placed_from)


def census(tx: Tx, placed_from: int | None = None) -> Census:
    """Count all orders, or those placed since an instant (epoch ms)."""
    return Census([Group(*row) for row in tx.execute(census_query(placed_from))])
