"""Typing into a rule of 300 conditions is as quick as into a small one."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MANY, FEW = 300, 10
KEYS = 30
# From the key until the frame that shows it is painted, in milliseconds.
_WATCH = """() => {
  window.took = [];
  window.addEventListener('keydown', (event) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.took.push(performance.now() - event.timeStamp);
      port2.postMessage(null);
    });
  }, true);
}"""


def rule(size: int) -> dict[str, Any]:
    """Conditions of several kinds in groups of ten."""
    kinds: tuple[Callable[[int], Any], ...] = (
        lambda n: {">=": [{"var": "total"}, 100 * n + 100]},
        lambda n: {"in_region": [{"var": "province"}, ["浙江", "江苏", "@remote"]]},
        lambda n: {"text_has": [{"var": "buyer_note"}, ["顺丰", f"词{n}"]]},
        lambda n: {"some": [{"var": "lines"}, {">": [{"var": "quantity"}, n]}]},
        lambda n: {"!": {"in": [{"var": "platform"}, ["jd", "pdd"]]}},
    )
    tests = [kinds[n % len(kinds)](n) for n in range(size)]
    return {"or": [{"and": tests[at : at + 10]} for at in range(0, size, 10)]}


def keystroke(page: Page, size: int) -> list[float]:
    """How long each of some keystrokes took in a rule of so many conditions."""
    address = page.url.partition("/app")[0]
    api = f"{address}/api/v1/blueprints/fashion-order-hub"
    found = page.request.get(api).json()
    found["draft"]["rules"][1]["rows"][0]["when"] = rule(size)
    session = page.request.get(f"{address}/api/v1/session").json()
    saved = page.request.put(
        f"{api}/draft",
        data={"document": found["draft"], "revision": found["revision"]},
        headers={"X-CSRF-Token": session["csrf"]},
    )
    assert saved.ok, saved.text()
    page.reload()
    page.locator("[data-list=routing]").click()
    conditions = page.locator("[data-kind=test]")
    expect(conditions.first).to_be_visible()
    assert conditions.count() >= size
    box = page.locator("[data-kind=test] input").nth(size // 20)
    box.scroll_into_view_if_needed()
    box.focus()
    page.keyboard.press("End")
    page.evaluate(_WATCH)
    for number in range(KEYS):
        page.keyboard.press("Backspace" if number % 2 else "7")
        page.wait_for_timeout(60)
    expect(page.locator("[data-saving=saved]")).to_be_visible()
    took: list[float] = page.evaluate("() => window.took")
    assert len(took) >= KEYS
    return took[2:]


def test_keystrokes(rules: Page, capsys: pytest.CaptureFixture[str]) -> None:
    few, many = keystroke(rules, FEW), keystroke(rules, MANY)
    with capsys.disabled():
        for size, took in ((FEW, few), (MANY, many)):
            worst = sorted(took)[int(len(took) * 0.95)]
            print(
                f"\nkeystroke, {size} conditions: median {median(took):.0f} ms, p95 {worst:.0f} ms"
            )
    assert median(many) < 4 * median(few) + 16  # a frame, as that is what is measured in
