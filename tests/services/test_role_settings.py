"""What a blueprint says of a connection is written to it when the blueprint is published."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.services.connecting import connections
from orderloom.store.db import Database
from tests.support.hub import Hub


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def settings(hub: Hub) -> dict[str, Any]:
    query = "SELECT settings FROM connection WHERE connector = 'rest'"
    found: dict[str, Any] = json.loads(hub.value(query))
    return found


def test_publishing_changes_how_an_own_shop_is_read(hub: Hub) -> None:
    before = settings(hub)

    def change(document: dict[str, Any]) -> None:
        role = next(r for r in document["roles"] if r["key"] == "mini_program")
        role["settings"]["description"]["list"]["path"] = "/v2/orders"

    hub.republish(change)
    after = settings(hub)
    assert after["description"]["list"]["path"] == "/v2/orders"
    assert {k: v for k, v in after.items() if k != "description"} == {
        k: v for k, v in before.items() if k != "description"
    }
    with hub.database.read() as tx:
        connections.connect(tx, hub.context.gateway, hub.connections["rest"])  # still with secrets
