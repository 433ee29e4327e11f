"""The hub as its users run it: tables by its migrations, broker, clock and two workers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import psycopg
from redis import Redis

from bench.data import SKUS, WAREHOUSES, Workload
from orderloom import config
from orderloom.clock import SystemClock
from orderloom.connect import AddressGuard, Registry, Seller, Unpaced, UrllibTransport
from orderloom.jobs.wake import wake
from orderloom.run import broker, home
from orderloom.run.installation import prepare as prepare_tables
from orderloom.run.tree import tied_to_this_process
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import Gateway
from orderloom.services.connecting.secrets import Cipher
from orderloom.services.goods import catalogue
from orderloom.services.publishing import publish
from orderloom.store.db import Database

HERE = Path(__file__).parent
WORKERS = 2
PATIENCE = 180.0
NEVER = 2**62


@dataclass(frozen=True)
class Installation:
    """A prepared hub: everything but the orders stands in the database `template`."""

    settings: config.Settings
    account: int

    def at(self, database: str) -> Installation:
        """The same hub on a copy of its database."""
        return replace(self, settings=replace(self.settings, database_url=database))


def prepare(folder: Path, database: str, feed: str, work: Workload) -> Installation:
    """Migrate, connect the feed, publish the blueprint, take the stock over."""
    settings = config.Settings(
        home=folder, database_url=database, allowed=(feed.split("/")[2],), log_level="WARNING"
    )
    home.prepare(settings)
    shutil.copytree(HERE / "drop_in", folder / "connectors")
    prepare_tables(settings)
    opened = Database.open(database)
    account = _set_up(settings, opened, feed, work)
    with opened.write() as tx:
        for statement in (HERE / "adapter.sql").read_text("utf-8").split(";\n"):
            if statement.strip():
                tx.exec_driver_sql(statement.replace("%", "%%"))
    opened.close()
    return Installation(settings, account)


def _set_up(settings: config.Settings, opened: Database, feed: str, work: Workload) -> int:
    gate = gateway(settings)
    document = orjson.loads((HERE / "w1-blueprint.json").read_bytes())
    now = gate.clock.now()
    with opened.write() as tx:
        shop = connections.create(tx, gate, "w1_feed", "W1", {"address": feed}, now)
        wms = connections.create(tx, gate, "w1_warehouse", "W1", {}, now)
        account = connections.open_account(tx, shop, "taobao", Seller("w1", "W1"), 900, NEVER)
        skus = catalogue.add_skus(tx, [(code, code) for code in SKUS], now)
        codes = [(f"WH-{name}", name) for name in WAREHOUSES]
        places = catalogue.add_warehouses(tx, codes, now)
        levels = {(places[w], skus[s]): (pieces, 0) for w, s, pieces in work.stock}
        catalogue.set_stock(tx, levels, "opening", now)
        publish.save_draft(tx, document, now)
        roles = {"shop": account, "wms": wms} | {c.lower(): id_ for c, id_ in places.items()}
        for role, target in roles.items():
            publish.bind_role(tx, "w1", role, target)
        publish.set_parameter(tx, "w1", "hand_over", _much_later(settings.zone))
        publish.publish(tx, "w1", "benchmark", "bench", now)
    return account


def gateway(settings: config.Settings) -> Gateway:
    guard = AddressGuard(settings.allowed)
    registry = Registry.load(settings.home / "connectors")
    cipher = Cipher(*settings.secret_keys())
    return Gateway(registry, UrllibTransport(guard), guard, cipher, SystemClock(), Unpaced())


def _much_later(zone: str) -> dict[str, str]:
    """Handing over to warehouses is no part of W1: it is due half a day from now."""
    later = datetime.now(UTC).astimezone(ZoneInfo(zone)) + timedelta(hours=12)
    return {"daily_at": later.strftime("%H:%M")}


_WAITING = "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE state = 'waiting' LIMIT 1) one"
_DECIDED = "SELECT count(*) FROM decision"


@dataclass
class Running:
    """The processes of a hub, by name."""

    installation: Installation
    processes: dict[str, subprocess.Popen[bytes]]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes.values()]

    @property
    def workers(self) -> list[int]:
        return [p.pid for name, p in self.processes.items() if name.startswith("worker")]

    def trigger(self) -> None:
        """Make the shop due now, and say so: what connecting it does."""
        account = self.installation.account
        with psycopg.connect(self.installation.settings.database_url) as connection:
            connection.execute("UPDATE account SET next_pull_at = 0 WHERE id = %s", (account,))
        wake(_redis(self.installation.settings), "pull", [account])

    def wait(self, orders: int) -> None:
        """Until that many orders are decided; raises SystemExit when they never are."""
        deadline = time.monotonic() + PATIENCE
        address = self.installation.settings.database_url
        with psycopg.connect(address, autocommit=True) as connection:
            # Counting takes longer with every order: only when nothing waits any more.
            while _count(connection, _WAITING) or _count(connection, _DECIDED) < orders:
                if time.monotonic() > deadline:
                    raise SystemExit(f"not done after {PATIENCE:g} s: see {self._logs()}")
                time.sleep(0.05)

    def _logs(self) -> Path:
        return self.installation.settings.logs


@contextmanager
def running(installation: Installation) -> Iterator[Running]:
    """Broker, clock and workers while the block runs; ended one by one afterwards."""
    settings = installation.settings
    shutil.rmtree(settings.broker_file.parent, ignore_errors=True)
    prepared = broker.prepare(settings)
    hub = Running(installation, {})
    try:
        hub.processes["broker"] = _start(settings, "broker", list(prepared.spec.command))
        _until(prepared.answers, settings)
        for name in ("ticker", *(f"worker-{i}" for i in range(1, WORKERS + 1))):
            verb = name.partition("-")[0]
            command = [sys.executable, "-m", "orderloom.cli", verb]
            hub.processes[name] = _start(settings, name, command)
        _until(lambda: _workers_ready(settings), settings)
        yield hub
    finally:
        for process in reversed(hub.processes.values()):
            _stop(process)
        prepared.clean_up()


def _start(settings: config.Settings, name: str, command: list[str]) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE.parent / "platform"), str(HERE.parent)]),
        "ORDERLOOM_HOME": str(settings.home),
        "ORDERLOOM_ALLOW": ",".join(settings.allowed),
        "ORDERLOOM_LOG_LEVEL": settings.log_level,
        "DATABASE_URL": settings.database_url,
    }
    env.pop("REDIS_URL", None)
    with (settings.logs / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=tied_to_this_process(),
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _redis(settings: config.Settings) -> Redis:
    return Redis.from_url(settings.broker_url())


def _workers_ready(settings: config.Settings) -> bool:
    with psycopg.connect(settings.database_url) as connection:
        query = "SELECT count(*) FROM worker WHERE kind = 'worker'"
        return _count(connection, query) >= WORKERS


def _count(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _until(ready: Callable[[], bool], settings: config.Settings) -> None:
    deadline = time.monotonic() + 30
    while not ready():
        if time.monotonic() > deadline:
            raise SystemExit(f"the hub did not start: see {settings.logs}")
        time.sleep(0.05)
