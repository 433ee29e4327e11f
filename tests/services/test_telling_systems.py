"""A rule tells another system: a signed call that really arrives, once in effect."""

from __future__ import annotations

import json

import pytest

from connectors.simulators import webhook
from connectors.simulators.wire import Fault
from orderloom.services.connecting import connections
from orderloom.services.publishing import publish
from orderloom.store.db import Database
from tests.support.hub import Hub

ROLE = {"key": "erp", "kind": "connection", "connector": "webhook"}
TITLE = {"zh": "进销存", "en": "Purchasing"}


@pytest.fixture
def hub(database: Database) -> Hub:
    return telling(Hub(database))


def telling(hub: Hub) -> Hub:
    """Orders of more than one piece are told to the simulated system."""
    settings = webhook.demo_settings("http://127.0.0.1:80/erp")
    draft = json.loads(hub.value("SELECT draft FROM blueprint"))
    draft["roles"].append({**ROLE, "title": TITLE})
    when, then = {">": [{"var": "item_count"}, 1]}, [{"do": "send", "send_to": "erp"}]
    row = {"id": "several", "title": TITLE, "when": when, "then": then}
    draft["rules"][0]["rows"].insert(0, row)
    gateway, now = hub.context.gateway, hub.clock.now()
    with hub.write() as tx:
        erp = connections.create(tx, gateway, "webhook", TITLE["zh"], settings, now)
        publish.save_draft(tx, draft, now)
        publish.bind_role(tx, draft["key"], "erp", erp)
        publish.publish(tx, draft["key"], "tell", "test", now)
    return hub


def test_what_a_rule_tells_arrives_signed_and_counts_once(hub: Hub) -> None:
    hub.take(hub.trade(1), hub.trade(2, {"TEE-BLK-S": 2}))
    hub.erp.faults.add(Fault("cut", call="event", after=True))  # it took it; nobody heard so
    hub.deliver()
    (event,) = hub.erp.events()
    order = event["data"]["order"]
    assert (event["event"], event["data"]["rule"]) == (
        "order.event",
        {"list": "risk", "row": "several"},
    )
    assert (order["external_no"], order["item_count"]) == (hub.order(2)["external_no"], 2)

    hub.advance(60)
    hub.deliver()
    hub.take(hub.trade(2, {"TEE-BLK-S": 2}, later=90))
    hub.take(hub.trade(2, {"TEE-BLK-S": 2}, later=99, seller_memo="again"))
    hub.execute("UPDATE outbox SET state = 'waiting' WHERE effect = 'order.event'")  # a replay
    hub.deliver()
    (letter,) = hub.rows("SELECT * FROM outbox WHERE effect = 'order.event'")
    assert (letter["state"], json.loads(letter["receipt"])["reference"]) == ("sent", "E1")
    assert hub.erp.calls["event"] == 3
    assert hub.erp.events() == [event]
