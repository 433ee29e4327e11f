"""Warehouse systems that are asked for their news, from order to parcel."""

from __future__ import annotations

import pytest

from connectors.simulators.serve import demo_settings
from connectors.simulators.stockroom import Stockroom
from orderloom import jobs
from orderloom.run.demo import BLUEPRINT
from orderloom.services.connecting import connections
from orderloom.services.publishing import publish
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.hub import Hub

TEE = "TEE-BLK-S"
HERE = ("HZ", TEE)


class Polled:
    """A hub whose warehouses are served by the connector `key`; `room` is what they have."""

    def __init__(self, database: Database, key: str) -> None:
        self.hub = hub = Hub(database)
        self.room: Stockroom = hub.polled[key].room
        gateway, now = hub.context.gateway, hub.clock.now()
        with hub.write() as tx:
            values = demo_settings(80, 9)[key]
            self.id = connections.create(tx, gateway, key, key, values, now)
            publish.bind_role(tx, BLUEPRINT, "wms", self.id)
            publish.go_live(tx, now)
        hub.stock({HERE: 10})
        self.ask("confirmations")

    def hand_over(self, number: int) -> str:
        self.hub.take(self.hub.trade(number, {TEE: 2}))
        self.hub.deliver()
        return str(self.hub.fulfilments(number)[-1]["no"])

    def ask(self, kind: str) -> None:
        query = "SELECT id FROM watch WHERE kind = :kind AND connection_id = :id"
        self.hub.advance(1000)
        jobs.watch(self.hub.value(query, kind=kind, id=self.id))
        jobs.confirm(self.id)

    def states(self, *numbers: int) -> list[str]:
        return [str(self.hub.fulfilments(number)[-1]["state"]) for number in numbers]


@pytest.fixture(params=["jushuitan", "wangdian"])
def polled(lite_database: Database, request: pytest.FixtureRequest) -> Polled:
    """On one kind of database: what the two do differently is tested without these systems."""
    return Polled(lite_database, request.param)


def test_from_order_to_parcel(polled: Polled) -> None:
    hub, room = polled.hub, polled.room
    one, two, _ = (polled.hand_over(number) for number in (1, 2, 3))
    assert [delivery["state"] for delivery in room.deliveries()] == ["waiting"] * 3
    hub.take(hub.trade(3, {TEE: 2}, later=5, status="TRADE_CLOSED"))
    hub.deliver()
    room.ship(one)
    room.ship_part(two)
    polled.ask("confirmations")
    assert polled.states(1, 2, 3) == ["shipped", "partly_shipped", "cancelled"]
    assert hub.levels()[HERE] == (7, 1)
    room.ship_part(two)
    polled.ask("confirmations")  # Wangdian tells of one parcel a line: the rest is asked for
    hub.advance(4 * 3600)
    polled.ask("inquire")
    assert (polled.states(2), hub.levels()[HERE]) == (["shipped"], (6, 0))
    numbers = {parcel["number"] for one in room.deliveries() for parcel in one["parcels"]}
    told = "SELECT tracking_no FROM parcel"
    assert {row["tracking_no"] for row in hub.rows(told)} == numbers
    assert invariants.stock(hub) == []


def test_counts_are_taken_over(polled: Polled) -> None:
    polled.hand_over(1)
    (delivery,) = polled.room.deliveries()
    polled.room.set_counts({f"{delivery['place']}/{TEE}": [9, 2]})
    polled.ask("stock")
    assert polled.hub.levels()[HERE] == (9, 2)
