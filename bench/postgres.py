"""A private PostgreSQL with durable settings, run as an ordinary user, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from orderloom.run.tree import tied_to_this_process
from tests.support.postgres import binaries

SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
}
PATIENCE = 30.0


@dataclass(frozen=True)
class Postgres:
    """A running server: its main process and how to reach it."""

    pid: int
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://bench@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, in place of one of that name; returns its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def settle(self, database: str) -> None:
        """Start the next measurement from a quiet disk."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """A server with its data below `folder` while the block runs."""
    programs, data = binaries(), folder / "data"
    port = _free_port()
    _run([*_ordinary_user(), str(programs / "initdb"), "-D", str(data), *_INIT])
    settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    command = [str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1"]
    command += ["-p", str(port), "-k", "", *settings]
    with (folder / "postgres.log").open("wb") as log:
        process = subprocess.Popen(
            [*_ordinary_user(), *command],
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=tied_to_this_process(),
        )
    try:
        yield _ready(process, Postgres(process.pid, port), folder / "postgres.log")
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown
        process.wait()


_INIT = ("-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


def _ordinary_user() -> list[str]:
    """PostgreSQL refuses to run as root: give it a user namespace in which it is not."""
    if os.geteuid() != 0:
        return []
    if shutil.which("unshare") is None:
        raise SystemExit("run the benchmark as an ordinary user, or install util-linux")
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534"]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ready(process: subprocess.Popen[bytes], server: Postgres, log: Path) -> Postgres:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
