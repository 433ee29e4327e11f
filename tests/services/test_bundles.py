"""Bundles and gifts: stock of what is inside is taken, and the warehouse is told what to pack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.errors import InputError
from orderloom.services.goods import catalogue, products
from orderloom.services.goods.products import MadeOf
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.hub import Hub

OPS = User(7, "li", "小李", "ops", "zh-CN")
TEE, BAG, PIN, SET = "TEE-BLK-S", "BAG-CAN", "SCARF-GRY", "SET-1"


@pytest.fixture
def hub(database: Database) -> Hub:
    """A shop that also sells SET-1, which is two shirts and a bag."""
    hub = Hub(database)
    with hub.write() as tx:
        hub.skus |= catalogue.add_skus(tx, [(SET, "两件套")], hub.clock.now())
    hub.stock({(place, sku): 10 for place in ("HZ", "YW") for sku in (TEE, BAG, PIN)})
    make_of(hub, SET, MadeOf(hub.skus[TEE], 2), MadeOf(hub.skus[BAG], 1))
    return hub


def make_of(hub: Hub, sku: str, *parts: MadeOf) -> int:
    with hub.write() as tx:
        return products.make_of(tx, hub.skus[sku], parts, OPS, hub.clock.now())


def taken(hub: Hub, place: str = "HZ") -> dict[str, int]:
    return {sku: n for (at, sku), (_, n) in hub.levels().items() if at == place and n}


def packed(hub: Hub, number: int = 1) -> list[tuple[str, str, int, int]]:
    """(line number behind the order's, product, pieces, price) as the warehouse is told last."""
    query = "SELECT body FROM outbox WHERE effect = 'fulfilment.create' AND order_id = :id"
    body = json.loads(hub.rows(f"{query} ORDER BY id DESC", id=hub.order(number)["id"])[0]["body"])
    return [
        (line["line_no"][19:], line["item_code"], line["quantity"], line["price"])
        for line in body["lines"]
    ]


def test_a_bundle_takes_the_stock_of_what_is_in_it(hub: Hub) -> None:
    hub.take(hub.trade(1, {SET: 3}))
    assert taken(hub) == {TEE: 6, BAG: 3}
    assert packed(hub) == [("", TEE, 6, 3300), ("-2", BAG, 3, 3300)]
    hub.deliver()
    assert invariants.wrong_with(hub, idle=False) == []


def test_a_bundle_is_short_when_one_of_its_parts_is(hub: Hub) -> None:
    hub.stock({("HZ", BAG): 0, ("YW", BAG): 0})
    hub.take(hub.trade(1, {SET: 1, PIN: 1}))
    (short,) = hub.exceptions()
    assert (short["params"]["skus"], taken(hub)) == (BAG, {})
    hub.count({("HZ", BAG): 1})
    assert (hub.order(1)["state"], taken(hub)) == ("to_ship", {TEE: 2, BAG: 1, PIN: 1})


def test_a_gift_comes_along_for_nothing_and_waits_for_stock_like_anything_else(hub: Hub) -> None:
    make_of(hub, BAG, MadeOf(hub.skus[PIN], 1, gift=True, once=True))
    hub.take(hub.trade(1, {BAG: 2, TEE: 1}))
    assert [line[1:] for line in packed(hub)] == [(BAG, 2, 4900), (PIN, 1, 0), (TEE, 1, 6900)]
    hub.stock({("HZ", PIN): 1, ("YW", PIN): 0})
    hub.take(hub.trade(2, {BAG: 1}))
    assert hub.order(2)["state"] == "short"


def test_a_gift_the_channel_sends_as_a_line_of_its_own_is_shipped(hub: Hub) -> None:
    trade = hub.trade(1, {TEE: 1, PIN: 1})
    trade["orders"]["order"][1] |= {"price": "0.00", "divide_order_fee": "0.00"}
    hub.take(trade)
    assert taken(hub) == {TEE: 1, PIN: 1}


def test_what_a_bundle_is_made_of_may_change_until_it_is_handed_over(hub: Hub) -> None:
    hub.take(hub.trade(1, {SET: 1}))
    hub.deliver()
    hub.take(hub.trade(2, {SET: 1}))
    again = make_of(hub, SET, MadeOf(hub.skus[TEE], 1), MadeOf(hub.skus[PIN], 1))
    hub.work()
    assert again == 1
    assert [f["state"] for f in hub.fulfilments(2)] == ["cancelled", "waiting"]
    assert taken(hub) == {TEE: 2 + 1, BAG: 1, PIN: 1}
    # A change that has nothing to do with the goods must not call them back.
    hub.take(hub.trade(1, {SET: 1}, seller_memo="加急", later=5))
    assert [f["state"] for f in hub.fulfilments(1)] == ["handed_over"]
    assert invariants.stock(hub) == []


def test_taken_back_by_the_warehouse_it_is_made_anew_as_it_is_made_now(hub: Hub) -> None:
    hub.take(hub.trade(1, {SET: 1}))
    hub.deliver()
    make_of(hub, SET, MadeOf(hub.skus[PIN], 1))
    hub.take(hub.trade(1, {SET: 1}, receiver_address="另一条路2号", later=5))
    hub.deliver()
    assert [f["state"] for f in hub.fulfilments(1)] == ["cancelled", "handed_over"]
    assert taken(hub) == {PIN: 1}


def test_a_line_that_names_another_product_is_followed_whatever_is_out(hub: Hub) -> None:
    hub.take(hub.trade(1, {SET: 1}))
    hub.deliver()
    hub.take(hub.trade(1, {PIN: 1}, later=5))
    assert [f["state"] for f in hub.fulfilments(1)] == ["cancelling"]


def test_part_of_a_refunded_bundle_line_gives_back_its_share(hub: Hub) -> None:
    hub.take(hub.trade(1, {SET: 2, PIN: 1}))
    changed = hub.trade(1, {SET: 2, PIN: 1}, later=5)
    changed["orders"]["order"][0]["refund_status"] = "SUCCESS"
    hub.take(changed)
    assert taken(hub) == {PIN: 1}


@pytest.mark.parametrize(
    ("sku", "parts", "code"),
    [
        (SET, [(SET, 1, False, False)], "products.part_of_itself"),
        (SET, [(TEE, 1, False, False), (SET, 1, True, False)], "products.part_of_itself"),
        (SET, [(TEE, 1, False, False), (TEE, 2, False, False)], "products.part_twice"),
        (SET, [(TEE, 1, False, True)], "products.only_gifts_once"),
        (PIN, [(SET, 1, False, False)], "products.part_is_bundle"),
        (PIN, [(SET, 1, True, False)], "products.part_is_bundle"),
        (TEE, [(PIN, 1, False, False)], "products.bundle_is_part"),
    ],
)
def test_what_cannot_be_packed_is_refused(hub: Hub, sku: str, parts: Any, code: str) -> None:
    with pytest.raises(InputError) as refused:
        make_of(hub, sku, *(MadeOf(hub.skus[s], n, gift, once) for s, n, gift, once in parts))
    assert refused.value.code == code
    assert hub.value("SELECT count(*) FROM sku_part") == 2


def test_one_more_of_the_same_for_free(hub: Hub) -> None:
    make_of(hub, TEE, MadeOf(hub.skus[TEE], 1, gift=True))
    hub.take(hub.trade(1, {TEE: 1}))
    assert packed(hub) == [("", TEE, 2, 3450)]
