"""The fixture every other test builds on: a migrated, empty database of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from orderloom.store import migrations
from orderloom.store.db import Database
from orderloom.store.tables import hub_meta


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_a_migrated_database_without_anothers_rows(
    database: Database, turn: int
) -> None:
    with database.write() as tx:
        assert migrations.current(tx) == migrations.head()
        assert tx.execute(select(hub_meta)).all() == []
        tx.execute(hub_meta.insert().values(key="turn", value=turn))


def test_both_kinds_of_database_are_real(database: Database) -> None:
    with database.read() as tx:
        function = "sqlite_version" if database.is_sqlite else "version"
        version = tx.exec_driver_sql(f"SELECT {function}()").scalar_one()
    assert ("PostgreSQL" in version) == (not database.is_sqlite)
