"""Migrations: one line of them, there and back again, and the tables the code means."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from orderloom.errors import ConfigError
from orderloom.store import migrations
from orderloom.store.db import Database
from orderloom.store.tables import metadata

VERSIONS = sorted(migrations.script_location().glob("versions/*.py"))


def tables(database: Database) -> set[str]:
    with database.read() as tx:
        return set(inspect(tx).get_table_names()) - {"alembic_version"}


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(migrations.script_location())).get_heads()) == 1


def test_up_down_up(database: Database) -> None:
    before = tables(database)
    assert before
    migrations.downgrade(database, "base")
    assert tables(database) == set()
    migrations.upgrade(database)
    assert tables(database) == before


def test_the_tables_are_the_ones_the_code_means(database: Database) -> None:
    with database.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    migrations.upgrade(database)
    with database.read() as tx:
        assert migrations.current(tx) == migrations.head()


def test_a_failed_migration_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.downgrade(database, "base")

    def broken(config: Any, to: str) -> None:
        config.attributes["connection"].exec_driver_sql("CREATE TABLE half (x integer)")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        migrations.move(database, "head", broken)
    assert tables(database) == set()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError) as caught:
        migrations.upgrade(database)
    assert (caught.value.code, caught.value.params["found"]) == ("config.database_newer", "9999")


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_migrations_stand_alone(version: Path) -> None:
    """A migration must mean the same next year, so it imports nothing that changes."""
    assert not re.search(r"^\s*(from|import) orderloom", version.read_text(), re.MULTILINE)


def test_blueprints_lose_a_pace_they_never_kept(database: Database) -> None:
    migrations.downgrade(database, "0016")
    draft = {"sources": [{"id": "shop", "every_minutes": 15}], "title": "蓝图"}
    row = {"id": 1, "key": "b", "draft": json.dumps(draft), "now": 1}
    with database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO blueprint (id, key, draft, draft_revision, created_at, changed_at)"
                " VALUES (:id, :key, :draft, 1, :now, :now)"
            ),
            row,
        )
        tx.execute(
            text(
                "INSERT INTO blueprint_version"
                " (id, blueprint_id, version, document, hash, note, published_at, published_by)"
                " VALUES (2, :id, 1, :draft, 'h', '', :now, 'anne')"
            ),
            row,
        )
    migrations.upgrade(database)
    with database.read() as tx:
        draft_then = tx.execute(text("SELECT draft FROM blueprint")).scalar_one()
        live_then = tx.execute(text("SELECT document FROM blueprint_version")).scalar_one()
    assert json.loads(draft_then) == {"sources": [{"id": "shop"}], "title": "蓝图"}
    assert live_then == draft_then


def test_connections_keep_what_they_hold_there_and_back_again(database: Database) -> None:
    migrations.downgrade(database, "0015")
    insert = (
        "INSERT INTO connection (id, connector, kind, title, settings, secrets, state, failures,"
        " rest_until, slow_until, renew_at, hook_no, created_at, changed_at)"
        " VALUES (1, 'taobao', 'channel', '一店', '{}', :secrets, 'paused', 2, 3, 4, 5, 6, 7, 8)"
    )
    with database.write() as tx:
        tx.execute(text(insert), {"secrets": b"\x00\xff"})
        before = dict(tx.execute(text("SELECT * FROM connection")).mappings().one())
    added = {"revision": 1, "calls_refused": 0, "call_refused_at": None}
    for _ in range(2):
        migrations.upgrade(database)
        with database.read() as tx:
            after = dict(tx.execute(text("SELECT * FROM connection")).mappings().one())
        assert after == {**before, **added}
        migrations.downgrade(database, "0015")
    with database.read() as tx:
        assert dict(tx.execute(text("SELECT * FROM connection")).mappings().one()) == before
