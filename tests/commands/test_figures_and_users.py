"""`orderloom status`, `users` and `openapi` as somebody at a terminal, or a script, sees them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from orderloom.cli import main
from orderloom.services.users import login
from orderloom.store.db import Database
from tests.support.shop import Shop

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ORDERLOOM_LANG", "en")


def run(capsys: Output, *words: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)."""
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_status_for_machines(capsys: Output, database: Database) -> None:
    shop = Shop(database)
    shop.add({}, {"state": "held", "platform": "jd", "account_id": shop.jd})
    code, out, err = run(capsys, "status", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "orders": {
            "total": 2,
            "by_channel": {"jd": 1, "taobao": 1},
            "by_state": {"held": 1, "to_ship": 1},
        },
        "inbox": {"waiting": 0, "failed": 0},
        "outbox": {"waiting": 0, "sent": 0, "dead": 0},
        "stock": {"on_hand": 0, "allocated": 0, "oversold": 0},
        "workers": 0,
        "plan": None,
    }


@pytest.mark.parametrize(("language", "words"), [("en", "Orders: 1"), ("zh", "订单:1")])
def test_status_for_people(
    capsys: Output,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANG", language)
    Shop(database).add({})
    code, out, _ = run(capsys, "status")
    assert code == 0
    assert words in out
    assert "status." not in out


@pytest.mark.parametrize("words", [("status", "--json"), ("users", "list")])
def test_a_database_that_was_never_migrated_is_said_to_be_so(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert "orderloom migrate" in err


def test_a_user_is_added_listed_and_reset(capsys: Output, database: Database) -> None:
    code, out, _ = run(capsys, "users", "add", "anna", "--name", "Anna", "--role", "viewer")
    assert code == 0
    assert_works(database, "anna", out)
    code, out, _ = run(capsys, "users", "list", "--json")
    listed: list[dict[str, Any]] = json.loads(out)
    assert listed == [
        {"login": "anna", "name": "Anna", "role": "viewer", "locale": "zh-CN", "disabled": False}
    ]
    assert "viewer" in run(capsys, "users", "list")[1]
    code, out, _ = run(capsys, "users", "reset-password", "anna")
    assert code == 0
    assert_works(database, "anna", out)


def assert_works(database: Database, name: str, printed: str) -> None:
    (password,) = [line.split()[1] for line in printed.splitlines() if "Password" in line]
    with database.read() as tx:
        assert login.check_password(tx, name, password).login == name


def test_a_password_may_come_from_standard_input(
    capsys: Output, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("quite-a-long-secret\n"))
    code, out, _ = run(capsys, "users", "add", "anna", "--password-stdin")
    assert code == 0
    assert "secret" not in out
    with database.read() as tx:
        assert login.check_password(tx, "anna", "quite-a-long-secret").role == "ops"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "Bad Login"), "cannot be used"),
        (("add", "anna", "--role", "boss"), "viewer, ops, admin"),
        (("reset-password", "nobody"), "no user"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_way_out(
    capsys: Output, words: tuple[str, ...], says: str
) -> None:
    code, out, err = run(capsys, "users", *words)
    assert (code, out) == (2, "")
    assert says in err


def test_the_description_needs_no_installation(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/never-made.db")
    code, out, _ = run(capsys, "openapi")
    assert code == 0
    assert json.loads(out)["openapi"] == "3.1.0"
    assert not (tmp_path / "never-made.db").exists()
