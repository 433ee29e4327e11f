"""The demo's warehouses run on three systems: each gets orders, counts goods, tells what left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orderloom import jobs
from orderloom.run import demo
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.hub import Hub

TEE = "TEE-BLK-S"
# connector -> the warehouse it runs
PLACES = {"jushuitan": "JX", "wangdian": "MD"}


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[Hub]:
    opened = Database.open(sqlite_url)
    hub = Hub(opened, erps=True)
    for key in PLACES:
        ask(hub, key, "confirmations")
    yield hub
    opened.close()


def ask(hub: Hub, key: str, kind: str) -> None:
    """As the ticker does when it is time: ask a system, and act on what it told."""
    hub.advance(1000)
    query = "SELECT id FROM watch WHERE kind = :kind AND connection_id = :id"
    jobs.watch(hub.value(query, kind=kind, id=hub.connections[key]))
    jobs.confirm(hub.connections[key])


def hand_over(hub: Hub) -> None:
    """An order to each warehouse of an ERP."""
    hub.take(hub.trade(1, {TEE: 2}, receiver_state="广东省", receiver_city="广州市"))
    hub.mini.shop.make(1, "hub")
    hub.advance(5)
    jobs.pull(hub.accounts["rest"])
    hub.work()
    for _ in range(2):  # the label, then what waits for it
        hub.deliver()


def states(hub: Hub) -> list[tuple[str, str]]:
    query = (
        "SELECT w.code, f.state FROM fulfilment f JOIN warehouse w ON w.id = f.warehouse_id"
        " ORDER BY w.code"
    )
    return [(row["code"], row["state"]) for row in hub.rows(query)]


def test_orders_leave_through_each_system_and_its_counts_are_the_hub_s(hub: Hub) -> None:
    hand_over(hub)
    assert states(hub) == [("JX", "handed_over"), ("MD", "handed_over")]
    assert hub.wms.orders() == []
    (labelled,) = hub.polled["jushuitan"].room.deliveries()
    assert labelled["tracking_no"]
    for key, place in PLACES.items():
        room = hub.polled[key].room
        room.ship(room.newest())
        ask(hub, key, "confirmations")
        ask(hub, key, "stock")
        ours = {sku: level for (at, sku), level in hub.levels().items() if at == place}
        theirs = {name.partition("/")[2]: tuple(count) for name, count in room.counts.items()}
        assert ours == theirs
    assert {state for _, state in states(hub)} == {"shipped"}
    assert invariants.stock(hub) == []


def test_a_demo_that_began_without_them_stays_as_it_is(sqlite_url: str) -> None:
    opened = Database.open(sqlite_url)
    hub = Hub(opened)
    demo.install(hub.context, 80, 9, demo.document())
    assert not set(PLACES) & set(hub.pairs("SELECT connector, id FROM connection"))
    opened.close()
