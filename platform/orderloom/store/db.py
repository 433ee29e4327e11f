"""Opening a database: two engines, because reads must not queue behind SQLite's one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from orderloom.errors import ConfigError

Tx = Connection


@dataclass(frozen=True)
class Database:
    """`write()` for anything that changes rows, `read()` for the rest."""

    url: URL
    writer: Engine
    reader: Engine
    _idle: list[Connection] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def open(cls, address: str, *, pooled: bool = True) -> Database:
        """`address`: sqlite:///file or postgresql://…; raises ConfigError for anything else."""
        url = parse_url(address)
        if url.get_backend_name() == "sqlite":
            return cls(url, _sqlite(url, write=True), _sqlite(url, write=False))
        options: dict[str, Any] = {"poolclass": QueuePool if pooled else NullPool}
        if pooled:
            options |= {"pool_size": 4, "max_overflow": 12, "pool_pre_ping": True}
        engine = create_engine(url, **options)
        return cls(url, engine, engine)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that commits at the end, or rolls back on any error."""
        with self.writer.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A connection for queries; whatever it did is rolled back."""
        with self.reader.connect() as tx:
            yield tx

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """For many transactions in a row: SQLite clears its log away, at a price, whenever the
        last connection closes."""
        with self.reader.connect():
            yield

    def stay_open(self) -> None:
        """Keep SQLite's log in its place until the process ends. To put it there takes space, so
        that with a full disk a process that opens and closes could not even read."""
        if self.is_sqlite:
            idle = self.reader.connect()
            idle.exec_driver_sql("SELECT count(*) FROM sqlite_master").close()
            idle.rollback()  # open, but reading nothing: the log can be cleared
            self._idle.append(idle)

    def dispose(self) -> None:
        """Forget pooled connections: needed after a fork and at exit."""
        self.writer.dispose(close=False)
        self.reader.dispose(close=False)

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()
        self.writer.dispose()
        self.reader.dispose()


def parse_url(address: str) -> URL:
    """The address as SQLAlchemy knows it; raises ConfigError naming what is wrong."""
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise ConfigError("config.database_url", "DATABASE_URL") from error
    if backend not in ("sqlite", "postgresql"):
        raise ConfigError("config.database_kind", "DATABASE_URL", kind=backend)
    return url.set(drivername="postgresql+psycopg") if backend == "postgresql" else url


def _sqlite(url: URL, *, write: bool) -> Engine:
    # Autocommit mode in the driver: BEGIN is ours, so that writers can take the lock at once
    # instead of failing half-way ("database is locked" despite the time-out).
    engine = create_engine(
        url, connect_args={"isolation_level": None, "timeout": 30}, poolclass=NullPool
    )
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def reachable(database: Database) -> DBAPIError | None:
    """The error a first query meets, or None."""
    try:
        with database.read() as tx:
            tx.exec_driver_sql("SELECT 1")
    except DBAPIError as error:
        return error
    return None
