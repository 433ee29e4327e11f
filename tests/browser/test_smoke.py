"""First minutes in a real Chromium on a real hub: log in, see orders flow, read one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
ORDER_NUMBER = re.compile(r"[A-Z]?[\d-]{8,}")  # of any channel


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
    home.get_by_role("button", name="为什么不是别的仓？").click()
    expect(home.get_by_text(re.compile("就会去|才没有轮到它")).first).to_be_visible()
