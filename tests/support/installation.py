"""Things that stand in an installation's database, put there directly."""

from __future__ import annotations

from typing import Any

from orderloom.services.connecting.secrets import Cipher
from orderloom.store.db import Database
from orderloom.store.tables import connection


def seal_a_connection(database: Database, key: str) -> None:
    """Store a connection whose secrets `key` closed."""
    row: dict[str, Any] = {"id": 1, "connector": "smtp", "title": "x", "settings": {}}
    row |= {"secrets": Cipher(key).close({"password": "x"}), "created_at": 0, "changed_at": 0}
    with database.write() as tx:
        tx.execute(connection.insert().values(row))
