"""Law 3: stock changes only through its door; never more is promised than there is."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, update

from orderloom import jobs
from orderloom.errors import InsufficientStock
from orderloom.services.goods import catalogue, products
from orderloom.services.stocking import stock as door
from orderloom.services.users.people import User
from orderloom.store.db import Database, Tx
from orderloom.store.tables import stock
from tests.support import invariants
from tests.support.crash import dying
from tests.support.depth import examples
from tests.support.hub import Hub
from tests.support.racing import Rival

TEE, BAG, SET = "TEE-BLK-S", "BAG-CAN", "SET-1"
OPS = User(7, "li", "小李", "ops", "zh-CN")
PLACES = [(place, sku) for place in ("HZ", "YW") for sku in (TEE, BAG)]


@pytest.fixture
def hub(database: Database) -> Hub:
    """A shop that also sells SET-1: two shirts and a bag."""
    hub = Hub(database)
    with hub.write() as tx:
        hub.skus |= catalogue.add_skus(tx, [(SET, "两件套")], hub.clock.now())
    hub.stock(dict.fromkeys(PLACES, 6))
    make_of(hub, SET, 2)
    return hub


def make_of(hub: Hub, sku: str, shirts: int) -> None:
    parts = [products.MadeOf(hub.skus[TEE], shirts), products.MadeOf(hub.skus[BAG], 1)]
    with hub.write() as tx:
        products.make_of(tx, hub.skus[sku], parts, OPS, hub.clock.now())


def give_shirt(hub: Hub) -> None:
    """With bags comes a shirt an order."""
    gift = products.MadeOf(hub.skus[TEE], 1, gift=True, once=True)
    with hub.write() as tx:
        products.make_of(tx, hub.skus[BAG], [gift], OPS, hub.clock.now())
    hub.work()  # on what earlier stories left waiting


NUMBER = st.integers(1, 6)
LINES = st.dictionaries(st.sampled_from([TEE, BAG, SET]), st.integers(1, 3), min_size=1)
STATUS = st.sampled_from(
    ["WAIT_SELLER_SEND_GOODS"] * 4 + ["TRADE_CLOSED", "WAIT_BUYER_PAY", "PAID_FORBID_CONSIGN"]
)
REGION = st.sampled_from(["浙江省", "新疆维吾尔自治区", "广东省"])
CHANGE = st.tuples(st.just("change"), NUMBER, LINES, STATUS, REGION)
REFUND = st.tuples(st.just("refund"), NUMBER, st.integers(0, 1))
COUNT = st.tuples(st.just("count"), st.sampled_from(PLACES), st.integers(0, 12))
REMAKE = st.tuples(st.just("remake"), st.integers(1, 3))
STEP = st.one_of(
    *(CHANGE, CHANGE, CHANGE, REFUND, COUNT, REMAKE),
    *(st.just(("deliver",)), st.just(("gone",))),
)


class Story:
    """What happens to a few new orders, with six free pieces of everything at its beginning.

    Each change is a minute after the last. What earlier stories left at the warehouse stays there.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.first = hub.value("SELECT count(*) FROM orders")
        self.before = {place: hub.levels()[place][1] for place in PLACES}
        self.old = {order["code"] for order in hub.wms.orders()}
        self.content: dict[int, tuple[Any, ...]] = {}
        self.counted_down: set[tuple[str, str]] = set()
        hub.stock({place: taken + 6 for place, taken in self.before.items()})

    def play(self, step: tuple[Any, ...]) -> None:
        self.hub.advance(60)
        getattr(self, step[0])(*step[1:])

    def change(self, number: int, lines: dict[str, int], status: str, region: str) -> None:
        self.content[number] = (lines, status, region, frozenset())
        self._land(number)

    def refund(self, number: int, line: int) -> None:
        if number in self.content:
            lines, status, region, refunded = self.content[number]
            self.content[number] = (lines, status, region, refunded | {line})
            self._land(number)

    def _land(self, number: int) -> None:
        lines, status, region, refunded = self.content[number]
        number += self.first
        trade = self.hub.trade(number, lines, status=status, receiver_state=region)
        for place, line in enumerate(trade["orders"]["order"]):
            line["refund_status"] = "SUCCESS" if place in refunded else "NO_REFUND"
        self.hub.take(trade)

    def count(self, place: tuple[str, str], pieces: int) -> None:
        self.hub.count({place: self.before[place] + pieces})
        self.counted_down.add(place)

    def remake(self, shirts: int) -> None:
        """The bundle is made of something else from now on."""
        make_of(self.hub, SET, shirts)
        self.hub.work()

    def deliver(self) -> None:
        self.hub.deliver()

    def gone(self) -> None:
        """The warehouse sends off what it has, so that cancelling it is refused."""
        here = [o for o in self.hub.wms.orders() if o["code"] not in self.old]
        for order in here[:1]:
            if order["status"] == "ACCEPT":
                self.hub.wms._set_status(order["code"], "DELIVERED")

    def wrong(self) -> list[str]:
        return [
            *invariants.stock(self.hub, self.counted_down),
            *invariants.orders(self.hub),
            *invariants.warehouse(self.hub),
        ]


@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, min_size=4, max_size=12))
def test_whatever_happens_the_books_balance_and_nothing_is_promised_twice(
    hub: Hub, steps: list[tuple[Any, ...]]
) -> None:
    give_shirt(hub)
    story = Story(hub)
    for step in steps:
        story.play(step)
        assert story.wrong() == []
    for _ in range(3):
        hub.advance(120)
        hub.deliver()
    assert [*story.wrong(), *invariants.leftovers(hub)] == []


def test_nothing_is_oversold_without_a_count(hub: Hub) -> None:
    hub.take(*(hub.trade(number, {TEE: 1}) for number in range(40)))
    hub.deliver()
    assert invariants.stock(hub) == []
    assert hub.levels()["HZ", TEE] == (6, 6)
    assert hub.value("SELECT count(*) FROM orders WHERE state = 'short'") == 40 - 12


def test_many_workers_at_once_share_out_exactly_what_there_is(hub: Hub) -> None:
    kinds: tuple[dict[str, int], ...] = ({TEE: 1, BAG: 1}, {SET: 1})
    hub.land(*(hub.trade(number, kinds[number % 2]) for number in range(60)))
    barrier = threading.Barrier(4)

    def worker() -> None:
        barrier.wait()
        while jobs.process(0):
            pass

    for rival in [Rival(worker) for _ in range(4)]:
        rival.join()
    hub.work()
    assert invariants.stock(hub) == []
    shirts = [hub.levels()[place] for place in PLACES if place[1] == TEE]
    assert shirts == [(6, 6), (6, 6)]
    pieces = hub.value("SELECT sum(quantity) FROM fulfilment_line WHERE state = 'allocated'")
    assert pieces == sum(hub.levels()[place][1] for place in PLACES)


def free(tx: Tx) -> int:
    row = tx.execute(stock.select().where(stock.c.on_hand == 1)).one()
    return int(row.on_hand - row.allocated)


def unguarded(tx: Tx, deltas: dict[int, int], now: int) -> None:
    """The door's update without its guard."""
    rows = [{"row": row, "delta": delta} for row, delta in deltas.items()]
    change = update(stock).where(stock.c.id == bindparam("row"))
    tx.execute(change.values(allocated=stock.c.allocated + bindparam("delta")), rows)


@pytest.mark.parametrize("guarded", [True, False], ids=["the door", "control: without its guard"])
def test_two_that_saw_the_last_piece_cannot_both_have_it(hub: Hub, guarded: bool) -> None:
    """Both looked before either wrote, as after a lock that was forgotten."""
    hub.stock({("HZ", TEE): 1})
    row = hub.value("SELECT id FROM stock WHERE on_hand = 1")
    with hub.database.read() as tx:
        seen = [free(tx), free(tx)]
    take = door.apply if guarded else unguarded
    refused = 0
    for pieces in seen:
        try:
            with hub.write() as tx:
                take(tx, {row: pieces}, hub.clock.now())
        except InsufficientStock:
            refused += 1
    assert refused == (1 if guarded else 0)
    hub.execute("DELETE FROM fulfilment_line")
    oversold = [wrong for wrong in invariants.stock(hub) if "oversold" in wrong]
    assert bool(oversold) != guarded


def test_a_second_batch_waits_until_the_first_has_written(hub: Hub) -> None:
    hub.stock({("HZ", TEE): 1, ("YW", TEE): 0})
    hub.land(hub.trade(1, {TEE: 1}))
    key = (hub.warehouses["HZ"], hub.skus[TEE])
    with hub.write() as tx:
        visit = door.StockDoor(tx, hub.clock.now())
        visit.open([key])
        visit.allocate(key, 1)
        rival = Rival(hub.work)
        rival.wait_until_stuck(hub.database)
        visit.settle()
    rival.join()
    assert (hub.order(1)["state"], hub.levels()["HZ", TEE]) == ("short", (1, 1))


def test_allocating_and_writing_the_order_happen_together_or_not_at_all(hub: Hub) -> None:
    moment = 0
    while hub.waiting or not moment:
        moment += 1
        if not hub.waiting:
            hub.land(hub.trade(1, {TEE: 2}))
        with dying(hub.database, moment):
            jobs.process(0)
        assert invariants.stock(hub) == []
        assert invariants.orders(hub) == []
        hub.advance(13)
    assert hub.levels()["HZ", TEE] == (6, 2)


def test_goods_that_left_are_off_both_books(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 2}))
    (line,) = hub.rows("SELECT * FROM fulfilment_line")
    with hub.write() as tx:
        visit = door.StockDoor(tx, hub.clock.now())
        visit.ship(line["stock_id"], 2, 2, "F1")
        visit.settle()
    hub.execute("UPDATE fulfilment_line SET state = 'shipped', shipped = quantity")
    assert hub.levels()["HZ", TEE] == (4, 0)
    assert invariants.stock(hub) == []


def test_no_row_goes_below_nothing(hub: Hub) -> None:
    row = hub.value("SELECT id FROM stock LIMIT 1")
    with pytest.raises(InsufficientStock), hub.write() as tx:
        door.apply(tx, {row: -1}, hub.clock.now())
    assert invariants.stock(hub) == []
