"""A hub with its demo, and people at its screens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.support.processes import hub

# An order travels through pulling, rules and the warehouse before it can be read.
expect.set_options(timeout=60_000)


class Demo(NamedTuple):
    """A running hub: its address, the first password as it was printed, its folder."""

    address: str
    password: str
    folder: Path

    @property
    def simulators(self) -> str:
        """Where the demo's shops and warehouses answer."""
        ready = json.loads((self.folder / "demo" / "ready.json").read_text("utf-8"))
        return f"http://127.0.0.1:{ready['http']}"


@contextmanager
def started(folder: Path, *words: str) -> Iterator[Demo]:
    """A hub in `folder`, run with these further words."""
    with hub(folder, *words) as process:
        said = process.wait_for("Stop with Ctrl-C")
        address = re.search(r"running: (http://\S+?)/\n", said)
        password = re.search(r"user admin, password (\S+) ", said)
        assert address
        assert password
        yield Demo(address[1], password[1], folder)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A hub with its demo."""
    with started(tmp_path_factory.mktemp("hub") / "home") as demo:
        yield demo


@pytest.fixture(scope="module")
def admitted() -> list[Any]:
    """The cookies of whoever logged in, for the tests that follow."""
    return []


@pytest.fixture
def home(page: Page, running: Demo, admitted: list[Any]) -> Page:
    """The first screen after logging in, which a module's first test does by hand."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies(admitted)
    page.goto(running.address)
    if not admitted:
        page.locator("input[name=login]").fill("admin")
        page.locator("input[name=password]").fill(running.password)
        page.locator("button[type=submit]").click()
    expect(page.locator("nav[aria-label]").first).to_be_visible()
    admitted[:] = page.context.cookies()
    return page


@pytest.fixture
def rules(home: Page) -> Page:
    """The rules that choose the warehouse."""
    home.locator("a[href$='/rules']").first.click()
    home.locator("[data-list=routing]").click()
    expect(home.locator("[data-zone=rows] [data-row]")).not_to_have_count(0)
    return home
