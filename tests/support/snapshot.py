"""All rows of a database, to be put into another one that is empty: cheaper than making them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from orderloom.store.db import Database
from orderloom.store.tables import metadata


class Snapshot(Protocol):
    """The rows as they were when it was taken."""

    def put(self, database: Database) -> None:
        """Make an empty database of the same kind and shape hold these rows."""


def take(database: Database) -> Snapshot:
    """Only for databases without own fields and record models: the shape is not kept."""
    return _SqliteFile.of(database) if database.is_sqlite else _Copied.of(database)


@dataclass(frozen=True)
class _SqliteFile:
    kept: sqlite3.Connection

    @classmethod
    def of(cls, database: Database) -> _SqliteFile:
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with database.reader.connect() as connection:
            _driver(connection).backup(kept)
        return cls(kept)

    def put(self, database: Database) -> None:
        with sqlite3.connect(str(database.url.database)) as target:
            self.kept.backup(target)
        target.close()


@dataclass(frozen=True)
class _Copied:
    tables: Sequence[tuple[str, bytes]]
    next_id: int

    @classmethod
    def of(cls, database: Database) -> _Copied:
        with database.read() as tx:
            next_id = tx.exec_driver_sql("SELECT last_value FROM hub_id").scalar_one()
            names = [table.name for table in metadata.sorted_tables]
            copied = [(name, _copy_out(tx, name)) for name in names]
        return cls([(name, rows) for name, rows in copied if rows], next_id)

    def put(self, database: Database) -> None:
        with database.write() as tx:
            tx.exec_driver_sql("DELETE FROM id_counter")
            tx.exec_driver_sql(f"SELECT setval('hub_id', {self.next_id})")
            for name, rows in self.tables:
                with _driver(tx).cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(rows)


def _copy_out(tx: Connection, name: str) -> bytes:
    with _driver(tx).cursor().copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(copy)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
