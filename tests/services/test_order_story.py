"""An order's story tells everything that happened, in order, in words people know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.errors import NotFound
from orderloom.services.orders import orders_view
from orderloom.services.orders.order_story import KINDS
from orderloom.services.orders.showing import MASK, plain
from orderloom.store.db import Database
from tests.support.hub import Hub

Record = dict[str, Any]


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def story(hub: Hub, number: int = 0) -> Record:
    with hub.database.read() as tx:
        return orders_view.story(
            tx, hub.context.plans, hub.context.gateway.registry, hub.order(number)["id"]
        )


def kinds(page: Record) -> list[str]:
    return [entry["kind"] for entry in page["story"]]


def detail(page: Record, kind: str) -> Record:
    found: Record = next(e["detail"] for e in page["story"] if e["kind"] == kind)
    return found


def test_the_whole_way_from_the_channel_to_the_warehouses_receipt(hub: Hub) -> None:
    trade = hub.trade(0, {"TEE-BLK-S": 2})
    hub.take(trade)
    hub.advance(1)
    hub.deliver()
    page = story(hub)
    assert kinds(page) == [
        "received",
        "mapped",
        "routed",
        "fulfilment",
        "allocated",
        "sent",
        "receipt",
    ]
    assert json.loads(detail(page, "received")["payload_text"]) == trade
    assert detail(page, "allocated")["lines"] == [{"sku_code": "TEE-BLK-S", "quantity": 2}]
    sent = detail(page, "sent")
    assert (sent["effect"], sent["state"], sent["error"]) == ("fulfilment.create", "sent", None)
    assert sent["idempotency_key"].startswith("fulfilment:F")
    assert detail(page, "receipt")["receipt"]["reference"].startswith("WMS")


def test_every_entry_has_a_title_in_both_languages(hub: Hub) -> None:
    hub.take(hub.trade(0))
    hub.take(hub.trade(0, status="TRADE_CLOSED", later=5))
    hub.deliver()
    for entry in story(hub)["story"]:
        assert entry["kind"] in KINDS
        for words in entry["title"].values():
            assert words
            assert "story." not in words
            assert "{" not in words
            assert "?" not in words


def test_mapping_is_shown_field_by_field(hub: Hub) -> None:
    hub.take(hub.trade(0, payment="69.00"))
    fields = {field["to"]: field for field in detail(story(hub), "mapped")["fields"]}
    paid = fields["paid"]
    assert (paid["from"], paid["raw"], paid["value"]) == ("payment", "69.00", 6900)
    assert [step["before"] for step in paid["transforms"]] == ["69.00"]
    assert fields["placed_at"]["value"].endswith("Z")
    assert fields["external_no"]["value"] == hub.order()["external_no"]
    assert isinstance(fields["external_no"]["value"], str)  # 19 digits stay exact


def test_routing_says_which_row_decided_and_which_warehouse_had_what(hub: Hub) -> None:
    hub.stock({("HZ", "TEE-BLK-S"): 1, ("YW", "TEE-BLK-S"): 50})
    hub.take(hub.trade(0, {"TEE-BLK-S": 3}))
    routed = detail(story(hub), "routed")
    assert routed["row"]["id"] == "jiangzhehu"
    assert routed["row"]["position"] == 1
    assert routed["tried"][0]["matched"]
    assert routed["tried"][0]["trace"]["op"] == "in"
    assert routed["same_again"]
    assert [c["role"] for c in routed["candidates"]] == ["hangzhou", "yiwu"]
    first, second = routed["candidates"]
    assert (first["warehouse"], first["ok"]) == ("杭州仓", False)
    assert (first["available"], first["needed"]) == ({"TEE-BLK-S": 1}, {"TEE-BLK-S": 3})
    assert first["reason"]["en"] == "Lacks TEE-BLK-S × 2"
    assert second["ok"]
    assert routed["chosen"] == [{"role": "yiwu", "warehouse": "义乌保税仓"}]


def test_a_short_order_says_what_is_lacking(hub: Hub) -> None:
    hub.stock({("HZ", "TEE-BLK-S"): 0, ("YW", "TEE-BLK-S"): 0})
    hub.take(hub.trade(0))
    page = story(hub)
    assert detail(page, "short")["lacking"] == {"TEE-BLK-S": 1}
    assert detail(page, "routed")["chosen"] is None
    assert "TEE-BLK-S" in detail(page, "exception")["message"]["zh"]


def test_a_held_order_says_why(hub: Hub) -> None:
    hub.take(hub.trade(0, payment="99999.00"))
    page = story(hub)
    risk = next(e for e in page["story"] if e["kind"] == "risk")
    assert risk["detail"]["reasons"][0]["zh"] in risk["title"]["zh"]
    assert "routed" not in kinds(page)
    assert detail(page, "sent")["effect"].startswith("alert.")


def test_an_unknown_product_is_told_with_its_way_out(hub: Hub) -> None:
    hub.take(hub.trade(0, {"NOPE-1": 1}))
    found = detail(story(hub), "exception")
    assert (found["code"], found["state"]) == ("sku.unknown", "open")
    assert "NOPE-1" in found["message"]["en"]
    assert found["how"]["zh"]


def test_a_change_says_what_changed(hub: Hub) -> None:
    hub.take(hub.trade(0))
    hub.take(hub.trade(0, receiver_city="宁波市", later=5))
    merged = next(e for e in story(hub)["story"] if e["kind"] == "merged")
    assert "城市" in merged["title"]["zh"]
    assert "City" in merged["title"]["en"]
    assert kinds(story(hub)).count("received") == 2


def test_the_page_holds_head_lines_and_fulfilments(hub: Hub) -> None:
    hub.take(hub.trade(0, {"TEE-BLK-S": 2, "BAG-CAN": 1}))
    page = story(hub)
    head = page["order"]
    assert head["receiver"]["city"] == "杭州市"
    assert head["receiver"]["masked"] == []
    assert head["money"]["paid"] == 6900
    assert head["warehouse"]["title"] == "杭州仓"
    assert [line["sku"]["code"] for line in page["lines"]] == ["TEE-BLK-S", "BAG-CAN"]
    (made,) = page["fulfilments"]
    assert made["warehouse"]["title"] == "杭州仓"
    assert [line["quantity"] for line in made["lines"]] == [2, 1]
    assert {line["line_id"] for line in made["lines"]} == {line["id"] for line in page["lines"]}


def test_there_is_no_such_order(hub: Hub) -> None:
    with hub.database.read() as tx, pytest.raises(NotFound) as caught:
        orders_view.story(tx, hub.context.plans, hub.context.gateway.registry, 5)
    assert caught.value.code == "orders.not_found"


def test_secrets_and_large_numbers_are_made_fit_to_show() -> None:
    shown = plain(
        {"app_secret": "s", "nested": [{"access_token": "t", "password": ""}], "big": 2**60, "n": 7}
    )
    assert shown["app_secret"] == MASK
    assert shown["nested"] == [{"access_token": MASK, "password": ""}]
    assert (shown["big"], shown["n"]) == (str(2**60), 7)
