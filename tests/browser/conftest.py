"""A hub with its demo, and people at its screens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.processes import hub

# An order travels through pulling, rules and the warehouse before it can be read.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A hub with its demo: its address, and the first password as it was printed."""
    with hub(tmp_path_factory.mktemp("hub") / "home") as started:
        said = started.wait_for("Stop with Ctrl-C")
        address = re.search(r"running: (http://\S+?)/\n", said)
        password = re.search(r"user admin, password (\S+) ", said)
        assert address
        assert password
        yield address[1], password[1]


@pytest.fixture
def home(page: Page, running: tuple[str, str]) -> Page:
    """The first screen after logging in."""
    address, password = running
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    page.locator("input[name=login]").fill("admin")
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").click()
    expect(page.locator("nav[aria-label]").first).to_be_visible()
    return page


@pytest.fixture
def rules(home: Page) -> Page:
    """The rules that choose the warehouse."""
    home.goto(f"{home.url.partition('/app')[0]}/app/rules")
    home.locator("[data-list=routing]").click()
    expect(home.locator("[data-zone=rows] [data-row]")).not_to_have_count(0)
    return home
