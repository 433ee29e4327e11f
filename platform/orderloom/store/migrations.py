"""Bringing the engine's own tables to this version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from orderloom.errors import ConfigError
from orderloom.store.db import Database, Tx

_PACKAGE = Path(__file__).resolve().parents[1]
# Any number no other program on the same PostgreSQL is likely to have picked.
_LOCK = 7_305_811_921


def script_location() -> Path:
    """The migrations: inside an installed package, else in the working copy."""
    packed = _PACKAGE / "_migrations"
    return packed if packed.is_dir() else _PACKAGE.parents[1] / "alembic"


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(script_location()))


def configuration() -> Config:
    """What alembic needs to know, without its ini file."""
    config = Config()
    config.set_main_option("script_location", str(script_location()).replace("%", "%%"))
    return config


def head() -> str:
    """The revision this version of the program works with."""
    return _script().get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this version of the program has that revision."""
    return any(s.revision == revision for s in _script().walk_revisions())


def current(tx: Tx) -> str | None:
    """The revision the database is at; None before the first migration."""
    return MigrationContext.configure(tx).get_current_revision()


def upgrade(database: Database, to: str = "head") -> None:
    """Migrate in one transaction; raises ConfigError if the database is newer than the program."""
    move(database, to, command.upgrade)


def downgrade(database: Database, to: str) -> None:
    """Undo migrations down to revision `to` ("base": all of them)."""
    move(database, to, command.downgrade)


def move(database: Database, to: str, how: Callable[[Config, str], None]) -> None:
    """Run an alembic command on a database, whole or not at all."""
    config = configuration()
    with database.write() as tx:
        if not database.is_sqlite:  # SQLite's own write lock makes two migrations take turns
            tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = tx
        try:
            how(config, to)
        except CommandError as error:
            found = current(tx)
            raise ConfigError(
                "config.database_newer", database.url.database, found=found
            ) from error
