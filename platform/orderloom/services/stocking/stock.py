"""The stock door: the only code that changes a stock row.

Inside one transaction: `open` locks the rows in a fixed order and reads them, `settle` applies the
net change of each row with a guard and counts the rows that were changed. A count that comes back
wrong rolls the whole transaction back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
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


class Leaving(NamedTuple):
    """Goods that left: pieces, how many of them were promised, and with which fulfilment."""

    stock_id: int
    pieces: int
    promised: int
    reference: str


class StockDoor:
    """One visit to the stock rows a transaction touches."""

    def __init__(self, tx: Tx, now: int) -> None:
        self._tx = tx
        self._now = now
        self.levels: dict[Key, Level] = {}
        self._deltas: dict[int, int] = defaultdict(int)
        self._left: list[Leaving] = []
        self._opened: set[int] = set()

    def open(self, keys: Collection[Key], ids: Collection[int] = ()) -> None:
        """Lock and read these rows, in id order; a key that does not exist is left out.

        Rows with noted changes are opened with them: all locks are taken in one go.
        """
        ids = {*ids, *self._noted()}
        if keys or ids:
            for row in self._tx.execute(_locked(keys, ids)):
                place, product, *level = row
                self.levels[place, product] = Level(*level)
                self._opened.add(level[0])

    def free(self, warehouse_id: int, sku_id: int) -> int:
        """Pieces free to promise in an opened row, after what this visit gives back or takes."""
        level = self.levels[warehouse_id, sku_id]
        gone = sum(left.pieces - left.promised for left in self._left if left.stock_id == level.id)
        return level.free - self._deltas[level.id] - gone

    def allocate(self, key: Key, quantity: int) -> int:
        """Note an allocation; returns the stock row's id."""
        level = self.levels[key]
        self._deltas[level.id] += quantity
        return level.id

    def release(self, stock_id: int, quantity: int) -> None:
        """Note that an allocation is given back."""
        self._deltas[stock_id] -= quantity

    def ship(self, stock_id: int, pieces: int, promised: int, reference: str) -> None:
        """Note that goods left for good; `promised`: so many of them were allocated."""
        self._left.append(Leaving(stock_id, pieces, promised, reference))

    def taken_from_others(self) -> list[int]:
        """Rows that goods left from which nobody had promised: what is promised may lack now."""
        return sorted({left.stock_id for left in self._left if left.promised < left.pieces})

    def settle(self) -> None:
        """Write all noted changes; raises InsufficientStock if any row cannot bear its change."""
        if not self._opened.issuperset(self._noted()):
            self.open(())
        self._settle_shipments()
        deltas = {row: delta for row, delta in sorted(self._deltas.items()) if delta}
        self._deltas.clear()
        if deltas:
            apply(self._tx, deltas, self._now)

    def _noted(self) -> set[int]:
        """Rows that will change."""
        return {*(left.stock_id for left in self._left), *(r for r, d in self._deltas.items() if d)}

    def _settle_shipments(self) -> None:
        """Before anything is promised anew: what left is free for nobody."""
        if not self._left:
            return
        promised: dict[int, int] = defaultdict(int)
        for left in self._left:
            promised[left.stock_id] -= left.promised
        apply(self._tx, {row: delta for row, delta in sorted(promised.items()) if delta}, self._now)
        moves = [(left.stock_id, -left.pieces, left.reference) for left in self._left]
        _move(self._tx, moves, "shipped", self._now)
        self._left.clear()


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
    if not deltas:
        return
    if tx.dialect.name == "postgresql":
        values = (now, list(deltas), list(deltas.values()))
        changed = tx.exec_driver_sql(_GUARDED_ARRAYS, values).rowcount
    else:
        rows = [{"row": row, "delta": delta, "at": now} for row, delta in deltas.items()]
        changed = tx.execute(_GUARDED, rows).rowcount
    if changed != len(deltas):
        raise InsufficientStock("stock.insufficient", stock_ids=sorted(deltas))


Held = Callable[[Sequence[int]], Mapping[int, int | None]]
"""Pieces in stock rows beside what was counted; None: the row is not to be counted now."""


def count(
    tx: Tx, counts: Mapping[Key, int], reason: str, now: int, held: Held | None = None
) -> list[int]:
    """Set what is on hand, as counted by the warehouse; the difference goes into the ledger.

    `held`: the counts are of what is free; it is asked, with the rows locked, what comes on top.
    Rows that do not exist yet are made. Returns the ids of rows now allocated beyond their count:
    their newest allocations have to give way (`services.stocking.shortage`). InputError for a
    negative count of all that is there.
    """
    negative = sorted(key for key, pieces in counts.items() if pieces < 0)
    if negative and held is None:
        raise InputError("stock.negative_count", count=counts[negative[0]])
    _make_missing(tx, counts, now)
    rows = tx.execute(_locked(counts)).all()
    on_top = held([row.id for row in rows]) if held else {}
    changes = [
        (row, max(counts[row.warehouse_id, row.sku_id] + extra, 0))
        for row in rows
        if (extra := on_top.get(row.id, 0)) is not None
    ]
    _move(tx, [(row.id, new - row.on_hand, None) for row, new in changes], reason, now)
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


def receive(tx: Tx, pieces: Mapping[Key, int], reference: str, now: int) -> None:
    """Goods came back and can be sold again; rows that do not exist yet are made."""
    if pieces:
        _make_missing(tx, pieces, now)
        rows = tx.execute(_locked(pieces)).all()
        moves = [(row.id, pieces[row.warehouse_id, row.sku_id], reference) for row in rows]
        _move(tx, moves, "returned", now)


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


Move = tuple[int, int, str | None]
"""A stock row, the pieces it gains or loses, and what with."""


def _move(tx: Tx, moves: Sequence[Move], reason: str, now: int) -> None:
    """Change `on_hand` and write the ledger, together."""
    moves = [move for move in moves if move[1]]
    if not moves:
        return
    tx.execute(
        update(stock)
        .where(stock.c.id == bindparam("row"))
        .values(on_hand=stock.c.on_hand + bindparam("delta"), changed_at=now),
        [{"row": row, "delta": delta} for row, delta, _ in moves],
    )
    ledger = [
        {
            "id": new,
            "stock_id": row,
            "delta": delta,
            "reason": reason,
            "reference": reference,
            "at": now,
        }
        for new, (row, delta, reference) in zip(reserve(tx, len(moves)), moves, strict=True)
    ]
    insert_many(tx, stock_movement, ledger)
