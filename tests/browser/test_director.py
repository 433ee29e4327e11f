"""Trouble made at the demo's page is real: the next call of the platform meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from connectors.simulators import taobao
from connectors.simulators.director import Director
from connectors.simulators.serve import simulators
from connectors.simulators.server import SimulatorServer, mounted
from connectors.taobao import Taobao
from orderloom.connect import AddressGuard, HttpClient, SystemClock, TryLater, UrllibTransport
from tests.support.axe import broken

pytestmark = pytest.mark.browser


def test_trouble_made_at_the_page_is_met_by_the_next_call(page: Page) -> None:
    scene = simulators(SystemClock(), None, full_list=True)
    server = SimulatorServer(mounted({**scene, "demo": Director(scene)})).start()
    base = f"http://127.0.0.1:{server.port}"
    client = HttpClient(UrllibTransport(AddressGuard([f"127.0.0.1:{server.port}"])))
    shop = Taobao(taobao.demo_settings(f"{base}/taobao"), client, SystemClock())

    page.goto(f"{base}/demo/?lang=zh")
    card = page.locator("section#taobao")
    card.locator("[data-do=fault] select").select_option("busy")
    card.locator("[data-do=fault] button").click()
    expect(page.get_by_role("status")).to_have_text("已执行")
    expect(card).to_contain_text("平台繁忙 · 还有 3 次")
    assert broken(page) == []
    with pytest.raises(TryLater, match="busy"):
        shop.pull(None, SystemClock().now())

    card.get_by_role("button", name="结束全部故障").click()
    expect(card).to_contain_text("一切正常")
    assert shop.pull(None, SystemClock().now()).items == []
    card.locator("[data-do=make] input").last.fill("2")
    card.locator("[data-do=make] button").click()
    expect(card).to_contain_text("2 单")
    server.stop()
