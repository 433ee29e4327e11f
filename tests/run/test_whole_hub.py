"""`orderloom run` as a user meets it: real processes, real broker, real web server."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from orderloom import config
from orderloom.config import Settings
from orderloom.run import ports, tree
from orderloom.store.db import Database
from tests.support.processes import (
    PATIENCE,
    Running,
    all_gone,
    environment,
    free_port,
    hub,
    is_alive,
    wait_until,
)
from tests.support.valkey import Valkey

READY, STOPPED = "Stop with Ctrl-C", "Everything has stopped"


def up(running: Running) -> str:
    """Wait until the hub says it runs; its address."""
    said = running.wait_for(READY)
    found = re.search(r"running: (http://\S+?)/\n", said)
    assert found, said
    return found[1]


def get(url: str) -> Any:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=30) as answer:
        return answer.read()


def settings_of(home: Path, **env: str) -> Settings:
    return config.load({"ORDERLOOM_HOME": str(home), **env})


@cache
def _database(address: str) -> Database:
    return Database.open(address, pooled=False)


def scalar(settings: Settings, query: str) -> Callable[[], int]:
    """A look into the database of a running hub."""

    database = _database(settings.database_url)

    def look() -> int:
        with database.read() as tx:
            return int(tx.exec_driver_sql(query).scalar_one() or 0)

    return look


ORDERS = "SELECT count(*) FROM orders"
SENT = "SELECT count(*) FROM outbox WHERE state = 'sent'"
WORKERS = "SELECT count(*) FROM worker WHERE kind = 'worker'"


# Of the one that was silent longest.
LAST_WORD = "SELECT min(seen_at) FROM worker WHERE kind = 'worker'"


def named(running: Running, name: str) -> list[int]:
    """The processes of the hub whose command line contains `name`."""
    found = []
    for pid in running.family():
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if name in line:
            found.append(pid)
    return found


def test_orders_flow_and_a_second_start_continues(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    settings = settings_of(home, DATABASE_URL=database_url)
    with hub(home, DATABASE_URL=database_url) as first:
        address = up(first)
        assert b"ok" in get(f"{address}/healthz").lower()
        assert re.search(r"user admin, password \S+ \(shown only", first.printed)
        wait_until(scalar(settings, ORDERS), "orders")
        wait_until(scalar(settings, SENT), "messages sent")
        wait_until(lambda: scalar(settings, WORKERS)() == 2, "both workers' heartbeats")
        heard = scalar(settings, LAST_WORD)()
        wait_until(lambda: scalar(settings, LAST_WORD)() > heard, "later heartbeats")
        family = first.family()
        assert first.end(signal.SIGINT) == 0
        assert STOPPED in first.printed
        assert not settings.broker_file.exists()
        assert all_gone(family)
    before = scalar(settings, ORDERS)()
    password = (home / "first-login").read_text().split()[1]
    with hub(home, DATABASE_URL=database_url) as second:
        up(second)
        assert password not in second.printed
        wait_until(lambda: scalar(settings, ORDERS)() > before, "more orders")
        assert (home / "first-login").read_text().split()[1] == password
    assert stat.S_IMODE((home / "first-login").stat().st_mode) == 0o600


def test_a_busy_port_gives_way_to_the_next(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = int(squatter.getsockname()[1])
        with hub(tmp_path / "home", "--no-demo", ORDERLOOM_PORT=str(port)) as running:
            address = up(running)
            assert f"Port {port} is taken" in running.printed
            assert int(address.rpartition(":")[2]) > port
            get(f"{address}/healthz")


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_hub_ends(tmp_path: Path, sig: signal.Signals) -> None:
    with hub(tmp_path / "home") as running:
        up(running)
        wait_until(lambda: len(named(running, "worker")) >= 2, "the workers")
        family = running.family()
        assert len(family) >= 8  # broker, simulators, web twice, ticker, two workers, and itself
        running.send(sig)
        running.process.wait(PATIENCE)
        wait_until(lambda: all_gone(family), "the end of them all")


def test_whatever_is_killed_comes_back_and_orders_go_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = settings_of(home)
    with hub(home) as running:
        address = up(running)
        wait_until(scalar(settings, ORDERS), "orders")
        victims = {
            name: wait_until(partial(started, running, name), name)
            for name in ("cli worker", "cli ticker", "cli web", "valkey-server", "simulators")
        }
        old = [pid for pids in victims.values() for pid in pids]
        tree.send(signal.SIGKILL, old)
        for name, pids in victims.items():
            wait_until(partial(is_back, running, name, pids), f"the return of {name}")
        assert all_gone(old)
        count = scalar(settings, ORDERS)()
        wait_until(lambda: scalar(settings, ORDERS)() > count + 3, "more orders")
        wait_until(lambda: answers(f"{address}/healthz"), "the web server")
        assert running.printed.count("starting it again") >= len(victims)
        assert running.end() == 0


def started(running: Running, name: str) -> list[int]:
    """Those of that name the hub itself started: what they fork comes and goes."""
    parents = tree.parents()
    return [pid for pid in named(running, name) if parents.get(pid) == running.pid]


def is_back(running: Running, name: str, old: Sequence[int]) -> bool:
    return len(set(started(running, name)) - set(old)) >= len(old)


def answers(url: str) -> bool:
    try:
        return bool(get(url))
    except OSError:
        return False


def test_a_hub_without_demo_starts_no_simulators(tmp_path: Path) -> None:
    with hub(tmp_path / "home", "--no-demo") as running:
        up(running)
        assert named(running, "simulators") == []
        assert scalar(settings_of(tmp_path / "home"), "SELECT count(*) FROM connection")() == 0


def test_one_folder_runs_one_hub(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hub(home, "--no-demo") as first:
        address = up(first)
        with hub(home, "--no-demo") as second:
            assert second.process.wait(PATIENCE) == 2
            assert "already running" in second.printed
            assert address in second.printed
            assert str(first.pid) in second.printed
        get(f"{address}/healthz")


def test_a_broker_that_cannot_read_its_data_starts_afresh(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hub(home, "--no-demo") as first:
        up(first)
        first.end()
    for file in (home / "broker" / "appendonlydir").iterdir():
        file.write_bytes(b"*3\r\nbroken\r\n" * 50)
    with hub(home, "--no-demo") as second:
        up(second)
        assert "could not read its data" in second.printed
        assert list((home / "broker").glob("unreadable-*/*"))


def test_a_redis_of_ones_own_is_used_and_left_running(tmp_path: Path, valkey: Valkey) -> None:
    with hub(tmp_path / "home", "--no-demo", REDIS_URL=valkey.url) as running:
        up(running)
        assert named(running, "valkey-server") == []
        with Redis.from_url(valkey.url) as client:
            wait_until(lambda: client.exists("rq:workers"), "the workers' registration")
        running.end()
    assert valkey.broker.answers()


def test_everything_stops_with_the_make_that_started_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hub(home, "--no-demo", "--stop-with-parent") as running:
        up(running)
        running.end()
    starter = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-m', 'orderloom.cli', "
        "'run', '--no-demo', '--stop-with-parent']).pid, flush=True); input()"
    )
    env = environment(ORDERLOOM_HOME=str(home), ORDERLOOM_PORT=str(free_port()))
    with subprocess.Popen(
        [sys.executable, "-c", starter],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        wait_until(lambda: "address" in json.loads((home / "run.lock").read_text()), "the hub")
        parent.kill()
        parent.wait()
    wait_until(lambda: not is_alive(pid), "the hub's end")
    assert ports.is_free("127.0.0.1", int(env["ORDERLOOM_PORT"]))
