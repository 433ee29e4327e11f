"""Runs migrations on the connection it is given, or on the one the settings name."""

from alembic import context
from sqlalchemy import Connection

from orderloom import config as settings
from orderloom.store.db import Database
from orderloom.store.tables import metadata


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with Database.open(settings.load().database_url).write() as tx:
        migrate(tx)
