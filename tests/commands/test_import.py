"""`orderloom import` as somebody at a terminal, or a script, sees it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orderloom.cli import main
from orderloom.services.connecting.secrets import new_key
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.importing import HEADER, answer, lines, row, table

Output = pytest.CaptureFixture[str]
SHOP_FIELDS = {"id", "title"}


@pytest.fixture(autouse=True)
def _installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ORDERLOOM_SECRET_KEY", new_key())
    monkeypatch.setenv("ORDERLOOM_LANG", "en")
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def run(capsys: Output, *words: object) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)."""
    code = main(["import", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "orders.txt"
    path.write_text(text)
    return path


def test_all_records_in(hub: Hub, capsys: Output, tmp_path: Path) -> None:
    """Without a running hub: no broker, no worker."""
    path = written(tmp_path, answer([hub.trade(0), hub.trade(1)]))
    code, out, err = run(capsys, path, "--account", hub.account)
    assert (code, err) == (0, "")
    assert "2 records: 2 accepted, 0 updated, 0 unchanged, 0 failed." in out
    assert hub.value("SELECT count(*) FROM fulfilment") == 2


def test_some_records_failed(hub: Hub, capsys: Output, tmp_path: Path) -> None:
    bad = hub.trade(1, status="NEW_WORD")
    path = written(tmp_path, lines([hub.trade(0), bad]))
    code, out, err = run(capsys, path, "--account", hub.account)
    assert code == 1
    assert "1 accepted" in out
    assert err.startswith(f"Record 2 ({bad['tid']}): ")
    assert "NEW_WORD" in err


def test_words_in_the_users_language(
    hub: Hub, capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANG", "zh")
    path = written(tmp_path, table(row(0), row(1), row(0)))
    _, out, err = run(capsys, path, "--account", hub.account)
    assert "新增 2" in out
    assert err.startswith("第 4 行")
    assert "先按订单号排序" in err


def test_a_report_for_machines(hub: Hub, capsys: Output, tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER},客服\n{row(0)},小王\n{row(1)}\n")
    code, out, err = run(capsys, path, "--account", hub.account, "--json")
    assert (code, err) == (1, "")
    report: dict[str, Any] = json.loads(out)
    (failure,) = report.pop("failures")
    assert report.pop("account").keys() == SHOP_FIELDS
    assert report == {
        "file": str(path),
        "encoding": "utf-8",
        "own_columns": ["客服"],
        "records": 2,
        "accepted": 1,
        "updated": 0,
        "unchanged": 0,
        "failed": 1,
        "waiting": 0,
        "failures_left_out": 0,
    }
    assert (failure["row"], failure["code"]) == (3, "file.cells")
    assert "14 cells" in failure["message"]
    assert failure["how"]


def test_orders_left_to_the_workers(hub: Hub, capsys: Output, tmp_path: Path) -> None:
    path = written(tmp_path, lines([hub.trade(0)]))
    code, out, _ = run(capsys, path, "--account", hub.account, "--later")
    assert code == 0
    assert "1 of them are in and wait" in out
    hub.work()
    assert hub.value("SELECT count(*) FROM orders") == 1


@pytest.mark.parametrize(
    ("content", "account", "said"),
    [
        ("", None, "is empty"),
        ("PK\x03\x04", None, "is damaged"),
        ('{"name":"x"}', None, "nothing was imported"),
        ("a,b\n1,2\n", None, "Headers found: a, b"),
        ("[]", "no such shop", "Name one of these"),
    ],
)
def test_what_cannot_be_run_says_why(
    hub: Hub, capsys: Output, tmp_path: Path, content: str, account: str | None, said: str
) -> None:
    path = written(tmp_path, content)
    code, out, err = run(capsys, path, "--account", account or hub.account)
    assert (code, out) == (2, "")
    assert said in err


def test_a_file_that_is_not_there(hub: Hub, capsys: Output, tmp_path: Path) -> None:
    code, _, err = run(capsys, tmp_path / "nothing", "--account", hub.account)
    assert code == 2
    assert "There is no file" in err


def test_a_database_without_tables(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    code, _, err = run(capsys, written(tmp_path, "[]"), "--account", "x")
    assert code == 2
    assert "orderloom migrate" in err


def test_the_first_thousand_failures_are_listed(hub: Hub, capsys: Output, tmp_path: Path) -> None:
    path = written(tmp_path, table(row(0), *("x,y" for _ in range(1005))))
    code, out, _ = run(capsys, path, "--account", hub.account, "--json")
    report = json.loads(out)
    assert code == 1
    assert (report["failed"], len(report["failures"])) == (1005, 1000)
    assert report["failures_left_out"] == 5


@pytest.mark.slow
def test_a_file_of_fifty_thousand_rows_needs_no_more_memory(hub: Hub, tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    for path, count in ((small, 1_000), (large, 50_000)):
        with path.open("w", encoding="gb18030") as file:
            file.write(HEADER + "\n")
            file.writelines(row(number) + "\n" for number in range(count))
    first, peak = _measured(small, hub.account)
    assert first["accepted"] == 1_000
    second, later_peak = _measured(large, hub.account)
    assert (second["accepted"], second["unchanged"], second["failed"]) == (49_000, 1_000, 0)
    assert later_peak < peak + 40 * 1024
    assert hub.value("SELECT count(*) FROM orders") == 50_000


def _measured(path: Path, account: int) -> tuple[dict[str, Any], int]:
    """The report of a run of its own, and the most memory (KiB) any run so far has needed."""
    command = [sys.executable, "-m", "orderloom.cli", "import", str(path), "--json"]
    platform = Path(__file__).parents[2] / "platform"
    done = subprocess.run(
        [*command, "--account", str(account)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(platform), str(platform.parent)))},
    )
    return json.loads(done.stdout), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
