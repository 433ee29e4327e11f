"""Looks an installation over, part by part, and says what is wrong and how to repair it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select

from orderloom.clock import Clock, SystemClock
from orderloom.config import Settings
from orderloom.errors import ConfigError, OrderloomError
from orderloom.run import database, home
from orderloom.run.hub import check_redis
from orderloom.services.connecting.secrets import Cipher
from orderloom.services.hub import presence
from orderloom.store import migrations
from orderloom.store.db import Database, Tx
from orderloom.store.tables import connection, worker

State = Literal["ok", "warning", "fault"]
OLDEST_PYTHON = (3, 11)
LOW_MB = 1000
CLOCK_MS = 5_000


@dataclass(frozen=True)
class Finding:
    """One part and how it is; `code` names the text, `where` the place."""

    part: str
    state: State
    code: str
    where: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Probes:
    """What the machine tells us; tests answer for it."""

    clock: Clock = field(default_factory=SystemClock)
    free_mb: Callable[[Path], int] = home.free_mb
    python: tuple[int, ...] = sys.version_info[:3]


def examine(settings: Settings, probes: Probes | None = None) -> list[Finding]:
    """Every part's state, the good ones too; never raises for a broken installation."""
    seen = probes or Probes()
    running = home.is_running(settings)
    found = [*_machine(settings, seen), *_folder(settings), *_browser_app()]
    if not settings.home.exists() and settings.owns_database:
        return found
    try:
        opened = database.open_checked(settings)
    except ConfigError as error:
        return [*found, _fault("database", error), *_broker(settings, running)]
    try:
        found += _database(settings, opened, seen, running)
    finally:
        opened.close()
    return [*found, *_broker(settings, running)]


def _fault(part: str, error: OrderloomError) -> Finding:
    return Finding(part, "fault", error.code, error.where, error.params)


def _ok(part: str, **params: Any) -> Finding:
    return Finding(part, "ok", f"doctor.{part}", None, params)


def _machine(settings: Settings, seen: Probes) -> Iterator[Finding]:
    version = ".".join(map(str, seen.python))
    if seen.python < OLDEST_PYTHON:
        yield Finding("python", "fault", "doctor.python_old", sys.executable, {"found": version})
    else:
        yield _ok("python", found=version)
    folder = settings.home if settings.home.exists() else Path.cwd()
    free = seen.free_mb(folder)
    facts = {"free": free, "needed": home.NEEDED_MB}
    if free < home.NEEDED_MB:
        yield Finding("disk", "fault", "config.disk_full", str(folder), facts)
    elif free < LOW_MB:
        yield Finding("disk", "warning", "doctor.disk_low", str(folder), facts)
    else:
        yield _ok("disk", free=free)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.home
    if not folder.exists():
        yield Finding("home", "warning", "doctor.home_new", str(folder))
        return
    try:
        home.prepare(settings, needed_mb=0)
    except ConfigError as error:
        yield _fault("home", error)
        return
    if folder.stat().st_mode & 0o077:
        yield Finding("home", "warning", "doctor.home_open", str(folder))
    else:
        yield _ok("home", where=str(folder))


def _browser_app() -> Iterator[Finding]:
    index = files("orderloom") / "static" / "ui" / "index.html"
    if index.is_file():
        yield _ok("ui")
    else:
        yield Finding("ui", "fault", "server.ui_missing", str(index))


def _database(
    settings: Settings, opened: Database, seen: Probes, running: bool
) -> Iterator[Finding]:
    place = database.place(opened)
    with opened.read() as tx:
        revision, head = migrations.current(tx), migrations.head()
        if revision != head:
            yield _not_migrated(place, revision, head)
            return
        yield _ok("database", where=place, revision=head)
        yield from _key(settings, tx)
        yield from _clock(tx, opened, seen.clock.now())
        yield from _processes(tx, seen.clock.now(), running)


def _not_migrated(place: str, revision: str | None, head: str) -> Finding:
    facts = {"found": revision, "needed": head}
    known = revision is None or migrations.knows(revision)
    code = "doctor.not_migrated" if known else "config.database_newer"
    return Finding("database", "fault", code, place, facts)


def _key(settings: Settings, tx: Tx) -> Iterator[Finding]:
    sealed = tx.execute(select(connection.c.secrets).limit(1)).scalar()
    try:
        cipher = Cipher(*settings.secret_keys())
        if sealed is not None:
            cipher.open(sealed)
    except ConfigError as error:
        lost = sealed is not None and error.code == "config.secret_missing"
        yield _fault("key", ConfigError("config.secret_lost", error.where) if lost else error)
        return
    file = settings.secret_file
    if not settings.secret_key and file.stat().st_mode & 0o077:
        yield Finding("key", "warning", "doctor.key_open", str(file))
    else:
        yield _ok("key")


def _clock(tx: Tx, opened: Database, now: int) -> Iterator[Finding]:
    """Against the database server's clock, and against what was written last."""
    if not opened.is_sqlite:
        theirs = tx.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp()) * 1000")
        apart = abs(int(theirs.scalar_one()) - now)
        if apart > CLOCK_MS:
            yield Finding("clock", "warning", "doctor.clock_apart", None, {"s": apart // 1000})
            return
    last = tx.execute(select(func.max(worker.c.seen_at))).scalar()
    if last is not None and last - now > CLOCK_MS:
        yield Finding("clock", "fault", "doctor.clock_back", None, {"s": (last - now) // 1000})
        return
    yield _ok("clock")


def _processes(tx: Tx, now: int, running: bool) -> Iterator[Finding]:
    workers = presence.count_alive(tx, "worker", now)
    tickers = presence.count_alive(tx, "ticker", now)
    if running and not (workers and tickers):
        facts = {"workers": workers, "tickers": tickers}
        yield Finding("processes", "fault", "doctor.processes_missing", None, facts)
    elif running:
        yield _ok("processes", workers=workers)
    else:
        yield Finding("processes", "ok", "doctor.not_running")


def _broker(settings: Settings, running: bool) -> Iterator[Finding]:
    if not settings.redis_url and not running:
        yield Finding("redis", "ok", "doctor.redis_own")
        return
    try:
        address = settings.broker_url()
        check_redis(address)
        policy = _eviction(address)
    except ConfigError as error:
        yield _fault("redis", error)
        return
    if policy not in (None, "noeviction"):
        facts = {"policy": policy}
        yield Finding("redis", "warning", "doctor.redis_evicts", None, facts)
    else:
        yield _ok("redis")


def _eviction(address: str) -> str | None:
    """What the server does when its memory is full; None if it will not say."""
    client = Redis.from_url(address, decode_responses=True)
    try:
        answer = client.info("memory")
    except RedisError:
        return None
    finally:
        client.close()
    return str(answer["maxmemory_policy"]) if "maxmemory_policy" in answer else None
