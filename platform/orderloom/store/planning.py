"""How PostgreSQL is to look rows up."""

from __future__ import annotations

from sqlalchemy import text

from orderloom.store.db import Tx

_BY_INDEX = text("SET LOCAL enable_seqscan = off")


def by_index(tx: Tx) -> None:
    """Until the commit, read tables by their indexes wherever there is one.

    A connection checks foreign keys as it planned to when it first met the tables. If they were
    nearly empty then, each check would read all of a table that has grown meanwhile.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_BY_INDEX)
