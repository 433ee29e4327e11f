"""An empty hub gets its first orders in a real Chromium: dropped as a table, and typed in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, started
from tests.support import axe

pytestmark = pytest.mark.browser
HEADER = "订单号,下单时间,付款状态,订单金额,收货人,电话,省份,商家编码,数量,单价"
DROP = """(zone, [name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    const facts = { dataTransfer: data, bubbles: true, cancelable: true };
    for (const kind of ['dragenter', 'dragover', 'drop'])
        zone.dispatchEvent(new DragEvent(kind, facts));
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A hub that has nothing yet."""
    with started(tmp_path_factory.mktemp("hub") / "home", "--no-demo") as hub:
        yield hub


def row(number: int, quantity: str) -> str:
    paid = "2026-10-09 08:57:00,已付款,69.00,李示例,13800000000,浙江省"
    return f"X-{number},{paid},TEE-BLK-S,{quantity},69.00"


def test_a_table_is_dropped_and_becomes_orders(running: Demo, home: Page) -> None:
    home.goto(f"{running.address}/app/imports")
    expect(home.get_by_text("还没有导入过文件")).to_be_visible()
    home.get_by_role("button", name="开一个自己的店铺").click()
    home.get_by_label("店铺名称").fill("微信接单")
    home.get_by_role("button", name="开店").click()
    expect(home.get_by_role("link", name="Excel")).to_be_visible()

    table = "\n".join([HEADER, row(1, "1"), row(2, "两件")])
    home.locator("label:has(input[type=file])").evaluate(DROP, ["十月.csv", table])
    expect(home.get_by_text("单元格 I3")).to_be_visible()
    assert axe.broken(home) == []
    home.get_by_role("button", name="开始导入").click()
    expect(home.get_by_role("link", name="下载失败的行")).to_be_visible()
    expect(home.locator("[data-outcome=accepted]")).to_have_text(re.compile("1$"))
    assert axe.broken(home) == []
    home.get_by_role("link", name="查看订单").click()
    expect(home.get_by_role("row", name=re.compile("X-1"))).to_be_visible()


BRING = """async ([kind, text]) => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const headers = { 'X-CSRF-Token': csrf, 'Content-Type': 'application/octet-stream' };
    const at = `/api/v1/product-import?kind=${kind}&apply=true`;
    return (await fetch(at, { method: 'POST', headers, body: text })).status;
}"""


def test_an_order_is_typed_in_without_a_mouse(running: Demo, home: Page) -> None:
    home.goto(f"{running.address}/app/entry")
    home.get_by_role("button", name="开一个自己的店铺").click()
    home.get_by_label("店铺名称").fill("电话订单")
    home.get_by_role("button", name="开店").click()
    paste = home.get_by_label("粘贴收货信息")
    expect(paste).to_be_visible()
    tables = (
        ("products", "商品编码,商品名称\nCAP-RED,棒球帽"),
        ("stock", "商品编码,仓库,在库\nCAP-RED,MAIN,9"),
    )
    for table in tables:
        assert home.evaluate(BRING, list(table)) == 200

    paste.fill("张三 13800000000 浙江省杭州市西湖区某路1号")
    paste.press("Enter")
    expect(home.get_by_placeholder("编码或名称")).to_be_focused()
    for word in ("CAP-RED", "2", "69.50"):
        home.keyboard.type(word)
        home.keyboard.press("Enter")
        expect(home.locator("tr[data-line=CAP-RED]")).to_be_visible()
    expect(home.locator("[data-total]")).to_have_text("¥139.00")
    assert axe.broken(home) == []
    home.keyboard.press("Control+Enter")
    saved = home.locator("[data-saved]").first
    expect(saved).to_contain_text("已处理")
    expect(paste).to_be_focused()
    saved.get_by_role("link").click()
    expect(home.get_by_text("手工录入").first).to_be_visible()
    expect(home.get_by_text("CAP-RED × 2").first).to_be_visible()
