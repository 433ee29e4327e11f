"""Orders that a browser test places at the demo's shop, and what the hub made of them."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

from connectors.simulators.goods import make_trade
from tests.browser.conftest import Demo
from tests.support.processes import wait_until


def order(demo: Demo, page: Page, number: int, code: str, province: str = "浙江省") -> str:
    """A paid order of one piece; its number."""
    trade = make_trade(number, int(time.time() * 1000), "browser")
    line = {**trade["orders"]["order"][0], "outer_sku_id": code, "sku_id": None, "num": 1}
    trade |= {"orders": {"order": [line]}, "receiver_state": province, "payment": "69.00"}
    sent = page.request.post(f"{demo.simulators}/taobao/_sim/orders", data={"order": trade})
    assert sent.ok, sent.text()
    return str(trade["tid"])


def found(demo: Demo, page: Page, number: str) -> dict[str, Any]:
    """The hub's row of an order, once there is one."""

    def look() -> dict[str, Any] | None:
        items = page.request.get(f"{demo.address}/api/v1/orders?q={number}").json()["items"]
        return items[0] if items else None

    return wait_until(look, f"order {number}", patience=120)
