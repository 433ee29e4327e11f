"""A warehouse's counts, taken over whatever is on its way between the warehouse and the hub."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom import jobs
from orderloom.connect import Parcel, StockCount
from orderloom.jobs.yielding import counted
from orderloom.services.stocking import counting
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.depth import examples
from tests.support.hub import ZONE, Hub

TEE = "TEE-BLK-S"
HERE, THERE = ("HZ", TEE), ("YW", TEE)


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    hub.stock({HERE: 20, THERE: 0})
    hub.wms._set_stock({f"HZ/{TEE}": [20, 0]})
    return hub


def watch(hub: Hub) -> None:
    """Ask the warehouse for all its counts, as the hub's clock does."""
    id_ = hub.value("SELECT id FROM watch WHERE kind = 'stock'")
    hub.advance(901)
    jobs.watch(id_)


class Asked:
    """A question put now, whose answer is booked when `book` is called."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.at = hub, hub.clock.now()
        free, locked = hub.wms._counts[f"HZ/{TEE}"]
        self.counts = [StockCount("HZ", TEE, free, locked)]

    def book(self) -> None:
        hub, plans = self.hub, self.hub.context.plans
        asked = counting.Question(hub.warehouses["HZ"], "HZ", {TEE: hub.skus[TEE]}, None)
        facts = (hub.connections["qimen"], asked, self.counts, self.at, hub.clock.now(), ZONE)
        with hub.write() as tx:
            found = counting.book(tx, plans, *facts)
        counted(hub.context, found)


def hand_over(hub: Hub, number: int = 1, pieces: int = 3) -> str:
    hub.take(hub.trade(number, {TEE: pieces}))
    hub.deliver()
    hub.advance(1)
    return str(hub.fulfilments(number)[-1]["no"])


def test_counts_of_every_product_come_page_by_page(hub: Hub) -> None:
    hub.wms._set_stock({f"HZ/{TEE}": [7, 0], f"YW/{TEE}": [4, 0]})
    watch(hub)
    assert (hub.levels()[HERE], hub.levels()[THERE]) == ((7, 0), (4, 0))
    assert hub.levels()["HZ", "BAG-CAN"][0] > 0, "what the warehouse does not know stays"
    assert hub.value("SELECT cursor FROM watch WHERE kind = 'stock'") is None


def test_what_the_warehouse_holds_for_us_is_on_hand(hub: Hub) -> None:
    hand_over(hub)
    watch(hub)
    assert hub.levels()[HERE] == (20, 3)
    hub.wms._set_stock({f"HZ/{TEE}": [10, 3]})  # seven were sold elsewhere
    watch(hub)
    assert hub.levels()[HERE] == (13, 3)


def test_what_waits_to_be_handed_over_is_in_what_is_free(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 3}))
    watch(hub)
    assert hub.levels()[HERE] == (20, 3)


@pytest.mark.parametrize("heard_first", [True, False])
def test_a_parcel_that_left_around_the_count_is_taken_off_once(hub: Hub, heard_first: bool) -> None:
    no = hand_over(hub)
    before = Asked(hub)
    hub.wms.ship(no)
    after = Asked(hub)
    steps = [lambda: hub.tell("shipped", no, Parcel("ZTO", "Z1")), before.book, after.book]
    for step in steps if heard_first else [steps[1], steps[2], steps[0]]:
        step()
        assert hub.levels()[HERE][0] - hub.levels()[HERE][1] == 17
    assert hub.levels()[HERE] == (17, 0)


def test_a_product_that_is_just_being_told_of_is_counted_next_time(hub: Hub) -> None:
    asked = Asked(hub)
    hand_over(hub)
    asked.book()
    assert hub.levels()[HERE] == (20, 3)
    hub.execute("UPDATE outbox SET state = 'sending' WHERE effect = 'fulfilment.create'")
    hub.wms._set_stock({f"HZ/{TEE}": [1, 3]})
    Asked(hub).book()
    assert hub.levels()[HERE] == (20, 3)


def test_less_than_nothing_is_nothing(hub: Hub) -> None:
    hub.wms._set_stock({f"HZ/{TEE}": [-5, 0]})
    watch(hub)
    assert hub.levels()[HERE] == (0, 0)


STEP = st.sampled_from(["order", "deliver", "ask", "book", "ship", "part", "hear", "cancel"])


class Story:
    """Orders, counts and shipments in any order; nobody else takes from the warehouse."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.number = hub.value("SELECT count(*) FROM orders")
        self.asked: Asked | None = None
        taken = sum(n for (place, sku), (_, n) in hub.levels().items() if (place, sku) == HERE)
        free = hub.wms._counts[f"HZ/{TEE}"][0]
        hub.stock({HERE: free + taken})

    def play(self, step: str) -> None:
        self.hub.advance(1)
        getattr(self, step)()

    def order(self) -> None:
        self.number += 1
        self.hub.take(self.hub.trade(self.number, {TEE: 2}))

    def deliver(self) -> None:
        self.hub.deliver()

    def ask(self) -> None:
        self.asked = Asked(self.hub)

    def book(self) -> None:
        if self.asked is not None:
            self.asked.book()

    def ship(self) -> None:
        for code in list(self.hub.wms.open)[:1]:
            self.hub.wms.ship(code)

    def part(self) -> None:
        for code in list(self.hub.wms.open)[-1:]:
            self.hub.wms.ship_part(code)

    def hear(self) -> None:
        for code in list(self.hub.wms.untold):
            order = self.hub.wms.order(code)
            parcels = [
                Parcel(p["courier"], p["number"], dict(p["items"])) for p in order["parcels"]
            ]
            event = "shipped" if order["status"] == "DELIVERED" else "part_shipped"
            self.hub.tell(event, code, *parcels)
            self.hub.wms.untold.pop(code)

    def cancel(self) -> None:
        if self.number:
            trade = self.hub.trade(self.number, {TEE: 2}, later=1, status="TRADE_CLOSED")
            self.hub.take(trade)


@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, min_size=4, max_size=14))
def test_books_and_warehouse_agree_whatever_is_counted_when(hub: Hub, steps: list[str]) -> None:
    story = Story(hub)
    for step in steps:
        story.play(step)
        assert invariants.stock(hub) == []
    for _ in range(3):
        story.play("deliver")
        story.play("hear")
        hub.advance(120)
    story.play("ask")
    story.play("book")
    free, locked = hub.wms._counts[f"HZ/{TEE}"]
    assert hub.levels()[HERE] == (free + locked, locked)
