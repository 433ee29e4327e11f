"""Douyin's orders in the hub: pulled or pushed, held under review, followed through after-sales."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderloom import jobs
from orderloom.connect import Parcel
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.pushing import Caller


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def pull(hub: Hub) -> None:
    hub.advance(5)
    jobs.pull(hub.accounts["douyin"])
    hub.work()


def happen(hub: Hub, number: str, action: str, value: str = "") -> None:
    hub.advance(1)
    hub.douyin.shop.act(number, action, value)
    pull(hub)


def test_an_order_arrives_masked_with_its_lines_and_their_shares(hub: Hub) -> None:
    numbers = hub.douyin.shop.make(12, "hub")
    pull(hub)
    for number in numbers:
        truth, order = hub.douyin.shop.get(number), hub.order(number)
        canonical = order["canonical"]
        assert (order["platform"], canonical["total"]) == ("douyin", truth["pay_amount"])
        assert canonical["masked"] == ["address", "phone", "receiver_name"]
        shares = sum(line["paid_share"] for line in canonical["lines"])
        assert shares == canonical["paid"] - canonical["freight"] > 0
        lines = [line["order_id"] for line in truth["sku_order_list"]]
        assert [line["external_line_no"] for line in canonical["lines"]] == lines


def test_a_review_holds_the_order_and_its_end_frees_it(hub: Hub) -> None:
    (number,) = hub.douyin.shop.make(1, "hub", "forbidden")
    pull(hub)
    assert hub.order(number)["state"] == "held"
    happen(hub, number, "release")
    assert hub.order(number)["state"] == "to_ship"


def test_after_sales_are_followed_although_their_order_does_not_move(hub: Hub) -> None:
    kept, gone = hub.douyin.shop.make(2, "hub")
    pull(hub)
    before = hub.douyin.shop.get(kept)["update_time"]
    for number in (kept, gone):
        for line in hub.douyin.shop.get(number)["sku_order_list"]:
            happen(hub, number, "refund", line["order_id"])
    assert hub.douyin.shop.get(kept)["update_time"] == before
    assert {hub.order(number)["after_sale_state"] for number in (kept, gone)} == {"requested"}
    happen(hub, kept, "refund_withdrawn")
    happen(hub, gone, "refund_done")
    assert hub.order(kept)["state"] == "to_ship"
    assert hub.order(gone)["payment_state"] == "refunded"
    assert hub.order(gone)["state"] in ("cancelled", "closed")


def test_a_pushed_message_brings_the_order_it_names(hub: Hub, tmp_path: Path) -> None:
    caller = Caller(hub, tmp_path, "douyin")
    (number,) = hub.douyin.shop.make(1, "hub")
    answer = caller.send(*hub.douyin.message(number))
    assert (answer.status_code, answer.get_json()) == (200, {"code": 0, "msg": "success"})
    assert caller.woken == [("fetch", [hub.accounts["douyin"]])]
    jobs.fetch(hub.accounts["douyin"])
    hub.work()
    assert hub.order(number)["state"] == "to_ship"
    pull(hub)
    assert hub.value("SELECT count(*) FROM orders") == 1


def test_a_message_that_is_not_genuine_is_refused(hub: Hub, tmp_path: Path) -> None:
    caller = Caller(hub, tmp_path, "douyin")
    (number,) = hub.douyin.shop.make(1, "hub")
    body, headers = hub.douyin.message(number)
    answer = caller.send(body, {**headers, "event-sign": "0" * 64})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "connect.signature")
    assert hub.value("SELECT count(*) FROM inbox") == 0


def test_parcels_are_reported_by_the_lines_in_them(hub: Hub) -> None:
    numbers = hub.douyin.shop.make(20, "hub")
    pull(hub)
    hub.deliver()
    orders = (hub.douyin.shop.get(number) for number in numbers)
    order = next(one for one in orders if len(one["sku_order_list"]) == 2)
    (made,) = hub.fulfilments(order["order_id"])
    for place, line in enumerate(order["sku_order_list"]):
        parcel = Parcel("YTO", f"YT000{place}", {line["code"]: line["item_num"]})
        hub.tell("part_shipped", made["no"], parcel)
        hub.deliver()
    truth = hub.douyin.shop.get(order["order_id"])
    told = [
        (one["tracking_no"], one["company"], [p["sku_order_id"] for p in one["product_info"]])
        for one in truth["logistics_info"]
    ]
    lines = [line["order_id"] for line in order["sku_order_list"]]
    assert told == [("YT0000", "yuantong", lines[:1]), ("YT0001", "yuantong", lines[1:])]
    assert truth["order_status"] == 3
