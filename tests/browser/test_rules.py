"""Rules changed with a real mouse in a real Chromium, published, and followed by the next order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo
from tests.support.axe import broken
from tests.support.browser import Errors
from tests.support.placing import found, order

pytestmark = pytest.mark.browser
RENAMED = "江浙沪改走义乌"
ROWS = "[data-zone=rows] [data-row]"
CONDITIONS = '[data-zone="when:"] > [data-part]'


def drag(page: Page, grip: Locator, onto: Locator, *, above: bool = True) -> None:
    """Carry a part with the mouse to the upper or lower edge of another."""
    grip.scroll_into_view_if_needed()
    onto.scroll_into_view_if_needed()
    places = None
    while places != (places := (grip.bounding_box(), onto.bounding_box())):
        page.wait_for_timeout(200)  # what the server finds moves the rows down
    start, end = places
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    across = end["x"] + end["width"] / 2
    edge = end["y"] + (3 if above else end["height"] - 3)
    page.mouse.move(across, edge, steps=12)
    expect(page.locator("[data-drop-line]")).to_be_visible()
    page.mouse.up()


def row_ids(page: Page) -> list[str | None]:
    return [row.get_attribute("data-row") for row in page.locator(ROWS).all()]


def saved(page: Page) -> None:
    expect(page.locator("[data-saving=saved]")).to_be_visible()


def test_dragged_rules_are_published_and_followed_by_the_next_order(
    running: Demo, rules: Page
) -> None:
    errors = Errors(rules)
    before = row_ids(rules)
    drag(rules, rules.locator("[data-row=remote] [data-grip]"), rules.locator(ROWS).first)
    others = [row for row in before if row != "remote"]
    assert row_ids(rules) == ["remote", *others]

    rules.locator("[data-row=jiangzhehu] button[aria-current], [data-row=jiangzhehu] button").nth(
        1
    ).click()
    drag(rules, rules.locator("[data-tile=new-total]"), rules.locator(CONDITIONS).first)
    expect(rules.locator(CONDITIONS)).to_have_count(2)
    total = rules.locator(CONDITIONS).first
    total.locator("input").fill("0.01")
    rules.locator("label input").first.fill(RENAMED)

    first_choice = rules.locator('[data-zone="then/0/candidates"] select')
    first_choice.focus()
    first_choice.select_option("yiwu")
    saved(rules)
    publish(rules, "江浙沪改走义乌仓")

    id_, routed = told(running, rules, 900_201, "routed")
    assert (routed["row"]["id"], routed["row"]["position"]) == (
        "jiangzhehu",
        others.index("jiangzhehu") + 2,
    )
    assert routed["candidates"][0]["warehouse"] == "义乌保税仓"
    rules.goto(f"{running.address}/app/orders/{id_}")
    expect(rules.get_by_text(RENAMED).first).to_be_visible()
    expect(rules.get_by_text("义乌保税仓").first).to_be_visible()
    assert errors.seen == []


def publish(page: Page, note: str) -> None:
    """Publish the draft; it must say so, and the version must be the live one."""
    page.get_by_role("button", name=re.compile("^(发布|Publish)$")).click()
    page.locator("textarea[name=note]").fill(note)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(发布|Publish)$")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^(版本|Versions)$")).click()
    expect(page.locator("[data-version]").first).to_contain_text(note)
    page.keyboard.press("Escape")


def told(demo: Demo, page: Page, number: int, kind: str) -> tuple[str, dict[str, Any]]:
    """An order from Zhejiang, placed now: its id, and what the rules did to it."""
    id_ = found(demo, page, order(demo, page, number, "TEE-BLK-S"))["id"]
    story = page.request.get(f"{demo.address}/api/v1/orders/{id_}").json()["story"]
    return id_, next(entry["detail"] for entry in story if entry["kind"] == kind)


def test_risk_is_dragged_published_and_told_by_the_next_order(running: Demo, rules: Page) -> None:
    rules.locator("[data-list=risk]").click()
    expect(rules.locator("[data-row=high-amount]")).to_be_visible()
    rows = rules.locator(ROWS).count()
    rules.get_by_role("button", name=re.compile("^(新规则|New rule)$")).click()
    expect(rules.locator(ROWS)).to_have_count(rows + 1)
    drag(rules, rules.locator("[data-tile=new-sum]"), rules.locator('[data-zone="when:"]'))
    total = rules.locator("[data-kind=tally]")
    drag(rules, rules.locator("[data-tile=new-line-quantity]"), total.locator("[data-zone]"))
    expect(total.locator("[data-kind=test] input")).to_have_value("1")
    total.locator("input").first.fill("1")
    then = rules.locator("[data-zone=then]")
    drag(rules, rules.locator("[data-tile=new-tag]"), then)
    then.locator("[data-verb=tag] input").fill("细看")
    drag(rules, rules.locator("[data-tile=new-task]"), then.locator("[data-verb=tag]"))
    verbs = then.locator("[data-verb]")
    expect(verbs.first).to_have_attribute("data-verb", "task")
    drag(rules, verbs.last.locator("[data-grip]").first, verbs.first)
    expect(verbs.first).to_have_attribute("data-verb", "tag")
    rules.locator("label input").first.fill("每单细看")
    saved(rules)
    publish(rules, "每单都细看")

    _, story = told(running, rules, 900_202, "routed")
    did = [deed["what"]["zh"] for deed in story["did"] if deed["row"]["zh"] == "每单细看"]
    assert did == ["打标签“细看”", "建待办:请核对这一单"]
    (risk,) = [found for found in story["lists"] if found["id"] == "risk"]
    (row,) = [tried for tried in risk["tried"] if tried["title"]["zh"] == "每单细看"]
    assert row["matched"]
    assert row["trace"]["args"][0]["value"] == 1
    assert row["sentence"]["zh"].endswith("的数量合计 不低于 1")


def test_everything_on_the_screen_is_accessible(rules: Page) -> None:
    rules.locator("[data-list=risk]").click()
    expect(rules.locator("[data-state]").first).to_be_visible()
    rules.locator("[aria-haspopup=menu]").last.click()
    expect(rules.get_by_role("menu")).to_be_visible()
    assert broken(rules) == []
    rules.keyboard.press("Escape")
    rules.set_viewport_size({"width": 390, "height": 844})
    rules.get_by_role("button", name=re.compile("^(版本|Versions)$")).click()
    expect(rules.get_by_role("dialog")).to_be_visible()
    assert broken(rules) == []


def test_a_step_is_undone_and_a_part_is_moved_by_keyboard(rules: Page) -> None:
    before = row_ids(rules)
    grip = rules.locator(ROWS).last.locator("[data-grip]")
    grip.focus()
    rules.keyboard.press("Space")
    expect(rules.locator("[data-drop-line]")).to_be_visible()
    rules.keyboard.press("Escape")
    assert row_ids(rules) == before

    rules.keyboard.press("Space")
    rules.keyboard.press("Space")
    assert row_ids(rules) == [before[-1], *before[:-1]]
    expect(rules.locator(ROWS).first.locator("[data-grip]")).to_be_focused()
    rules.keyboard.press("Control+z")
    expect(rules.locator(ROWS).first).to_have_attribute("data-row", str(before[0]))
    rules.keyboard.press("Control+Shift+z")
    expect(rules.locator(ROWS).first).to_have_attribute("data-row", str(before[-1]))
    rules.keyboard.press("Control+z")
    assert row_ids(rules) == before


def test_what_cannot_be_drawn_is_kept(rules: Page) -> None:
    rules.locator(ROWS).first.locator("button").nth(1).click()
    rules.get_by_role("button", name=re.compile("^(高级|Advanced)")).click()
    source = rules.locator("textarea").last
    source.fill('{"and":[{"==":[{"cat":["a",{"var":"city"}]},"b"]},{"if":[true,false,true]}]}')
    rules.get_by_role("button", name=re.compile("^(应用|Apply)$")).click()
    expect(rules.locator(CONDITIONS)).to_have_count(2)
    expect(rules.locator(CONDITIONS).last).to_contain_text('{"if":[true,false,true]}')
    saved(rules)  # what is found then moves the conditions down
    drag(
        rules,
        rules.locator(CONDITIONS).last.locator("[data-grip]").first,
        rules.locator(CONDITIONS).first,
    )
    expect(rules.locator(CONDITIONS).first).to_contain_text('{"if":[true,false,true]}')
    expect(source).to_have_value(re.compile(r'^\{\s*"and":\s*\[\s*\{\s*"if"'))


def test_a_kind_of_record_is_made_written_by_a_rule_and_looked_at(
    running: Demo, home: Page
) -> None:
    home.goto(f"{running.address}/app/records")
    home.locator("a[href$='/records/fields']").click()
    home.get_by_role("button", name=re.compile("^(新建数据表|New kind of record)$")).click()
    dialog, chinese = home.get_by_role("dialog"), re.compile("名称（中文）|Chinese")
    dialog.get_by_label(chinese).nth(0).fill("见过的订单")
    dialog.get_by_label(chinese).nth(1).fill("单号")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    home.get_by_role("button", name=re.compile("^(加一个字段|Add a field)$")).click()
    added = home.locator("[data-field]").last
    added.locator("input").first.fill("城市")
    drag(home, added.locator("[data-grip]"), home.locator("[data-field]").first)
    expect(home.locator("[data-field]").first.locator("input").first).to_have_value("城市")
    saved(home)
    assert broken(home) == []

    home.locator("a[href$='/rules']").first.click()
    home.get_by_role("button", name=re.compile("^(新列表|New list)$")).click()
    home.locator("[data-stage=risk]").click()
    home.get_by_role("button", name=re.compile("^(新规则|New rule)$")).click()
    home.locator("[data-tile=new-record]").click()
    number = home.get_by_label(re.compile("单号的值|Value of 单号"))
    number.focus()
    number.select_option("external_no")
    saved(home)
    publish(home, "记下见过的订单")

    no = order(running, home, 900_204, "TEE-BLK-S")
    found(running, home, no)
    home.goto(f"{running.address}/app/records")
    expect(home.locator("td", has_text=no)).to_be_visible()
    assert broken(home) == []
