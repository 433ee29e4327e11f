"""The stock door: the only code that changes a stock row.

Inside one transaction: `open` locks the rows in a fixed order and reads them, `settle` applies the
net change of each row with a guard and counts the rows that were changed. A count that comes back
wrong rolls the whole transaction back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, update

from orderloom.errors import InputError, InsufficientStock
from orderloom.store.among import among, pairs_among
from orderloom.store.bulk import insert_many, update_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import stock, stock_movement

Key = tuple[int, int]  # warehouse id, sku id


class Level(NamedTuple):
    """One stock row as read under the lock."""

    id: int
    on_hand: int
    allocated: int
    safety: int

    @property
    def free(self) -> int:
        """Pieces that may be promised: safety stock stays."""
        return self.on_hand - self.allocated - self.safety


class StockDoor:
    """One visit to the stock rows a transaction touches."""

    def __init__(self, tx: Tx, now: int) -> None:
        self._tx = tx
        self._now = now
        self.levels: dict[Key, Level] = {}
        self._deltas: dict[int, int] = defaultdict(int)

    def open(self, keys: Collection[Key], ids: Collection[int] = ()) -> None:
        """Lock and read these rows, in id order; a key that does not exist is left out."""
        if keys or ids:
            for row in self._tx.execute(_locked(keys, ids)):
                place, product, *level = row
                self.levels[place, product] = Level(*level)

    def free(self, warehouse_id: int, sku_id: int) -> int:
        """Pieces free to promise in an opened row, after what this visit gives back or takes."""
        level = self.levels[warehouse_id, sku_id]
        return level.free - self._deltas[level.id]

    def allocate(self, key: Key, quantity: int) -> int:
        """Note an allocation; returns the stock row's id."""
        level = self.levels[key]
        self._deltas[level.id] += quantity
        return level.id

    def release(self, stock_id: int, quantity: int) -> None:
        """Note that an allocation is given back."""
        self._deltas[stock_id] -= quantity

    def settle(self) -> None:
        """Write all noted changes; raises InsufficientStock if any row cannot bear its change."""
        deltas = {row: delta for row, delta in sorted(self._deltas.items()) if delta}
        self._deltas.clear()
        if deltas:
            apply(self._tx, deltas, self._now)


_READ = (
    stock.c.warehouse_id,
    stock.c.sku_id,
    stock.c.id,
    stock.c.on_hand,
    stock.c.allocated,
    stock.c.safety,
)


def _locked(keys: Collection[Key], ids: Collection[int] = ()) -> Select[Any]:
    wanted = pairs_among(stock.c.warehouse_id, stock.c.sku_id, keys)
    if ids:
        named = select(stock.c.id).where(among(stock.c.id, ids))
        wanted = stock.c.id.in_(select(stock.c.id).where(wanted).union_all(named))
    return select(*_READ).where(wanted).order_by(stock.c.id).with_for_update()


_GUARDED = (
    update(stock)
    .where(stock.c.id == bindparam("row"))
    .where((bindparam("delta") <= 0) | (stock.c.on_hand - stock.c.allocated >= bindparam("delta")))
    .where(stock.c.allocated + bindparam("delta") >= 0)
    .values(allocated=stock.c.allocated + bindparam("delta"), changed_at=bindparam("at"))
)
_GUARDED_ARRAYS = """
UPDATE stock s SET allocated = s.allocated + n.delta, changed_at = %s
FROM unnest(%s::bigint[], %s::bigint[]) n(id, delta)
WHERE s.id = n.id AND (n.delta <= 0 OR s.on_hand - s.allocated >= n.delta)
  AND s.allocated + n.delta >= 0
"""


def apply(tx: Tx, deltas: Mapping[int, int], now: int) -> None:
    """Add each delta to a row's `allocated`, never beyond `on_hand`, never below zero."""
    if tx.dialect.name == "postgresql":
        values = (now, list(deltas), list(deltas.values()))
        changed = tx.exec_driver_sql(_GUARDED_ARRAYS, values).rowcount
    else:
        rows = [{"row": row, "delta": delta, "at": now} for row, delta in deltas.items()]
        changed = tx.execute(_GUARDED, rows).rowcount
    if changed != len(deltas):
        raise InsufficientStock("stock.insufficient", stock_ids=sorted(deltas))


def count(tx: Tx, counts: Mapping[Key, int], reason: str, now: int) -> list[int]:
    """Set what is on hand, as counted by the warehouse; the difference goes into the ledger.

    Rows that do not exist yet are made. Returns the ids of rows now allocated beyond their count:
    their newest allocations have to give way (`services.shortage`). InputError for a negative one.
    """
    negative = sorted(key for key, pieces in counts.items() if pieces < 0)
    if negative:
        raise InputError("stock.negative_count", count=counts[negative[0]])
    _make_missing(tx, counts, now)
    rows = tx.execute(_locked(counts)).all()
    changes = [(row, counts[row.warehouse_id, row.sku_id]) for row in rows]
    _move(tx, [(row.id, new - row.on_hand) for row, new in changes], reason, now)
    return [row.id for row, new in changes if row.allocated > new]


def set_safety(tx: Tx, levels: Mapping[Key, int], now: int) -> None:
    """Set what must stay on the shelf; rows that do not exist yet are made, empty.

    InputError for a negative one.
    """
    negative = sorted(key for key, pieces in levels.items() if pieces < 0)
    if negative:
        raise InputError("stock.negative_count", count=levels[negative[0]])
    _make_missing(tx, levels, now)
    rows = tx.execute(_locked(levels)).all()
    changes = [{"id": row.id, "safety": levels[row.warehouse_id, row.sku_id]} for row in rows]
    update_many(tx, stock, changes)


def _make_missing(tx: Tx, counts: Mapping[Key, int], now: int) -> None:
    known = set(
        tx.execute(
            select(stock.c.warehouse_id, stock.c.sku_id).where(
                pairs_among(stock.c.warehouse_id, stock.c.sku_id, counts)
            )
        )
    )
    missing = sorted(set(counts) - known)
    rows = [
        {"id": new, "warehouse_id": place, "sku_id": product, "changed_at": now}
        for (place, product), new in zip(missing, reserve(tx, len(missing)), strict=True)
    ]
    insert_many(tx, stock, rows)


def _move(tx: Tx, moves: list[tuple[int, int]], reason: str, now: int) -> None:
    """Change `on_hand` and write the ledger, together."""
    moves = [(row, delta) for row, delta in moves if delta]
    if not moves:
        return
    tx.execute(
        update(stock)
        .where(stock.c.id == bindparam("row"))
        .values(on_hand=stock.c.on_hand + bindparam("delta"), changed_at=now),
        [{"row": row, "delta": delta} for row, delta in moves],
    )
    ids = reserve(tx, len(moves))
    ledger = [
        {
            "id": new,
            "stock_id": row,
            "delta": delta,
            "reason": reason,
            "reference": None,
            "at": now,
        }
        for new, (row, delta) in zip(ids, moves, strict=True)
    ]
    insert_many(tx, stock_movement, ledger)


def ship(tx: Tx, quantities: Mapping[int, int], reference: str, now: int) -> None:
    """Goods left the warehouse: both `on_hand` and `allocated` go down."""
    apply(tx, {row: -quantity for row, quantity in sorted(quantities.items())}, now)
    _move(
        tx, [(row, -quantity) for row, quantity in quantities.items()], f"shipped {reference}", now
    )
