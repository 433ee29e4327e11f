"""W1: 10,000 orders from a channel's pages to routed orders with stock taken.

Each round runs the hub and the hand-written script on the same PostgreSQL, in turns. The hub's
time runs from the moment its shop is due until the last order is decided in the database; the
script's from its start to its end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import fingerprint, hub, postgres
from bench.data import ORDERS, Workload, make
from bench.fingerprint import Result
from bench.postgres import Postgres
from bench.processes import PeakMemory, cpu_seconds
from orderloom.run.tree import tied_to_this_process

HERE = Path(__file__).parent
MB = 2**20


@dataclass(frozen=True)
class Run:
    """One run of one side; CPU in seconds per 1,000 orders, memory in MB of one process tree."""

    side: str
    seconds: float
    cpu: float
    postgres_cpu: float
    peak_mb: float
    result: Result

    @property
    def rate(self) -> float:
        """Orders per second."""
        return ORDERS / self.seconds


@dataclass(frozen=True)
class Bench:
    """What all rounds share."""

    server: Postgres
    work: Workload
    feed: str
    installation: hub.Installation


@contextmanager
def set_up() -> Iterator[Bench]:
    """PostgreSQL, feed and a prepared hub while the block runs."""
    with tempfile.TemporaryDirectory(prefix="orderloom-bench-") as name:
        folder = Path(name)
        with postgres.running(folder) as server, feeding() as feed:
            work = make()
            template = server.create("template_hub")
            installation = hub.prepare(folder / "home", template, feed, work)
            yield Bench(server, work, feed, installation)


@contextmanager
def feeding() -> Iterator[str]:
    """The channel, as its address."""
    command = [sys.executable, "-m", "bench.feed"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        cwd=HERE.parent,
        text=True,
        start_new_session=True,
        preexec_fn=tied_to_this_process(),
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/router"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def run_hub(bench: Bench) -> Run:
    """One run on a fresh copy of the prepared database."""
    address = bench.server.create("hub", template="template_hub")
    bench.server.settle("hub")
    with hub.running(bench.installation.at(address)) as running:
        memory = PeakMemory(running.workers)
        before, postgres_before = cpu_seconds(running.pids), cpu_seconds([bench.server.pid])
        memory.start()
        started = time.perf_counter()
        running.trigger()
        running.wait(ORDERS)
        seconds = time.perf_counter() - started
        cpu = cpu_seconds(running.pids) - before
        postgres_cpu = cpu_seconds([bench.server.pid]) - postgres_before
        peak = memory.stop()
    result = fingerprint.read(address, "w1,public")
    return _run("hub", seconds, cpu, postgres_cpu, peak, result)


def run_script(bench: Bench) -> Run:
    """One run of the hand-written script on empty tables."""
    address = bench.server.create("script")
    _script_tables(address, bench.work)
    bench.server.settle("script")
    command = [sys.executable, "-m", "bench.handwritten", bench.feed, address]
    postgres_before = cpu_seconds([bench.server.pid])
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=HERE.parent)
    memory = PeakMemory([process.pid])
    memory.start()
    cpu = _finished(process)
    seconds = time.perf_counter() - started
    peak = memory.stop()
    postgres_cpu = cpu_seconds([bench.server.pid]) - postgres_before
    result = fingerprint.read(address, "public")
    return _run("script", seconds, cpu, postgres_cpu, peak, result)


def _finished(process: subprocess.Popen[bytes]) -> float:
    """Wait for the script; returns its CPU seconds."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("the hand-written script failed")
    return used.ru_utime + used.ru_stime


def _run(
    side: str, seconds: float, cpu: float, postgres_cpu: float, peak: int, result: Result
) -> Run:
    per = 1000 / ORDERS
    run = Run(side, seconds, cpu * per, postgres_cpu * per, peak / MB, result)
    words = f"CPU {run.cpu:.2f} + PostgreSQL {run.postgres_cpu:.2f} s per 1,000"
    verdict = "right" if result.right else f"WRONG {result}"
    print(f"  {side:7}{run.rate:7.0f} orders/s   {words}   {run.peak_mb:.0f} MB   {verdict}")
    sys.stdout.flush()
    return run


def _script_tables(address: str, work: Workload) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute((HERE / "handwritten.sql").read_text("utf-8"))
        with connection.cursor() as cursor, cursor.copy("COPY stock FROM STDIN") as copy:
            for row in work.stock:
                copy.write_row(row)


def rounds(bench: Bench, count: int) -> list[Run]:
    """Both sides in turns, the one that begins changing each round."""
    sides = [run_hub, run_script]
    runs: list[Run] = []
    for number in range(count):
        print(f"round {number + 1} of {count}", flush=True)
        order = sides if number % 2 == 0 else sides[::-1]
        runs += [side(bench) for side in order]
    return runs
