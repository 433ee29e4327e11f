"""What `orderloom run` says when it cannot run: one clear sentence, exit code 2, nobody left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orderloom.services.connecting.secrets import new_key
from orderloom.store.db import Database
from tests.support.installation import seal_a_connection
from tests.support.postgres import Databases
from tests.support.processes import PATIENCE, free_port, hub


def refused(home: Path, *expected: str, output: Path | None = None, **changes: str) -> str:
    """Start the hub; it must refuse with these words in one line. What it printed."""
    with hub(home, "--no-demo", output=output, **changes) as running:
        code = running.process.wait(PATIENCE)
        said = running.printed.strip()
        assert code == 2, said
        assert "Traceback" not in said
        assert said.count("\n") == 0
        for words in expected:
            assert words in said
    return said


def test_a_database_server_that_is_not_there(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    said = refused(
        tmp_path / "home",
        address,
        "cannot be reached",
        "DATABASE_URL",
        DATABASE_URL=f"postgresql://u:hidden@{address}/x",
    )
    assert "hidden" not in said


def test_a_database_that_does_not_exist(tmp_path: Path, postgres: Databases) -> None:
    url = postgres.address("no_such_database")
    refused(tmp_path / "home", "no such database", "createdb", DATABASE_URL=url)


@pytest.mark.parametrize("kind", ["mysql://u@h/x", "hello"])
def test_an_address_that_is_none(tmp_path: Path, kind: str) -> None:
    refused(tmp_path / "home", "DATABASE_URL", DATABASE_URL=kind)


def test_a_sqlite_file_that_is_something_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "orderloom.db").write_bytes(b"this is no database, but it is long enough" * 100)
    refused(home, "cannot be used", str(home / "orderloom.db"))


def test_a_redis_that_is_not_there(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    said = refused(tmp_path / "home", address, "Redis", REDIS_URL=f"redis://:hidden@{address}/0")
    assert "hidden" not in said


def test_a_home_that_cannot_be_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    refused(file / "home", "cannot be written", "ORDERLOOM_HOME", output=tmp_path / "output")


def test_a_home_without_permission(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    # Root may write anywhere but here.
    home = Path("/proc/orderloom") if os.geteuid() == 0 else closed / "home"
    refused(home, "cannot be written", "ORDERLOOM_HOME", output=tmp_path / "output")


def test_a_key_that_is_gone_is_not_replaced(tmp_path: Path, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    seal_a_connection(database, new_key())
    database.close()
    home = tmp_path / "home"
    refused(home, "key file", "backup", DATABASE_URL=sqlite_url)
    assert not (home / "secret.key").exists()
