"""A warehouse that says nothing is asked: what left is learnt though its word never came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from connectors.qimen import Qimen
from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Listed, Registry
from orderloom.services.connecting import connections
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.hub import Hub

TEE = "TEE-BLK-S"
HERE = ("HZ", TEE)
HOURS = Qimen.silent_s + 1


class OneByOne(Qimen):
    limits = replace(Qimen.limits, send_batch=1)


@pytest.fixture
def hub(database: Database) -> Hub:
    return with_stock(Hub(database))


def with_stock(hub: Hub) -> Hub:
    hub.stock({HERE: 20})
    return hub


def hand_over(hub: Hub, number: int = 1) -> str:
    hub.take(hub.trade(number, {TEE: 2}))
    hub.deliver()
    return str(hub.fulfilments(number)[-1]["no"])


def ask(hub: Hub, seconds: float = HOURS) -> int:
    """The hub's clock goes on and asks; returns how many questions reached the warehouse."""
    before = queries(hub)
    hub.advance(seconds)
    jobs.watch(hub.value("SELECT id FROM watch WHERE kind = 'inquire'"))
    jobs.confirm(hub.connections["qimen"])
    return queries(hub) - before


def queries(hub: Hub) -> int:
    return hub.wms.calls.get("deliveryorder.query", 0)


def states(hub: Hub, *numbers: int) -> list[str]:
    return [str(hub.fulfilments(number)[-1]["state"]) for number in numbers]


def test_what_left_unheard_is_learnt_by_asking(hub: Hub) -> None:
    hub.wms.ship(hand_over(hub, 1))
    hub.wms.ship_part(hand_over(hub, 2))
    hand_over(hub, 3)
    assert ask(hub) == 3
    assert states(hub, 1, 2, 3) == ["shipped", "partly_shipped", "handed_over"]
    assert hub.levels()[HERE] == (17, 3)
    (sent, *_) = hub.rows("SELECT tracking_no FROM parcel ORDER BY id")
    assert sent["tracking_no"] == hub.wms.orders()[0]["parcels"][0]["number"]
    assert hub.value("SELECT count(*) FROM outbox WHERE effect = 'shipment.report'") == 2
    assert invariants.stock(hub) == []


def test_only_silence_of_hours_is_asked_about_and_each_once(hub: Hub) -> None:
    told = hand_over(hub, 1)
    hand_over(hub, 2)
    hub.advance(HOURS / 2)
    hub.tell("accepted", told)
    assert ask(hub, HOURS / 2) == 1
    assert ask(hub, 601) == 0
    assert ask(hub) == 2
    rows = "SELECT count(*) FROM confirmation WHERE source = 'inquire'"
    assert hub.value(rows) == 2, "the same answer again is no news"


def test_a_warehouse_that_cannot_be_asked_is_asked_later(hub: Hub) -> None:
    hub.wms.ship(hand_over(hub))
    hub.wms.faults.add(Fault("server_error", call="query"))
    ask(hub)
    assert states(hub, 1) == ["handed_over"]
    assert ask(hub, 60) == 1
    assert states(hub, 1) == ["shipped"]


def test_what_the_warehouse_does_not_have_is_a_persons_business(hub: Hub) -> None:
    no = hand_over(hub)
    hub.wms._orders.pop(no)
    ask(hub)
    assert states(hub, 1) == ["refused"]
    (found,) = [e for e in hub.exceptions() if e["code"] == "fulfilment.refused"]
    assert no in found["params"]["reason"]


def test_there_may_be_more_of_them_than_fit_into_one_question(database: Database) -> None:
    known = [one for one in Registry.load().listed() if one.key != "qimen"]
    mine = Listed("qimen", "built_in", "here", OneByOne)
    hub = with_stock(Hub(database, registry=Registry([*known, mine])))
    for number in (1, 2, 3):
        hub.wms.ship(hand_over(hub, number))
    assert ask(hub) == 3
    assert states(hub, 1, 2, 3) == ["shipped"] * 3


def test_connections_made_before_are_asked_too(hub: Hub) -> None:
    hub.execute("DELETE FROM lease WHERE kind = 'watch'")
    hub.execute("DELETE FROM watch")
    for _ in range(2):
        with hub.write() as tx:
            connections.watch_all(tx, hub.context.gateway.registry)
    hub.wms.ship(hand_over(hub))
    assert ask(hub) == 1
    kinds: Mapping[str, int] = hub.pairs("SELECT kind, count(*) FROM watch GROUP BY kind")
    assert kinds["inquire"] == 1
