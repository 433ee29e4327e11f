"""What an installation consists of besides its folder: tables, key, first login, demo."""

from __future__ import annotations

from sqlalchemy import select

from orderloom.api.signing import Signer
from orderloom.clock import SystemClock
from orderloom.config import Settings
from orderloom.connect import Registry
from orderloom.errors import ConfigError
from orderloom.jobs.context import open_context
from orderloom.run import database, demo, first_login
from orderloom.run.files import create_private
from orderloom.run.first_login import FirstLogin
from orderloom.services.connecting import connections
from orderloom.services.connecting.secrets import new_key
from orderloom.store.db import Database
from orderloom.store.tables import connection


def prepare(settings: Settings) -> FirstLogin | None:
    """Tables at this version, a key, somebody who can log in; raises ConfigError."""
    opened = database.open_migrated(settings)
    try:
        ensure_key(settings, opened)
        ask_all(settings, opened)
        return first_login.ensure(settings, opened, SystemClock())
    finally:
        opened.close()


def install_demo(settings: Settings, http_port: int, smtp_port: int) -> str:
    """The demo on simulators that listen on these ports; done already, only the ports change.

    Returns the address of the page that directs them.
    """
    context = open_context(settings)
    try:
        demo.install(context, http_port, smtp_port, demo.document())
        demo.introduce(context)
        return demo.page(http_port)
    finally:
        context.database.close()
        context.redis.close()


def tell_demo(settings: Settings, http_port: int, address: str) -> None:
    """Tell the demo's warehouse at which address the hub can be called."""
    context = open_context(settings)
    try:
        demo.tell_warehouse(context, http_port, Signer(*settings.secret_keys()), address)
    finally:
        context.database.close()
        context.redis.close()


def ask_all(settings: Settings, database: Database) -> None:
    """Connections are also asked for what the connectors of this version can be asked."""
    registry = Registry.load(settings.home / "connectors")
    with database.write() as tx:
        connections.watch_all(tx, registry)


def ensure_key(settings: Settings, database: Database) -> None:
    """Make the key of a new installation; an old one that lost its key must get it back."""
    if settings.secret_key or settings.secret_file.exists():
        settings.secret_keys()
        return
    with database.read() as tx:
        in_use = tx.execute(select(connection.c.id).limit(1)).first() is not None
    if in_use:
        raise ConfigError("config.secret_lost", str(settings.secret_file))
    create_private(settings.secret_file, new_key() + "\n")
