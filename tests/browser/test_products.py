"""Products and live tables are changed in a real Chromium, and the next orders follow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Demo
from tests.support.axe import broken
from tests.support.placing import found, order

pytestmark = pytest.mark.browser
UNKNOWN = "TEE-BLK-S-2026"


def test_one_choice_sends_all_orders_with_an_unknown_product_on_their_way(
    running: Demo, home: Page
) -> None:
    demo, page = running, home
    page.goto(f"{demo.address}/app/exceptions?cause=sku.unknown")
    numbers = [order(demo, page, 900_001 + n, UNKNOWN) for n in range(2)]
    assert [found(demo, page, number)["state"] for number in numbers] == ["exception"] * 2

    card = page.locator("li", has_text=UNKNOWN).filter(has_text=numbers[0])
    card.get_by_role("button", name=re.compile("^(选商品|Choose the product)$")).click()
    card.locator("[data-match=TEE-BLK-S]").click()
    card.get_by_role("button", name=re.compile("TEE-BLK-S.*2")).click()
    expect(page.locator("li", has_text=UNKNOWN)).to_have_count(0)

    page.goto(f"{demo.address}/app/orders/{found(demo, page, numbers[1])['id']}")
    expect(page.get_by_text(re.compile("已交仓|Handed over")).first).to_be_visible()
    expect(page.get_by_text("TEE-BLK-S × 1").first).to_be_visible()

    page.goto(f"{demo.address}/app/products/links")
    expect(page.locator("tr", has_text=UNKNOWN)).to_contain_text("TEE-BLK-S")


def test_a_table_of_products_is_looked_through_and_imported(running: Demo, home: Page) -> None:
    home.goto(f"{running.address}/app/products/import")
    table = "商品编码,商品名称\nTABLE-1,导入的商品\n,没有编码\n".encode("gb18030")
    file = FilePayload(name="table.csv", mimeType="text/csv", buffer=table)
    home.locator("input[type=file]").set_input_files(file)
    expect(home.get_by_text("导入的商品")).to_be_visible()
    home.get_by_role("button", name=re.compile("^(导入这 1 行|Import 1 row)$")).click()
    expect(home.get_by_text(re.compile("^(已导入。|Imported.)")).first).to_be_visible()
    home.goto(f"{running.address}/app/products?q=TABLE-1")
    expect(home.locator("tr[data-code=TABLE-1]")).to_be_visible()


def test_an_edited_weight_sends_the_next_order_by_another_courier(
    running: Demo, home: Page
) -> None:
    demo, page = running, home
    page.goto(f"{demo.address}/app/tables")
    save = page.get_by_role("button", name=re.compile("^(保存|Save)$"))
    far = page.locator("[data-row='1']")
    expect(far).to_contain_text("西藏")
    far.locator("[data-courier=POSTB] input").fill("5")
    far.locator("[data-courier=EMS] input").fill("0")
    save.click()
    expect(page.locator("[data-version-now='2']")).to_be_visible()
    expect(page.locator("[data-version='2'] ins")).to_contain_text("EMS 0")
    assert broken(page) == []

    number = order(demo, page, 900_101, "TEE-BLK-S", "西藏自治区")
    page.goto(f"{demo.address}/app/orders/{found(demo, page, number)['id']}")
    row = page.get_by_text(re.compile("第 2 版第 1 行|Row 1 of .*, version 2")).first
    if not row.is_visible():
        page.get_by_text(re.compile("^(选仓|Routed to)")).first.click()
    expect(row).to_be_visible()
