"""W3: orders that a shop pushes, answered only when kept; the hub beside a hand-written app.

Both keep on the same PostgreSQL with durable settings, in turns: sixteen connections, each sending
its next signed order when the last one was answered. The hub is its one real web process, which
also finds repeats, closes what waited for the order and wakes the workers (there are none here);
the app is served by two processes of gunicorn with eight threads each.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import psycopg

from bench import hub, postgres
from bench.postgres import Postgres
from bench.processes import cpu_seconds
from bench.pusher import SECRET
from orderloom import config
from orderloom.api.hooks import PURPOSE
from orderloom.api.signing import Signer
from orderloom.connect import Seller
from orderloom.run import broker, home
from orderloom.run.installation import prepare as prepare_tables
from orderloom.run.tree import tied_to_this_process
from orderloom.services.connecting import connections
from orderloom.services.incoming import webhooks
from orderloom.store.db import Database

HERE = Path(__file__).parent
DEMO = HERE.parent / "blueprints" / "fashion-order-hub.json"
CONNECTIONS, SECONDS, WARM_UP = 16, 6.0, 2.0
BY_HAND = "CREATE TABLE pushed (id bigserial PRIMARY KEY, channel text, order_no text, body jsonb)"
SIDES = ("hub", "by hand")


@dataclass(frozen=True)
class Run:
    """One run of one side; CPU in seconds per 1,000 pushes, without PostgreSQL's."""

    side: str
    rate: float
    p50_ms: float
    p99_ms: float
    cpu: float


@dataclass(frozen=True)
class Bench:
    """What all runs share. `path`: where the hub is called."""

    server: Postgres
    settings: config.Settings
    path: str


def main(rounds: int, json_file: Path | None) -> int:
    """Prints the ratio; SystemExit when something pushed is not kept."""
    if find_spec("gunicorn") is None:
        raise SystemExit("the hand-written side needs gunicorn: see docs/benchmarks.md")
    turns = [side for n in range(rounds) for side in SIDES[:: 1 - n % 2 * 2]]
    with (
        tempfile.TemporaryDirectory(prefix="orderloom-bench-") as name,
        postgres.running(Path(name)) as server,
    ):
        bench = _prepare(server, Path(name) / "home")
        runs = [_measured(bench, side) for side in turns]
    rates = {side: [run.rate for run in runs if run.side == side] for side in SIDES}
    ratios = sorted(h / b for h, b in zip(rates["hub"], rates["by hand"], strict=True))
    print(f"hub / by hand: {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    if json_file:
        json_file.write_bytes(orjson.dumps([vars(run) for run in runs]))
    return 0


def _prepare(server: Postgres, folder: Path) -> Bench:
    """A hub with one shop that pushes, as its blueprint describes it."""
    settings = config.Settings(
        home=folder, database_url=server.create("hub"), port=_free_port(), log_level="WARNING"
    )
    home.prepare(settings)
    prepare_tables(settings)
    server.create("by_hand")
    with psycopg.connect(server.url("by_hand"), autocommit=True) as connection:
        connection.execute(BY_HAND)
    opened = Database.open(settings.database_url)
    path = _shop(settings, opened)
    opened.close()
    return Bench(server, settings, path)


def _shop(settings: config.Settings, opened: Database) -> str:
    roles = orjson.loads(DEMO.read_bytes())["roles"]
    described = next(role["settings"] for role in roles if role.get("connector") == "rest")
    values = {"base": "https://shop.example", "key": "bench", "secret": SECRET, **described}
    gateway = hub.gateway(settings)
    now = gateway.clock.now()
    with opened.write() as tx:
        shop = connections.create(tx, gateway, "rest", "bench", values, now)
        connections.open_account(tx, shop, "rest", Seller("bench", "bench"), 900, hub.NEVER)
        token = Signer(*settings.secret_keys()).token(PURPOSE, webhooks.name(tx, shop))
    return f"/hooks/{shop}/{token}"


def _measured(bench: Bench, side: str) -> Run:
    database = "hub" if side == "hub" else "by_hand"
    bench.server.settle(database)
    with _hub(bench) if side == "hub" else _by_hand(bench) as (port, pids):
        path = bench.path if side == "hub" else "/push"
        _push(port, path, WARM_UP)
        before, kept = cpu_seconds(pids), _kept(bench, side)
        told = _push(port, path, SECONDS)
        cpu = cpu_seconds(pids) - before
    if told["refused"] or _kept(bench, side) - kept != told["sent"]:
        raise SystemExit(f"{side}: {told}, but {_kept(bench, side) - kept} were kept")
    rate = told["sent"] / told["seconds"]
    run = Run(side, rate, told["p50_ms"], told["p99_ms"], cpu / told["sent"] * 1000)
    print(
        f"  {side:8}{rate:6.0f} pushes/s   p50 {run.p50_ms:.1f} ms   p99 {run.p99_ms:.1f} ms   "
        f"CPU {run.cpu:.2f} s per 1,000",
        flush=True,
    )
    return run


def _push(port: int, path: str, seconds: float) -> dict[str, Any]:
    first = time.time_ns() // 1_000_000 % 10**10 * 100  # no number is used twice
    words = [str(port), path, str(CONNECTIONS), str(seconds), str(first)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.pusher", *words],
        cwd=HERE.parent,
        env={**os.environ, "PYTHONPATH": _path()},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def _kept(bench: Bench, side: str) -> int:
    database, table = ("hub", "inbox") if side == "hub" else ("by_hand", "pushed")
    with psycopg.connect(bench.server.url(database)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _hub(bench: Bench) -> Iterator[tuple[int, list[int]]]:
    """The job-queue server and the web process, as `make run` starts them."""
    shutil.rmtree(bench.settings.broker_file.parent, ignore_errors=True)
    prepared = broker.prepare(bench.settings)
    environment = {
        "ORDERLOOM_HOME": str(bench.settings.home),
        "ORDERLOOM_LOG_LEVEL": "WARNING",
        "DATABASE_URL": bench.settings.database_url,
    }
    port = _free_port()
    web = [sys.executable, "-m", "orderloom.cli", "web", "--port", str(port)]
    with (
        _process(list(prepared.spec.command), environment),
        _process(web, environment) as process,
    ):
        _answers(port)
        yield port, [process.pid]
    prepared.clean_up()


@contextmanager
def _by_hand(bench: Bench) -> Iterator[tuple[int, list[int]]]:
    port = _free_port()
    served = ["-w", "2", "-k", "gthread", "--threads", "8", "--keep-alive", "30"]
    command = [sys.executable, "-m", "gunicorn", *served, "-b", f"127.0.0.1:{port}"]
    environment = {"DATABASE_URL": bench.server.url("by_hand")}
    with _process([*command, "bench.handwritten_hook:app"], environment) as process:
        _answers(port)
        yield port, [process.pid]


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        cwd=HERE.parent,
        env={**os.environ, "PYTHONPATH": _path(), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=tied_to_this_process(),
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def _path() -> str:
    ours = [str(HERE.parent / "platform"), str(HERE.parent)]
    return os.pathsep.join([*ours, *filter(None, [os.environ.get("PYTHONPATH")])])


def _answers(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nobody answers on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
