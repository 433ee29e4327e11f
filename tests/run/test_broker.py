"""The hub's own queue server: private, and its jobs outlive it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from orderloom import config
from orderloom.run import broker
from tests.support.valkey import Valkey


def test_what_was_queued_survives_kill_9(valkey: Valkey) -> None:
    with valkey.client() as client:
        for number in range(500):
            client.rpush("jobs", number)
    valkey.kill()
    valkey.start()
    with valkey.client() as client:
        assert client.lrange("jobs", 0, -1) == [str(n).encode() for n in range(500)]


def test_nobody_gets_in_without_the_password(valkey: Valkey) -> None:
    stranger = Redis.from_url(f"unix://{valkey.broker.socket}")
    with pytest.raises(AuthenticationError):
        stranger.ping()
    stranger.close()


def test_the_password_stands_in_private_files_only(valkey: Valkey) -> None:
    password = valkey.url.partition("unix://:")[2].partition("@")[0]
    assert len(password) > 20
    assert not any(password in word for word in valkey.broker.spec.command)
    holders = [f for f in valkey.broker.data.iterdir() if f.is_file() and password in f.read_text()]
    assert sorted(f.name for f in holders) == ["address", "valkey.conf"]
    for private in (*holders, valkey.broker.data, valkey.broker.socket.parent):
        assert stat.S_IMODE(private.stat().st_mode) & 0o077 == 0


def test_it_listens_on_no_network_port(valkey: Valkey) -> None:
    with valkey.client() as client:
        assert client.info("server")["tcp_port"] == 0


def test_a_deep_temporary_folder_does_not_break_the_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    server = Valkey(tmp_path / "home").start()
    server.stop()


def test_a_socket_folder_somebody_else_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = config.load({"ORDERLOOM_HOME": str(tmp_path / "home")})
    trap = broker.prepare(settings).socket.parent
    os.chmod(trap, 0o755)  # noqa: S103 - the trap
    again = broker.prepare(settings).socket.parent
    assert again != trap
    assert stat.S_IMODE(again.stat().st_mode) == 0o700


def test_after_a_stop_no_address_is_left_to_mislead(valkey: Valkey) -> None:
    valkey.stop()
    assert not (valkey.broker.data / "address").exists()
    assert not valkey.broker.socket.parent.exists()
