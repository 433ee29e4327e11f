"""Fixtures every test may use. What a machine lacks fails the test, it never skips it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from orderloom.store.db import Database
from tests.support.browser import Errors, NoBrowser, chromium
from tests.support.postgres import Databases, NoPostgres, Server
from tests.support.sqlite import Files
from tests.support.valkey import Valkey

BACKENDS = ("sqlite", "postgresql")


class _PostgresForAll:
    """One server for all worker processes, started by the process they belong to."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._failure: str | None = None

    def url(self) -> str:
        """Raises NoPostgres."""
        named = os.environ.get("TEST_POSTGRES_URL")
        if named:
            return named
        if self._failure:
            raise NoPostgres(self._failure)
        if self._server is None:
            try:
                self._server = Server()
            except NoPostgres as error:
                self._failure = str(error)
                raise
        return self._server.url

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """xdist asks this once for each worker process."""
        try:
            node.workerinput["postgres"] = {"url": self.url()}
        except NoPostgres as error:
            node.workerinput["postgres"] = {"failure": str(error)}

    def pytest_unconfigure(self) -> None:
        if self._server is not None:
            self._server.stop()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_PostgresForAll(), "postgres-for-all")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Databases]:
    """Fresh databases on a real PostgreSQL."""
    given = getattr(request.config, "workerinput", {}).get("postgres")
    try:
        url = _url_of(given, request.config)
    except NoPostgres as error:
        pytest.fail(str(error), pytrace=False)
    databases = Databases(url, f"test_{os.getpid()}_{worker_id}")
    yield databases
    databases.close()


def _url_of(given: dict[str, str] | None, config: pytest.Config) -> str:
    if given is None:
        own = config.pluginmanager.get_plugin("postgres-for-all")
        assert isinstance(own, _PostgresForAll)
        return own.url()
    if "failure" in given:
        raise NoPostgres(given["failure"])
    return given["url"]


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Fresh SQLite databases."""
    return Files(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(sqlite_files: Files) -> Iterator[str]:
    """The address of a migrated SQLite database of this test."""
    address = sqlite_files.create()
    yield address
    sqlite_files.drop(address)


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test."""
    address = postgres.create()
    yield address
    postgres.drop(address)


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The same on each kind of database: the test runs once on each."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url"}.get(request.param, "postgres_url"))
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of this test, once on SQLite and once on PostgreSQL."""
    yield from _used(database_url)


@pytest.fixture
def lite_database(sqlite_url: str) -> Iterator[Database]:
    """The same on SQLite only: for what has nothing to do with the kind of database."""
    yield from _used(sqlite_url)


def _used(address: str) -> Iterator[Database]:
    opened = _opened(address)
    with opened.kept_open() if opened.is_sqlite else nullcontext():
        yield opened
    opened.close()


# Addresses come again, and what SQLAlchemy compiled for one stays good.
_opened = cache(Database.open)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A job-queue server of this test: the real one, empty, which may be killed and restarted."""
    server = Valkey(tmp_path / "valkey").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    try:
        with chromium() as running:
            yield running
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window in Chinese; what it complains about fails the test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    fresh = context.new_page()
    errors = Errors(fresh)
    yield fresh
    context.close()
    assert errors.seen == []
