"""The doctor: a sound installation is called sound, and each fault by its name."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from orderloom import cli, config
from orderloom.clock import ManualClock, SystemClock
from orderloom.config import Settings
from orderloom.run import doctor, home, installation
from orderloom.run.doctor import Finding, Probes
from orderloom.services.connecting.secrets import new_key
from orderloom.services.hub import presence
from orderloom.store import migrations
from orderloom.store.db import Database
from orderloom.texts import LOCALES, say
from tests.support.installation import seal_a_connection
from tests.support.processes import free_port


@pytest.fixture
def settings(database_url: str, database: Database, tmp_path: Path) -> Settings:
    """A sound installation that is not running, on each kind of database."""
    folder = tmp_path / "home"
    given = config.load({"ORDERLOOM_HOME": str(folder), "DATABASE_URL": database_url})
    home.prepare(given)
    installation.ensure_key(given, database)
    return given


def found(settings: Settings, probes: Probes | None = None) -> Mapping[str, Finding]:
    """Findings by part; every one has its words in both languages."""
    findings = doctor.examine(settings, probes)
    for finding in findings:
        for locale in LOCALES:
            message, how = say(finding.code, locale, {"where": finding.where, **finding.params})
            assert message != finding.code
            assert "?" not in message.replace("?host", "")
            assert how or finding.state == "ok"
    return {finding.part: finding for finding in findings}


def codes(settings: Settings, probes: Probes | None = None) -> dict[str, str]:
    """What is not as it should be; the browser app is built or not by others."""
    parts = found(settings, probes)
    return {name: f.code for name, f in parts.items() if f.state != "ok" and name != "ui"}


def test_a_sound_installation_has_no_findings(settings: Settings) -> None:
    assert codes(settings) == {}
    assert {"python", "disk", "home", "database", "key", "clock", "redis"} <= set(found(settings))


def test_a_database_without_tables(settings: Settings, database: Database) -> None:
    migrations.downgrade(database, "base")
    assert codes(settings) == {"database": "doctor.not_migrated"}


def test_a_database_of_a_newer_version(settings: Settings, database: Database) -> None:
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert codes(settings) == {"database": "config.database_newer"}


def test_a_database_nobody_answers_for(settings: Settings) -> None:
    nowhere = replace(settings, database_url=f"postgresql://u@127.0.0.1:{free_port()}/x")
    assert codes(nowhere) == {"database": "config.database_refused"}


def test_a_redis_nobody_answers_for(settings: Settings) -> None:
    nowhere = replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert codes(nowhere) == {"redis": "config.redis_refused"}


def test_a_key_that_does_not_open_what_is_stored(settings: Settings, database: Database) -> None:
    seal_a_connection(database, new_key())
    assert codes(settings) == {"key": "config.secret_key_changed"}


def test_a_key_that_is_gone(settings: Settings, database: Database) -> None:
    seal_a_connection(database, settings.secret_keys()[0])
    assert codes(settings) == {}
    settings.secret_file.unlink()
    assert codes(settings) == {"key": "config.secret_lost"}


def test_a_key_others_may_read(settings: Settings) -> None:
    settings.secret_file.chmod(0o644)
    assert codes(settings) == {"key": "doctor.key_open"}


def test_a_folder_others_may_enter(settings: Settings) -> None:
    settings.home.chmod(0o755)
    assert codes(settings) == {"home": "doctor.home_open"}


def test_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    fresh = config.load({"ORDERLOOM_HOME": str(tmp_path / "new")})
    assert codes(fresh) == {"home": "doctor.home_new"}
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("free", "code"), [(home.NEEDED_MB - 1, "config.disk_full"), (500, "doctor.disk_low")]
)
def test_a_disk_that_fills_up(settings: Settings, free: int, code: str) -> None:
    assert codes(settings, Probes(free_mb=lambda _folder: free)) == {"disk": code}


def test_an_old_python(settings: Settings) -> None:
    assert codes(settings, Probes(python=(3, 10, 1))) == {"python": "doctor.python_old"}


def test_a_clock_that_jumped_back(settings: Settings, database: Database) -> None:
    now = SystemClock().now()
    with database.write() as tx:
        presence.beat(tx, presence.Process("w", "worker", 1, now), None, now + 3_600_000)
    code = codes(settings)
    assert code == {"clock": "doctor.clock_back"}


def test_a_clock_apart_from_the_database_servers(settings: Settings, database: Database) -> None:
    probes = Probes(clock=ManualClock(SystemClock().now() + 60_000))
    expected = {} if database.is_sqlite else {"clock": "doctor.clock_apart"}
    assert codes(settings, probes) == expected


def test_a_running_hub_without_workers(settings: Settings, database: Database) -> None:
    lock = home.lock(settings)
    own = replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert codes(own)["processes"] == "doctor.processes_missing"
    with database.write() as tx:
        for kind in ("worker", "ticker"):
            now = SystemClock().now()
            presence.beat(tx, presence.Process(kind, kind, 1, now), None, now)
    assert "processes" not in codes(own)
    lock.file.close()


def test_the_command_prints_json_and_counts_findings_by_its_exit_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORDERLOOM_HOME", str(settings.home))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    settings.secret_file.chmod(0o644)
    assert cli.main(["doctor", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    (key,) = [check for check in answer["checks"] if check["check"] == "key"]
    assert key["state"] == "warning"
    assert str(settings.secret_file) in key["how"]
    assert cli.main(["doctor"]) == 1
    assert "chmod 600" in capsys.readouterr().out


def test_settings_that_cannot_be_read_are_exit_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORDERLOOM_PORT", "web")
    assert cli.main(["doctor"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_key_file_is_made_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        given = config.load({"ORDERLOOM_HOME": str(tmp_path / "home")})
        home.prepare(given)
        opened = Database.open(given.database_url)
        migrations.upgrade(opened)
        installation.ensure_key(given, opened)
        opened.close()
    finally:
        os.umask(before)
    assert given.home.stat().st_mode & 0o077 == 0
    assert given.secret_file.stat().st_mode & 0o077 == 0
