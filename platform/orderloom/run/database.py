"""Opening the database of an installation, with a clear word when that is impossible."""

from __future__ import annotations

import os

from sqlalchemy.exc import DBAPIError, OperationalError

from orderloom.config import Settings
from orderloom.errors import ConfigError
from orderloom.store import migrations
from orderloom.store.db import Database, Tx, reachable

OLDEST_POSTGRES = 14
CONNECT_SECONDS = "5"
_LOGIN, _ABSENT = ("28000", "28P01"), ("3D000",)


def open_checked(settings: Settings) -> Database:
    """A database that answers and is of a kind we can use; raises ConfigError."""
    os.environ.setdefault("PGCONNECT_TIMEOUT", CONNECT_SECONDS)
    database = Database.open(settings.database_url)
    failure = reachable(database)
    if failure is not None:
        raise explained(failure, database) from failure
    if not database.is_sqlite:
        with database.read() as tx:
            _check_postgres(tx, place(database))
    return database


def open_migrated(settings: Settings) -> Database:
    """The same, with its tables brought to this version."""
    database = open_checked(settings)
    try:
        migrations.upgrade(database)
    except DBAPIError as error:
        raise explained(error, database) from error
    return database


def place(database: Database) -> str:
    """Where it is, without the password."""
    url = database.url
    if database.is_sqlite:
        return url.database or "?"
    return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"


def explained(error: DBAPIError, database: Database) -> ConfigError:
    """What the driver's error means for the person who set the address."""
    where = place(database)
    state = getattr(error.orig, "sqlstate", None)
    code = "config.database_broken"
    if state in _LOGIN:
        code = "config.database_login"
    elif state in _ABSENT:
        code = "config.database_absent"
    elif not database.is_sqlite and isinstance(error, OperationalError) and state is None:
        code = _without_state(str(error.orig))
    return ConfigError(code, where, reason=_first_line(error).rstrip("."))


def _without_state(message: str) -> str:
    """libpq refuses before it has a code to give; its words are all there is."""
    if "password authentication failed" in message or "no password supplied" in message:
        return "config.database_login"
    if "does not exist" in message and "database" in message:
        return "config.database_absent"
    return "config.database_refused"


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]


def _check_postgres(tx: Tx, where: str) -> None:
    version = tx.exec_driver_sql("SHOW server_version_num").scalar_one()
    if int(version) // 10000 < OLDEST_POSTGRES:
        found = tx.exec_driver_sql("SHOW server_version").scalar_one()
        raise ConfigError("config.database_old", where, found=found, needed=OLDEST_POSTGRES)
    encoding = tx.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise ConfigError("config.database_encoding", where, found=encoding)
