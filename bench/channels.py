"""Pull and land: how fast one account's news gets from its platform into the database.

The platform is the simulator of Taobao in a process of its own, on loopback; the database is
PostgreSQL with durable settings. Only reading and landing are timed: nothing is routed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench import hub, postgres
from connectors.simulators.serve import demo_settings
from orderloom import config, jobs
from orderloom.jobs import context as job_context
from orderloom.run import home
from orderloom.run.installation import prepare as prepare_tables
from orderloom.run.tree import tied_to_this_process
from orderloom.services.connecting import connections
from orderloom.services.files.uploads import Uploads
from orderloom.store.db import Database
from tests.support.queues import SilentRedis

HERE = Path(__file__).parent
FULL, THIN = 10_000, 2_000
POST_AT_ONCE = 1_000


@dataclass(frozen=True)
class Pulled:
    """One measurement."""

    list_kind: str
    orders: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.orders / self.seconds


def main(rounds: int, json_file: Path | None) -> int:
    """Prints a table; exit code 1 when orders are missing."""
    found: list[Pulled] = []
    for _ in range(rounds):
        found += [_measure("full list", FULL), _measure("list + detail", THIN)]
    for kind in ("full list", "list + detail"):
        rates = sorted(one.rate for one in found if one.list_kind == kind)
        middle, low, high = rates[len(rates) // 2], rates[0], rates[-1]
        print(f"{kind:14} {middle:7.0f} orders/s ({low:.0f} to {high:.0f})")
    if json_file:
        json_file.write_bytes(orjson.dumps([vars(one) for one in found]))
    return 0


def _measure(list_kind: str, orders: int) -> Pulled:
    with tempfile.TemporaryDirectory(prefix="orderloom-bench-") as name:
        folder = Path(name)
        with postgres.running(folder) as server, _platform(list_kind == "full list") as port:
            account = _prepare(folder / "home", server.create("pull"), port)
            _order(port, orders)
            time.sleep(2)  # the platform's last second must be over
            server.settle("pull")
            return Pulled(list_kind, orders, _pull(account, orders))


@contextmanager
def _platform(full_list: bool) -> Iterator[int]:
    command = [sys.executable, "-m", "connectors.simulators.serve", "--rate", "0"]
    process = subprocess.Popen(
        [*command, *(["--full-list"] if full_list else [])],
        stdout=subprocess.PIPE,
        cwd=HERE.parent,
        text=True,
        preexec_fn=tied_to_this_process(),
    )
    assert process.stdout is not None
    try:
        yield int(json.loads(process.stdout.readline())["http"])
    finally:
        process.terminate()
        process.wait()


def _prepare(folder: Path, database: str, port: int) -> int:
    """A hub that knows the shop and nothing else; returns the account."""
    allowed = (f"127.0.0.1:{port}",)
    settings = config.Settings(home=folder, database_url=database, allowed=allowed)
    home.prepare(settings)
    shutil.copytree(HERE / "drop_in", folder / "connectors")
    prepare_tables(settings)
    gateway, opened = hub.gateway(settings), Database.open(database)
    uploads = Uploads(folder / "uploads", 0)
    job_context.use(job_context.Context(opened, gateway, SilentRedis(), settings.zone, uploads))  # type: ignore[arg-type]
    shop = {**demo_settings(port, 0)["taobao"], "page_size": 100}
    now = gateway.clock.now()
    with opened.write() as tx:
        to = connections.create(tx, gateway, "taobao", "bench", shop, now)
        seller = connections.connect(tx, gateway, to).check()
        return connections.open_account(tx, to, "taobao", seller, 900, now)


def _order(port: int, orders: int) -> None:
    body = json.dumps({"count": POST_AT_ONCE, "seed": "bench"}).encode()
    for _ in range(orders // POST_AT_ONCE):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/taobao/_sim/orders", body):
            pass


def _pull(account: int, orders: int) -> float:
    landed, started = 0, time.perf_counter()
    while landed < orders:
        before = landed
        landed += jobs.pull(account)
        if landed == before:
            raise SystemExit(f"{orders - landed} orders did not arrive")
    return time.perf_counter() - started
