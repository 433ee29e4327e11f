"""The data folder and the files in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orderloom import config
from orderloom.errors import ConfigError
from orderloom.run import files, home, logfile
from orderloom.run.diskwatch import DiskWatch


def test_a_full_disk_is_refused_with_both_figures(tmp_path: Path) -> None:
    settings = config.load({"ORDERLOOM_HOME": str(tmp_path / "home")})
    with pytest.raises(ConfigError) as caught:
        home.prepare(settings, needed_mb=10**9)
    assert caught.value.code == "config.disk_full"
    assert caught.value.params["free"] < caught.value.params["needed"] == 10**9


def test_a_lock_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    settings = config.load({"ORDERLOOM_HOME": str(tmp_path)})
    assert not home.is_running(settings)
    held = home.lock(settings)
    held.note(address="http://x")
    assert home.is_running(settings)
    with pytest.raises(ConfigError) as caught:
        home.lock(settings)
    assert caught.value.params["address"] == "http://x"
    held.file.close()
    home.lock(settings).file.close()


def test_a_private_file_is_never_overwritten_by_mistake(tmp_path: Path) -> None:
    file = tmp_path / "key"
    assert files.create_private(file, "one")
    assert not files.create_private(file, "two")
    assert file.read_text() == "one"
    files.write_private(file, "three")
    assert file.read_text() == "three"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_a_log_that_grew_keeps_one_old_copy_and_its_writers(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("a") as writer:
        writer.write("old\n" * 100)
        writer.flush()
        logfile.trim(log, largest=1000)
        assert log.read_text() == "old\n" * 100
        logfile.trim(log, largest=100)
        writer.write("new\n")
        writer.flush()
    assert log.read_text() == "new\n"
    assert (tmp_path / "web.log.1").read_text() == "old\n" * 100


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ""),
        (["Address already in use", ""], "Address already in use"),
        ([json.dumps({"message": "no key"})], "no key"),
        (
            [json.dumps({"message": "failed", "error": "Traceback\n  x\nValueError: bad"})],
            "failed – ValueError: bad",
        ),
        (["[1, 2]"], "[1, 2]"),
    ],
)
def test_the_last_words_of_a_log_are_readable(tmp_path: Path, lines: list[str], words: str) -> None:
    log = tmp_path / "x.log"
    log.write_text("\n".join(lines))
    assert logfile.last_words(log) == words


def test_a_disk_that_fills_is_said_once_and_so_is_its_end(tmp_path: Path) -> None:
    said: list[str] = []
    free = [5000, 80, 70, 120, 90, 5000, 5000, 60]
    look = DiskWatch(
        tmp_path,
        lambda code, facts: said.append(f"{code} {facts['free']}"),
        free=lambda _folder: free.pop(0),
        every=0,
    )
    while free:
        look()
    assert said == ["run.disk_full 80", "run.disk_free 5000", "run.disk_full 60"]
