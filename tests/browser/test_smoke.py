"""First minutes in a real Chromium on a real hub: log in, see orders flow, read one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.processes import hub

pytestmark = pytest.mark.browser
# An order travels through pulling, rules and the warehouse before it can be read.
expect.set_options(timeout=60_000)
ORDER_NUMBER = re.compile(r"[\d-]{12,}")  # of any channel


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A hub with its demo: its address, and the first password as it was printed."""
    with hub(tmp_path_factory.mktemp("smoke") / "home") as started:
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
    page.goto(address)
    page.locator("input[name=login]").fill("admin")
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").click()
    expect(page.locator("nav[aria-label]").first).to_be_visible()
    return page


def test_the_flow_is_alive(home: Page) -> None:
    expect(home.locator("[data-step^='src:taobao']")).to_be_visible()
    expect(home.locator("[data-step]")).not_to_have_count(1)


def test_from_the_grid_to_the_story_of_an_order(home: Page) -> None:
    home.goto(f"{home.url.partition('/app')[0]}/app/orders?state=handed_over")
    row = home.locator("[role=row][aria-selected]").first
    expect(row).to_contain_text(ORDER_NUMBER)
    number = ORDER_NUMBER.findall(row.inner_text())[0]
    row.click()
    story = home.get_by_text(number).first
    expect(story).to_be_visible()
    expect(home.get_by_text("杭州仓").or_(home.get_by_text("义乌保税仓")).first).to_be_visible()
