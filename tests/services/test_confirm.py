"""What warehouses tell moves fulfilments, stock and shops, whatever they say twice or too late."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Confirmation, Parcel
from orderloom.errors import Conflict
from orderloom.services.delivering import retry
from orderloom.services.fulfilling import confirmations
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.crash import dying
from tests.support.hub import ZONE, Hub

TEE, BAG = "TEE-BLK-S", "BAG-CAN"
HERE, THERE = ("HZ", TEE), ("YW", TEE)
ANNA = User(1, "anna", "Anna", "ops", "zh-CN")


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    hub.stock({("HZ", TEE): 10, ("HZ", BAG): 10, THERE: 10})
    return hub


def hand_over(hub: Hub, number: int = 1, **lines: int) -> str:
    """An order at the warehouse; its fulfilment's number."""
    hub.take(hub.trade(number, {sku.replace("_", "-"): n for sku, n in lines.items()} or {TEE: 2}))
    hub.deliver()
    return str(hub.fulfilments(number)[-1]["no"])


def states(hub: Hub, number: int = 1) -> list[str]:
    return [f["state"] for f in hub.fulfilments(number)]


def codes(hub: Hub) -> list[str]:
    """What people have to look at; the shop does not know the orders made up by hand."""
    strange = {"connect.refused"} if not len(hub.shop.shop) else set()
    return [e["code"] for e in hub.exceptions() if e["code"] not in strange]


def cancel(hub: Hub, number: int = 1) -> None:
    hub.take(hub.trade(number, {TEE: 2}, later=5, status="TRADE_CLOSED"))


def reports(hub: Hub) -> list[dict[str, Any]]:
    query = "SELECT body FROM outbox WHERE effect = 'shipment.report' ORDER BY id"
    return [json.loads(row["body"]) for row in hub.rows(query)]


def test_goods_that_left_are_off_the_books_and_the_order_is_shipped(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert (states(hub), hub.order(1)["state"]) == (["shipped"], "shipped")
    assert hub.levels()[HERE] == (8, 0)
    (row,) = hub.rows("SELECT courier, tracking_no FROM parcel")
    assert row == {"courier": "ZTO", "tracking_no": "Z1"}
    assert codes(hub) == []
    assert invariants.stock(hub) == []


def test_part_shipments_are_booked_to_the_piece(hub: Hub) -> None:
    no = hand_over(hub, **{"TEE-BLK-S": 3, "BAG-CAN": 1})
    hub.tell("part_shipped", no, Parcel("ZTO", "Z1", {TEE: 2}))
    assert (states(hub), hub.levels()[HERE]) == (["partly_shipped"], (8, 1))
    hub.tell("part_shipped", no, Parcel("ZTO", "Z2", {TEE: 1, BAG: 1}))
    assert states(hub) == ["shipped"]
    assert (hub.levels()[HERE], hub.levels()["HZ", BAG]) == ((7, 0), (9, 0))
    assert invariants.stock(hub) == []


def test_the_same_told_again_in_whatever_words_changes_nothing(hub: Hub) -> None:
    no = hand_over(hub)
    told: list[tuple[str, list[Parcel]]] = [
        ("shipped", [Parcel("ZTO", "Z1", {TEE: 2})]),
        ("shipped", [Parcel("ZTO", "Z1")]),
        ("part_shipped", [Parcel("ZTO", "Z1", {TEE: 1})]),
        ("accepted", []),
    ]
    for event, parcels in [*told, *told]:
        hub.tell(event, no, *parcels)
        assert (states(hub), hub.levels()[HERE]) == (["shipped"], (8, 0))
    assert hub.value("SELECT count(*) FROM parcel") == 1
    assert codes(hub) == []


def test_a_warehouse_that_never_says_what_is_in_it_has_sent_all_in_the_end(hub: Hub) -> None:
    no = hand_over(hub, **{"TEE-BLK-S": 1, "BAG-CAN": 1})
    hub.tell("part_shipped", no, Parcel("ZTO", "Z1"))
    assert (states(hub), hub.levels()[HERE]) == (["partly_shipped"], (10, 1))
    hub.tell("shipped", no, Parcel("ZTO", "Z2"))
    assert (states(hub), hub.levels()[HERE]) == (["shipped"], (9, 0))


def test_what_stayed_behind_is_free_again_and_a_person_knows(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("shipped", no, Parcel("ZTO", "Z1", {TEE: 1}))
    assert (states(hub), hub.levels()[HERE]) == (["shipped"], (9, 0))
    (told,) = hub.exceptions()
    assert (told["code"], told["params"]["skus"]) == ("fulfilment.shipped_short", f"{TEE} × 1")
    hub.tell("part_shipped", no, Parcel("ZTO", "Z0", {TEE: 1}))  # it was only told late
    assert (hub.levels()[HERE], codes(hub)) == ((8, 0), [])
    assert invariants.stock(hub) == []


def test_goods_nobody_asked_for_are_a_persons_business(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("shipped", no, Parcel("ZTO", "Z1", {TEE: 3, "CAP-RED": 1}))
    assert hub.levels()[HERE] == (8, 0)
    (told,) = hub.exceptions()
    assert told["code"] == "fulfilment.shipped_other"
    assert told["params"]["skus"] == f"CAP-RED × 1, {TEE} × 1"


def test_news_may_come_before_the_receipt(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 2}))
    hub.execute("UPDATE outbox SET state = 'sending', doubtful = TRUE")
    hub.tell("shipped", hub.fulfilments(1)[0]["no"], Parcel("ZTO", "Z1"))
    assert (states(hub), hub.levels()[HERE]) == (["shipped"], (8, 0))


@pytest.mark.parametrize("event", ["refused", "cancelled"])
def test_a_refusal_keeps_the_stock_until_a_person_decides(hub: Hub, event: str) -> None:
    no = hand_over(hub)
    hub.tell(event, no, reason="无货")
    assert (states(hub), hub.order(1)["state"]) == (["refused"], "exception")
    assert hub.levels()[HERE] == (10, 2)
    (told,) = hub.exceptions()
    assert (told["kind"], told["params"]["reason"]) == ("warehouse", "无货")
    hub.tell("accepted", no)
    assert (states(hub), codes(hub)) == (["handed_over"], [])


def test_an_order_that_is_cancelled_needs_no_decision_about_its_refusal(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("refused", no)
    cancel(hub)
    hub.deliver()
    assert (states(hub), hub.levels()[HERE], codes(hub)) == (["cancelled"], (10, 0), [])


def test_a_cancellation_confirmed_by_news_gives_the_stock_back(hub: Hub) -> None:
    no = hand_over(hub)
    cancel(hub)
    hub.tell("cancelled", no)
    assert (states(hub), hub.levels()[HERE]) == (["cancelled"], (10, 0))
    hub.deliver()
    assert (states(hub), codes(hub)) == (["cancelled"], [])


def test_a_cancellation_that_came_too_late_is_told_as_such(hub: Hub) -> None:
    no = hand_over(hub)
    cancel(hub)
    hub.wms._set_status(no, "DELIVERED")
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert (states(hub), codes(hub)) == (["shipped"], ["fulfilment.shipped_though_cancelled"])
    assert hub.levels()[HERE] == (8, 0)
    hub.deliver()  # the refusal of the cancellation is no more news
    assert codes(hub) == ["fulfilment.shipped_though_cancelled"]


def test_what_was_not_stopped_and_then_left_is_told_once(hub: Hub) -> None:
    no = hand_over(hub)
    hub.wms._set_status(no, "DELIVERED")
    cancel(hub)
    hub.deliver()
    assert codes(hub) == ["fulfilment.cancel_refused"]
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert codes(hub) == ["fulfilment.shipped_though_cancelled"]


def test_what_left_after_its_cancellation_was_confirmed_is_gone_all_the_same(hub: Hub) -> None:
    no = hand_over(hub)
    cancel(hub)
    hub.deliver()
    assert states(hub) == ["cancelled"]
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert (states(hub), hub.levels()[HERE]) == (["shipped"], (8, 0))
    assert codes(hub) == ["fulfilment.shipped_after_cancel"]
    assert invariants.stock(hub) == []


def test_goods_that_left_behind_our_back_are_taken_from_the_newest_promises(hub: Hub) -> None:
    no = hand_over(hub)
    cancel(hub)
    hub.deliver()
    hub.stock({HERE: 2, THERE: 0})
    hub.take(hub.trade(2, {TEE: 2}))
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert (hub.levels()[HERE], hub.order(2)["state"]) == ((0, 0), "short")
    assert invariants.stock(hub) == []


def test_a_number_that_was_never_handed_over_becomes_an_exception_and_stops_nobody(
    hub: Hub,
) -> None:
    no = hand_over(hub)
    hub.tell("shipped", "F0")
    hub.tell("accepted", "F0")
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert states(hub) == ["shipped"]
    assert codes(hub) == ["fulfilment.unknown"]


def test_another_warehouse_cannot_tell_of_what_it_was_not_given(hub: Hub) -> None:
    no = hand_over(hub)
    hub.execute("UPDATE outbox SET connection_id = :id", id=hub.connections["smtp"])
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert (states(hub), codes(hub)) == (["handed_over"], ["fulfilment.unknown"])


def test_news_of_a_shop_without_a_plan_waits_for_one(hub: Hub) -> None:
    no = hand_over(hub)
    hub.execute("UPDATE plan SET live = FALSE")
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert states(hub) == ["handed_over"]
    hub.execute("UPDATE plan SET live = TRUE")
    hub.advance(61)
    hub.tell("accepted", no)
    assert states(hub) == ["shipped"]


def test_the_story_tells_of_parcels_and_refusals(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("refused", no, reason="无货")
    hub.tell("shipped", no, Parcel("ZTO", "Z1", {TEE: 2}))
    kinds = [row["kind"] for row in hub.rows("SELECT kind FROM timeline ORDER BY id")]
    assert kinds[-3:] == ["refused", "parcel", "state"]


def decide(hub: Hub, *, elsewhere: bool) -> None:
    (told,) = hub.exceptions()
    with hub.write() as tx:
        facts = (told["id"], ANNA, hub.clock.now(), ZONE)
        retry.retry_exception(tx, hub.context.plans, *facts, elsewhere=elsewhere)
    hub.deliver()


def placed(hub: Hub) -> list[tuple[str, str]]:
    return [(f["warehouse"], f["state"]) for f in hub.fulfilments(1)]


def test_a_refused_order_is_sent_there_again(hub: Hub) -> None:
    no = hand_over(hub)
    hub.wms._set_status(no, "REJECT")
    hub.tell("refused", no)
    decide(hub, elsewhere=False)
    assert placed(hub) == [("HZ", "cancelled"), ("HZ", "handed_over")]
    assert codes(hub) == []
    assert hub.levels()[HERE] == (10, 2)
    assert hub.order(1)["touched_by_hand"]


def test_a_refused_order_is_sent_by_another_warehouse_and_never_there_again(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("refused", no)
    decide(hub, elsewhere=True)
    assert placed(hub) == [("HZ", "cancelled"), ("YW", "handed_over")]
    assert (hub.levels()[HERE], hub.levels()[THERE]) == ((10, 0), (10, 2))
    hub.tell("cancelled", hub.fulfilments(1)[-1]["no"])
    decide(hub, elsewhere=False)
    assert placed(hub)[-1] == ("YW", "handed_over")
    assert invariants.stock(hub) == []


def test_when_all_have_refused_a_person_is_told_so(hub: Hub) -> None:
    no = hand_over(hub)
    for _ in range(2):
        hub.tell("refused", no)
        decide(hub, elsewhere=True)
        no = hub.fulfilments(1)[-1]["no"]
    assert codes(hub) == ["routing.all_refused"]
    assert invariants.stock(hub) == []


def test_a_warehouse_that_thought_better_of_it_is_not_stopped(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("refused", no)
    told = hub.exceptions()[0]["id"]
    hub.execute("UPDATE fulfilment SET state = 'handed_over'")
    args = (hub.context.plans, told, ANNA, hub.clock.now(), ZONE)
    with pytest.raises(Conflict, match="not_refused"), hub.write() as tx:
        retry.retry_exception(tx, *args, elsewhere=True)


def test_what_was_dealt_with_by_telephone_is_done_by_saying_so(hub: Hub) -> None:
    no = hand_over(hub)
    hub.tell("shipped", no, Parcel("ZTO", "Z1", {TEE: 1}))
    (told,) = hub.exceptions()
    with hub.write() as tx:
        retry.finish_exception(tx, told["id"], ANNA, hub.clock.now())
    hub.tell("accepted", no)
    assert codes(hub) == []


def test_the_shop_is_told_once_per_parcel_and_says_so_itself(hub: Hub) -> None:
    (tid,) = hub.shop.shop.make(1, "report")
    hub.run()
    no = hub.fulfilments(tid)[0]["no"]
    hub.tell("shipped", no, Parcel("YTO", "Y1"))
    assert [(body["tracking_no"], body["whole"]) for body in reports(hub)] == [("Y1", True)]
    hub.deliver()
    assert hub.shop.shop.get(tid)["orders"]["order"][0]["invoice_no"] == "Y1"
    hub.tell("shipped", no, Parcel("YTO", "Y1"))
    hub.run()
    assert hub.order(tid)["canonical"]["delivery_state"] == "shipped"
    assert (len(reports(hub)), codes(hub)) == (1, [])


def test_each_parcel_names_the_lines_it_brought_first(hub: Hub) -> None:
    no = hand_over(hub, **{"TEE-BLK-S": 2, "BAG-CAN": 1})
    hub.tell("part_shipped", no, Parcel("ZTO", "Z1", {TEE: 1}))
    hub.tell("part_shipped", no, Parcel("ZTO", "Z2", {TEE: 1}))
    hub.tell("shipped", no, Parcel("ZTO", "Z3", {BAG: 1}))
    found = [(b["tracking_no"], len(b["line_nos"]), b["whole"]) for b in reports(hub)]
    assert found == [("Z1", 1, False), ("Z3", 1, False)]


def test_what_somebody_else_shipped_is_not_reported(hub: Hub) -> None:
    no = hand_over(hub)
    hub.take(hub.trade(1, {TEE: 2}, later=5, status="WAIT_BUYER_CONFIRM_GOODS"))
    hub.tell("shipped", no, Parcel("ZTO", "Z1"))
    assert reports(hub) == []


@pytest.mark.parametrize("kind", ["dropped", "timeout", "server_error", "cut"])
def test_a_report_whose_answer_was_lost_reaches_the_shop_once(hub: Hub, kind: str) -> None:
    (tid,) = hub.shop.shop.make(1, "report")
    hub.run()
    hub.tell("shipped", hub.fulfilments(tid)[0]["no"], Parcel("YTO", "Y1"))
    hub.shop.faults.add(Fault(kind, seconds=0, call="offline.send", after=True))
    for _ in range(4):
        hub.deliver()
        hub.advance(60)
    assert hub.shop.calls["taobao.logistics.offline.send"] == 1
    query = "SELECT state FROM outbox WHERE effect = 'shipment.report'"
    assert (hub.value(query), codes(hub)) == ("sent", [])


def test_whoever_dies_between_the_call_and_its_receipt_ships_once(hub: Hub) -> None:
    (tid,) = hub.shop.shop.make(1, "report")
    hub.run()
    hub.tell("shipped", hub.fulfilments(tid)[0]["no"], Parcel("YTO", "Y1"))
    moment, died = 0, True
    while died:
        moment += 1
        hub.advance(13)
        with dying(hub.database, moment) as countdown:
            hub.deliver()
        died = countdown.died
    assert hub.shop.calls["taobao.logistics.offline.send"] == 1
    assert codes(hub) == []


def test_whenever_acting_on_news_dies_it_is_done_once_in_the_end(hub: Hub) -> None:
    no = hand_over(hub, **{"TEE-BLK-S": 2, "BAG-CAN": 1})
    to, moment, died = hub.connections["qimen"], 0, True
    told = Confirmation("n1", no, "shipped", None, [Parcel("ZTO", "Z1", {TEE: 2})])
    with hub.write() as tx:
        confirmations.keep(tx, to, [told], "pull", hub.clock.now())
    while died:
        moment += 1
        hub.advance(13)
        with dying(hub.database, moment) as countdown:
            jobs.confirm(to)
        died = countdown.died
        assert invariants.stock(hub) == []
    assert (states(hub), hub.levels()[HERE]) == (["shipped"], (8, 0))
    assert hub.value("SELECT count(*) FROM parcel") == len(reports(hub)) == 1
