"""Ids for new rows, taken in blocks: rows can name each other before any is written."""

from __future__ import annotations

from itertools import chain, islice

from sqlalchemy import text

from orderloom.store.db import Tx

BLOCK = 1000  # the increment of the PostgreSQL sequence `hub_id`
_BLOCKS = text("SELECT nextval('hub_id') FROM generate_series(1, :n)")
_COUNTED = text("UPDATE id_counter SET next_id = next_id + :n RETURNING next_id")


def reserve(tx: Tx, count: int) -> list[int]:
    """`count` fresh ids in ascending order. A roll-back may leave gaps, never a repeat."""
    if count <= 0:
        return []
    if tx.dialect.name == "postgresql":
        return _from_sequence(tx, count)
    return _from_counter(tx, count)


def _from_sequence(tx: Tx, count: int) -> list[int]:
    blocks = -(-count // BLOCK)
    firsts = sorted(tx.execute(_BLOCKS, {"n": blocks}).scalars())
    ids = chain.from_iterable(range(first, first + BLOCK) for first in firsts)
    return list(islice(ids, count))


def _from_counter(tx: Tx, count: int) -> list[int]:
    # The writer holds SQLite's only write lock, so read-and-add is safe here.
    last = tx.execute(_COUNTED, {"n": count}).scalar_one()
    return list(range(last - count, last))


class Ids:
    """Hands out reserved ids one by one; asks for another block when they run out."""

    def __init__(self, tx: Tx, expected: int) -> None:
        self._tx = tx
        self._free = iter(reserve(tx, expected))

    def next(self) -> int:
        """One fresh id."""
        value = next(self._free, None)
        if value is None:
            self._free = iter(reserve(self._tx, BLOCK))
            value = next(self._free)
        return value
