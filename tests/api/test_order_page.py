"""One order and the flow as the browser app gets them: shapes, texts, exact ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.site import Browser, Site

Record = dict[str, Any]


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    hub.take(hub.trade(0, {"TEE-BLK-S": 2}))
    hub.deliver()
    return hub


@pytest.fixture
def browser(hub: Hub, tmp_path: Path) -> Browser:
    gateway = hub.context.gateway
    return Site(hub.database, tmp_path, clock=hub.clock, gateway=gateway).signed_in("viewer")


def get(browser: Browser, path: str) -> Record:
    response = browser.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    found: Record = json.loads(response.get_data())
    return found


def test_an_order_has_the_shape_the_app_relies_on(hub: Hub, browser: Browser) -> None:
    (row,) = get(browser, "/api/v1/orders")["items"]
    page = get(browser, f"/api/v1/orders/{row['id']}")
    head = page["order"]
    assert row.items() <= head.items()
    assert set(head) - set(row) == {
        "receiver",
        "notes",
        "money",
        "times",
        "parent_no",
        "customer_ref",
    }
    assert head["external_no"] == hub.order()["external_no"]
    assert head["times"]["placed"].endswith("Z")
    assert {type(line["id"]) for line in page["lines"]} == {str}
    assert page["fulfilments"][0]["hand_over_at"].endswith("Z")
    for entry in page["story"]:
        assert set(entry) == {"at", "kind", "title", "detail"}
        assert entry["at"].endswith("Z")
    assert {e["kind"] for e in page["story"]} >= {"received", "mapped", "routed", "sent", "receipt"}


def test_no_number_in_an_answer_is_too_large_for_a_browser(hub: Hub, browser: Browser) -> None:
    page = get(browser, f"/api/v1/orders/{hub.order()['id']}")
    assert [n for n in numbers(page) if abs(n) > 2**53] == []


def numbers(value: Any) -> list[int]:
    match value:
        case bool():
            return []
        case int():
            return [value]
        case dict():
            return [n for inner in value.values() for n in numbers(inner)]
        case list():
            return [n for inner in value for n in numbers(inner)]
        case _:
            return []


def test_the_flow_has_the_shape_the_app_relies_on(hub: Hub, browser: Browser) -> None:
    flow = get(browser, "/api/v1/flow")
    assert set(flow) == {
        "at",
        "plan",
        "steps",
        "edges",
        "rate_per_minute",
        "orders_today",
        "open_exceptions",
        "workers",
    }
    assert flow["plan"]["published_at"].endswith("Z")
    ids = {step["id"] for step in flow["steps"]}
    assert {edge[end] for edge in flow["edges"] for end in ("from", "to")} <= ids
    assert flow["orders_today"] == 1


def test_a_hub_on_simulators_says_so(browser: Browser) -> None:
    assert browser.hello()["hub"]["demo"] is True


def test_secrets_of_connections_are_in_no_answer(hub: Hub, browser: Browser) -> None:
    with hub.database.read() as tx:
        secrets = [
            secret
            for (sealed,) in tx.exec_driver_sql("SELECT secrets FROM connection")
            for secret in hub.context.gateway.cipher.open(sealed).values()
        ]
    assert secrets
    for path in (f"/api/v1/orders/{hub.order()['id']}", "/api/v1/flow", "/api/v1/exceptions"):
        answer = browser.get(path).get_data(as_text=True)
        assert not [secret for secret in secrets if secret and str(secret) in answer]
