"""Pinduoduo's orders in the hub: holds that end, refunds followed, receivers that stay known."""

from __future__ import annotations

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Parcel
from orderloom.store.db import Database
from tests.support.hub import Hub


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def pull(hub: Hub) -> None:
    hub.advance(5)
    jobs.pull(hub.accounts["pdd"])
    hub.work()


def happen(hub: Hub, number: str, action: str, value: str = "") -> None:
    hub.advance(1)
    hub.pdd.shop.act(number, action, value)
    pull(hub)


def test_an_order_arrives_masked_with_its_money_in_fen(hub: Hub) -> None:
    number = hub.pdd.shop.make(21, "hub")[20]  # one with several lines
    truth = hub.pdd.shop.get(number)
    pull(hub)
    order = hub.order(number)
    canonical = order["canonical"]
    assert (order["platform"], order["state"]) == ("pdd", "to_ship")
    assert canonical["masked"] == ["address", "phone", "receiver_name"]
    assert canonical["total"] == round(truth["pay_amount"] * 100)
    shares = sum(line["paid_share"] for line in canonical["lines"])
    assert shares == canonical["paid"] - canonical["freight"] > 0
    assert [line["sku_code"] for line in canonical["lines"]] == [
        line["outer_id"] for line in truth["item_list"]
    ]


def test_a_review_holds_the_order_and_its_end_frees_it(hub: Hub) -> None:
    (number,) = hub.pdd.shop.make(1, "hub", "forbidden")
    pull(hub)
    assert hub.order(number)["state"] == "held"
    assert hub.order(number)["canonical"]["do_not_ship"] == "风控审核中"
    assert hub.order(number)["canonical"]["receiver_name"] is None
    happen(hub, number, "release")
    assert hub.order(number)["state"] == "to_ship"
    assert hub.order(number)["canonical"]["receiver_name"]


def test_a_group_that_is_not_complete_is_no_order_yet(hub: Hub) -> None:
    (number,) = hub.pdd.shop.make(1, "hub", "to_pay")
    pull(hub)
    assert hub.value("SELECT count(*) FROM orders") == 0
    happen(hub, number, "pay")
    assert hub.order(number)["payment_state"] == "paid"


def test_refunds_are_followed_to_their_end_or_withdrawn(hub: Hub) -> None:
    kept, gone = hub.pdd.shop.make(2, "hub")
    pull(hub)
    for number in (kept, gone):
        happen(hub, number, "refund")
    assert {hub.order(number)["after_sale_state"] for number in (kept, gone)} == {"requested"}
    happen(hub, kept, "refund_withdrawn")
    happen(hub, gone, "refund_done")
    assert hub.order(kept)["state"] == "to_ship"
    assert hub.order(gone)["payment_state"] == "refunded"
    assert hub.order(gone)["state"] in ("cancelled", "closed")


def test_once_shipped_the_platform_tells_no_receiver_and_the_known_one_stays(hub: Hub) -> None:
    (number,) = hub.pdd.shop.make(1, "hub")
    pull(hub)
    before = hub.order(number)["canonical"]
    happen(hub, number, "ship", "115:ZT0001")
    after = hub.order(number)["canonical"]
    assert after["delivery_state"] == "shipped"
    assert set(after["masked"]) == set(before["masked"])
    for name in ("receiver_name", "phone", "address"):
        assert after[name] == before[name]


def test_the_parcel_is_reported_once_whatever_is_lost_on_the_way(hub: Hub) -> None:
    (number,) = hub.pdd.shop.make(1, "hub")
    pull(hub)
    hub.deliver()
    hub.pdd.faults.add(Fault("dropped", call="online.send", after=True))
    hub.tell("shipped", hub.fulfilments(number)[0]["no"], Parcel("ZTO", "ZT0001"))
    hub.deliver()
    hub.advance(600)
    hub.deliver()
    truth = hub.pdd.shop.get(number)
    assert (truth["tracking_number"], truth["logistics_id"]) == ("ZT0001", 115)
    assert hub.pdd.calls["pdd.logistics.online.send"] == 1
    query = "SELECT state FROM outbox WHERE effect = 'shipment.report'"
    assert [row["state"] for row in hub.rows(query)] == ["sent"]


def in_two_parcels(hub: Hub) -> str:
    """An order of which one parcel left, was reported, and made the platform call it shipped."""
    number = hub.pdd.shop.make(21, "hub")[20]  # one with several lines
    pull(hub)
    hub.deliver()
    made = hub.fulfilments(number)[0]["no"]
    first, *_ = lines_of(hub, number)
    hub.tell("part_shipped", made, Parcel("ZTO", "ZT0001", {first: 1}))
    hub.deliver()
    pull(hub)
    assert hub.order(number)["canonical"]["delivery_state"] == "shipped"
    return number


def lines_of(hub: Hub, number: str) -> list[str]:
    return [line["sku_code"] for line in hub.order(number)["canonical"]["lines"]]


def test_a_second_parcel_is_reported_though_the_first_made_the_order_a_shipped_one(
    hub: Hub,
) -> None:
    number = in_two_parcels(hub)
    hub.tell("shipped", hub.fulfilments(number)[0]["no"], Parcel("YTO", "YT0002"))
    hub.deliver()
    truth = hub.pdd.shop.get(number)
    assert truth["tracking_number"] == "ZT0001"
    assert [one["tracking_number"] for one in truth["extra_delivery_list"]] == ["YT0002"]


def test_a_second_parcel_the_platform_refuses_waits_for_a_person(hub: Hub) -> None:
    number = in_two_parcels(hub)
    hub.pdd.faults.add(Fault("refused", times=9, call="upload.extra"))
    hub.tell("shipped", hub.fulfilments(number)[0]["no"], Parcel("YTO", "YT0002"))
    hub.deliver()
    assert [one["kind"] for one in hub.exceptions()] == ["delivery"]
