"""After a person dealt with the cause, the work goes on where it stopped."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from orderloom.errors import Conflict
from orderloom.services.delivering.retry import retry_exception
from orderloom.services.goods import catalogue
from orderloom.services.hub.exceptions import Raised, raise_all
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub

ANNA = User(1, "anna", "Anna", "ops", "zh-CN")


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def retry_all(hub: Hub, code: str) -> int:
    """Retry every open exception of a code; how many there were."""
    found = [row for row in hub.exceptions() if row["code"] == code]
    for row in found:
        with hub.write() as tx:
            retry_exception(tx, hub.context.plans, row["id"], ANNA, hub.clock.now(), ZONE)
    return len(found)


def test_an_unknown_product_is_known_after_it_was_added(hub: Hub) -> None:
    hub.take(hub.trade(0, {"NEW-1": 1}))
    assert hub.order()["state"] == "exception"
    with hub.write() as tx:
        products = catalogue.add_skus(tx, [("NEW-1", "新品")], hub.clock.now())
        levels = {(hub.warehouses["HZ"], products["NEW-1"]): (5, 0)}
        catalogue.set_stock(tx, levels, "opening", hub.clock.now())
    assert retry_all(hub, "sku.unknown") == 1
    hub.work()
    assert hub.order()["state"] == "to_ship"
    assert hub.exceptions() == []
    assert len(hub.fulfilments()) == 1


def test_the_exception_opens_again_while_its_cause_persists(hub: Hub) -> None:
    hub.take(hub.trade(0, {"NEW-1": 1}))
    assert retry_all(hub, "sku.unknown") == 1
    assert hub.exceptions() == []
    hub.work()
    assert [row["code"] for row in hub.exceptions()] == ["sku.unknown"]


def test_a_short_order_is_placed_after_goods_came_in(hub: Hub) -> None:
    places = [("HZ", "TEE-BLK-S"), ("YW", "TEE-BLK-S")]
    hub.stock(dict.fromkeys(places, 0))
    hub.take(hub.trade(0))
    assert hub.order()["state"] == "short"
    hub.stock(dict.fromkeys(places, 10))
    retry_all(hub, "stock.short")
    hub.work()
    assert hub.order()["state"] == "to_ship"
    assert hub.levels()["HZ", "TEE-BLK-S"] == (10, 1)


def test_retrying_twice_does_nothing_twice(hub: Hub) -> None:
    hub.take(hub.trade(0, {"NEW-1": 1}))
    (row,) = hub.exceptions()
    with hub.write() as tx:
        retry_exception(tx, hub.context.plans, row["id"], ANNA, hub.clock.now(), ZONE)
    with pytest.raises(Conflict) as caught, hub.write() as tx:
        retry_exception(tx, hub.context.plans, row["id"], ANNA, hub.clock.now(), ZONE)
    assert caught.value.code == "exceptions.resolved"


def test_a_dead_message_leaves_after_the_receiver_was_put_right(hub: Hub) -> None:
    hub.take(hub.trade(0), hub.trade(1))
    message = hub.value("SELECT id FROM outbox WHERE order_id = :id", id=hub.order()["id"])
    dead = Raised("delivery", "delivery.failed", f"outbox:{message}", "c", outbox_id=message)
    with hub.write() as tx:
        kill = text("UPDATE outbox SET state = 'dead', attempts = 12 WHERE id = :id")
        tx.execute(kill, {"id": message})
        raise_all(tx, [dead], hub.clock.now())
    hub.deliver()
    assert [hub.order(n)["state"] for n in (0, 1)] == ["to_ship", "handed_over"]
    assert retry_all(hub, "delivery.failed") == 1
    hub.deliver()
    assert hub.order(0)["state"] == "handed_over"
    assert hub.exceptions() == []
