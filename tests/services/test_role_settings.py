"""What a blueprint says of a connection is written to it when the blueprint is published."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from orderloom.services.connecting import connections, roles
from orderloom.services.publishing import publish
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import Hub


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def own_shop(path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        role = next(r for r in document["roles"] if r["key"] == "mini_program")
        role["settings"]["description"]["list"]["path"] = path

    return change


def test_a_draft_that_is_not_live_changes_nothing_whatever_else_is_published(hub: Hub) -> None:
    hub.republish(own_shop("/v2/orders"))
    live = json.loads(hub.value("SELECT draft FROM blueprint"))
    draft = json.loads(json.dumps(live))
    own_shop("/v3/orders")(draft)
    gateway, now, ops = (
        hub.context.gateway,
        hub.clock.now(),
        User(1, "ops", "ops", "admin", "zh-CN"),
    )
    with hub.write() as tx:
        publish.save_draft(tx, draft, now)
        publish.publish(tx, live["key"], "", "test", now, live)
    assert settings(hub)["description"]["list"]["path"] == "/v2/orders"
    with hub.write() as tx:
        target = hub.accounts["rest"]
        roles.fill(tx, gateway, live["key"], "mini_program", target, ops, now)
    assert settings(hub)["description"]["list"]["path"] == "/v2/orders"


def settings(hub: Hub) -> dict[str, Any]:
    query = "SELECT settings FROM connection WHERE connector = 'rest'"
    found: dict[str, Any] = json.loads(hub.value(query))
    return found


def test_publishing_changes_how_an_own_shop_is_read(hub: Hub) -> None:
    before = settings(hub)
    hub.republish(own_shop("/v2/orders"))
    after = settings(hub)
    assert after["description"]["list"]["path"] == "/v2/orders"
    assert {k: v for k, v in after.items() if k != "description"} == {
        k: v for k, v in before.items() if k != "description"
    }
    with hub.database.read() as tx:
        connections.connect(tx, hub.context.gateway, hub.connections["rest"])  # still with secrets
