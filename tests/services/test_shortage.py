"""Counts that differ from what was thought: the newest give way, the earliest are served."""

from __future__ import annotations

import pytest

from orderloom.errors import InputError
from orderloom.services.stocking import shortage
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub
from tests.support.racing import Rival

TEE, BAG = "TEE-BLK-S", "BAG-CAN"
HERE, THERE = ("HZ", TEE), ("YW", TEE)


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    hub.stock({HERE: 5, THERE: 0})
    return hub


def out(hub: Hub, number: int) -> list[tuple[str, str]]:
    return [(f["warehouse"], f["state"]) for f in hub.fulfilments(number)]


def words(hub: Hub, *numbers: int) -> list[str]:
    return [str(hub.order(number)["state"]) for number in numbers]


def test_the_newest_waiting_allocations_become_short(hub: Hub) -> None:
    for number in (1, 2, 3):
        hub.take(hub.trade(number, {TEE: 1}))
    hub.count({HERE: 1})
    assert words(hub, 1, 2, 3) == ["to_ship", "short", "short"]
    assert out(hub, 3) == [("HZ", "cancelled")]
    assert hub.levels()[HERE] == (1, 1)
    assert [e["code"] for e in hub.exceptions()] == ["stock.short", "stock.short"]
    hub.deliver()
    assert [order["code"] for order in hub.wms.orders()] == [hub.fulfilments(1)[0]["no"]]


def test_whoever_gives_way_may_go_to_the_backup(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 2}))
    hub.stock({THERE: 9})
    hub.count({HERE: 1})
    assert out(hub, 1) == [("HZ", "cancelled"), ("YW", "waiting")]
    assert (hub.levels()[HERE], hub.levels()[THERE]) == ((1, 0), (9, 2))
    assert hub.exceptions() == []


def test_a_count_that_is_still_enough_changes_nobody(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 2}))
    hub.count({HERE: 2})
    assert out(hub, 1) == [("HZ", "waiting")]


def test_what_is_handed_over_is_left_to_a_person(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 3}))
    hub.deliver()
    hub.take(hub.trade(2, {TEE: 1}))
    hub.count({HERE: 1})
    assert words(hub, 1, 2) == ["handed_over", "short"]
    told = {e["code"]: e["params"] for e in hub.exceptions()}
    assert told["stock.counted_short"]["lacking"] == 2
    assert told["stock.counted_short"]["fulfilments"] == [hub.fulfilments(1)[0]["no"]]
    hub.count({HERE: 9})
    assert hub.exceptions() == []
    assert words(hub, 2) == ["to_ship"]


def test_a_parcel_on_its_way_to_the_warehouse_is_not_taken_back(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 3}))
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE outbox SET state = 'sending', doubtful = TRUE")
    counted = hub.count({HERE: 1})
    assert counted.over == []
    assert out(hub, 1) == [("HZ", "waiting")]
    assert [e["code"] for e in hub.exceptions()] == ["stock.counted_short"]


def test_only_the_parcel_that_lacks_something_is_made_anew(hub: Hub) -> None:
    hub.stock({("HZ", BAG): 0, ("YW", BAG): 5})
    hub.take(hub.trade(1, {TEE: 1, BAG: 2}, receiver_state="广东省"))
    hub.stock({("HZ", BAG): 7})
    hub.count({("YW", BAG): 0})
    assert sorted(out(hub, 1)) == [("HZ", "waiting"), ("HZ", "waiting"), ("YW", "cancelled")]
    assert (hub.levels()["HZ", BAG], hub.levels()["YW", BAG]) == ((7, 2), (0, 0))
    assert hub.levels()[HERE] == (5, 1)


def test_orders_of_all_products_of_a_cancelled_parcel_get_their_stock_back(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 1, BAG: 2}))
    hub.count({HERE: 0})
    assert words(hub, 1) == ["short"]
    assert hub.levels()["HZ", BAG][1] == 0


def test_more_of_a_product_serves_the_earliest_that_were_short(hub: Hub) -> None:
    hub.count({HERE: 0})
    for number in (1, 2, 3):
        hub.take(hub.trade(number, {TEE: 2}))
        hub.advance(60)
    assert words(hub, 1, 2, 3) == ["short"] * 3
    hub.count({HERE: 4})
    assert words(hub, 1, 2, 3) == ["to_ship", "to_ship", "short"]
    assert len(hub.exceptions()) == 1


def test_a_product_nobody_had_before_is_taken_over(hub: Hub) -> None:
    with hub.write() as tx:
        tx.exec_driver_sql("DELETE FROM stock_movement")
        tx.exec_driver_sql("DELETE FROM stock")
    hub.take(hub.trade(1, {TEE: 2}))
    hub.count({HERE: 4})
    assert (words(hub, 1), hub.levels()[HERE]) == (["to_ship"], (4, 2))


def test_every_count_is_a_movement(hub: Hub) -> None:
    hub.count({HERE: 3})
    hub.count({HERE: 8})
    query = "SELECT sum(delta) AS total FROM stock_movement WHERE stock_id = (SELECT id FROM stock"
    query += " WHERE warehouse_id = :place AND sku_id = :sku)"
    total = hub.value(query, place=hub.warehouses["HZ"], sku=hub.skus[TEE])
    assert (total, hub.levels()[HERE][0]) == (8, 8)


def test_a_negative_count_is_refused_and_changes_nothing(hub: Hub) -> None:
    with pytest.raises(InputError) as refused:
        hub.count({HERE: -1, THERE: 4})
    assert refused.value.code == "stock.negative_count"
    assert (hub.levels()[HERE][0], hub.levels()[THERE][0]) == (5, 0)


def test_an_allocation_made_while_the_count_came_gives_way_too(hub: Hub) -> None:
    """A batch and a count meet; whoever is second sees what the first did."""
    hub.land(hub.trade(1, {TEE: 4}))
    with hub.write() as tx:
        ids = {(hub.warehouses["HZ"], hub.skus[TEE]): 2}
        counted = shortage.count(tx, hub.context.plans, ids, "count", hub.clock.now(), ZONE)
        rival = Rival(hub.work)
        rival.wait_until_stuck(hub.database)
    rival.join()
    assert counted.over == []
    assert (words(hub, 1), hub.levels()[HERE]) == (["short"], (2, 0))


def test_giving_way_can_be_repeated(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 4}))
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE stock SET on_hand = 2 WHERE allocated = 4")
    row = hub.value("SELECT id FROM stock WHERE allocated = 4")
    for _ in range(2):
        with hub.write() as tx:
            args = (hub.context.plans, [row], hub.clock.now(), ZONE)
            assert shortage.give_way(tx, *args) == []
    assert words(hub, 1) == ["short"]
    assert hub.levels()[HERE] == (2, 0)
