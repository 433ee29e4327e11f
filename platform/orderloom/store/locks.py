"""Taking turns: many may share a thing, whoever changes it wants it alone. Until the commit.

On SQLite writers are alone anyway.
"""

from __future__ import annotations

from sqlalchemy import text

from orderloom.store.db import Tx

CATALOGUE = 1  # products, what they are made of, and what channels call them
RECORDS = 2  # records of the blueprints' own models

_SHARE = text("SELECT pg_advisory_xact_lock_shared(:key)")
_ALONE = text("SELECT pg_advisory_xact_lock(:key)")


def share(tx: Tx, key: int) -> None:
    """Wait while somebody changes it; who comes first is served first."""
    if tx.dialect.name == "postgresql":
        tx.execute(_SHARE, {"key": key})


def alone(tx: Tx, key: int) -> None:
    """Wait until nobody uses it; from now on everybody waits for this transaction."""
    if tx.dialect.name == "postgresql":
        tx.execute(_ALONE, {"key": key})
