"""The web application in a test: a database, a clock that stands still, browsers that log in."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from orderloom.app import assemble, create_app
from orderloom.clock import Clock, ManualClock
from orderloom.config import Settings
from orderloom.connect import Registry, Unpaced
from orderloom.services.connecting.connections import Gateway
from orderloom.services.connecting.secrets import new_key
from orderloom.services.users import login
from orderloom.services.users.people import User
from orderloom.store.db import Database
from orderloom.store.ids import reserve
from orderloom.store.queries import people as rows
from tests.support.hub import Hub

NOW = 1_795_000_000_000
PASSWORD = "correct-horse-battery"
CSRF = "X-CSRF-Token"


@cache
def _hash() -> str:
    """One that is checked quickly: what it costs is noted in it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


# Registering every route takes longer than most tests.
_assembled = cache(assemble)


@dataclass
class Browser:
    """A client that keeps its cookies and sends the anti-forgery token with every change."""

    client: FlaskClient
    language: str = "zh-CN"
    csrf: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, headers=self._headers(), **options)

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        headers = {**self._headers(), CSRF: self.csrf, **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        return self.client.open(path, method=method, headers=headers, **options)

    def hello(self) -> dict[str, Any]:
        """Ask who we are, and remember the anti-forgery token."""
        answer: dict[str, Any] = self.get("/api/v1/session").get_json()
        self.csrf = answer["csrf"]
        return answer

    def log_in(self, name: str, password: str = PASSWORD, **options: Any) -> TestResponse:
        self.hello()
        body = {"login": name, "password": password}
        response = self.send("POST", "/api/v1/session", body, **options)
        if response.status_code == 200:
            self.csrf = response.get_json()["csrf"]
        return response

    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language}


class Site:
    """An installation's web application."""

    def __init__(
        self,
        database: Database,
        home: Path,
        *,
        clock: Clock | None = None,
        gateway: Gateway | None = None,
        **settings: Any,
    ) -> None:
        self.database = database
        self.manual = ManualClock(NOW)
        self.clock = clock or self.manual
        self.ui = home / "ui"
        self.settings = Settings(home=home, secret_key=new_key(), **settings)
        self.app = self.make_app(gateway)

    @classmethod
    def of(cls, hub: Hub, home: Path) -> Site:
        """What people see of a hub under test."""
        return cls(hub.database, home, clock=hub.clock, gateway=hub.context.gateway)

    def make_app(self, gateway: Gateway | None = None, *, alone: bool = False) -> Flask:
        """One more process of the same installation. `alone`: its routes are nobody else's."""
        found = gateway or Gateway.of(self.settings, self.clock, Unpaced(), Registry([]))
        app = assemble() if alone else copy(_assembled())
        app.extensions = dict(app.extensions)
        return create_app(self.settings, self.database, self.clock, found, self.ui, app)

    def browser(self, language: str = "zh-CN") -> Browser:
        return Browser(self.app.test_client(), language)

    def add_user(self, name: str, role: str = "ops", **values: Any) -> User:
        """A user whose password is PASSWORD."""
        with self.database.write() as tx:
            (id_,) = reserve(tx, 1)
            row = {"id": id_, "login": name, "name": name, "role": role, "locale": "zh-CN"}
            row |= {"password_hash": _hash(), "created_at": self.clock.now()}
            rows.add_user(tx, {**row, **values})
        return User(id_, name, name, role, "zh-CN")

    def signed_in(self, role: str = "ops", language: str = "zh-CN") -> Browser:
        """A browser with a session of a fresh user, without the cost of a real log-in."""
        with self.database.read() as tx:
            number = len(rows.all_users(tx))
        user = self.add_user(f"{role}{number}", role)
        with self.database.write() as tx:
            token, session = login.open_session(tx, user, "127.0.0.1", self.clock.now())
        browser = Browser(self.app.test_client(), language, session.csrf)
        browser.client.set_cookie("orderloom_session", token)
        return browser
