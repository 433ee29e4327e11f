"""A label nobody needs any more is given back; one that left with its parcel is not."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Confirmation, Parcel, Request, Response, Transport
from orderloom.services.delivering.retry import retry_exception
from orderloom.services.fulfilling import confirmations
from orderloom.store.db import Database
from tests.support.crash import COMMITS, dying
from tests.support.hub import ZONE, Hub
from tests.support.labels import (
    GET,
    OPS,
    RECOVERED,
    cancel,
    change_steps,
    labels,
    parcels,
    place,
    told,
    told_at_once,
    until_idle,
    waybills,
)
from tests.support.racing import Rival
from tests.support.tapping import tapped


@pytest.fixture
def hub(database: Database) -> Hub:
    return told_at_once(database)


def test_an_unsent_label_and_its_cancellation_annihilate(hub: Hub) -> None:
    change_steps(hub, hand_over={"daily_at": "10:00"})
    place(hub, 1)
    cancel(hub)
    hub.advance(86_400)
    hub.deliver()
    assert (hub.labels.calls, labels(hub)) == ({}, ["cancelled"])


def test_a_cancelled_fulfilment_gives_its_number_back(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    cancel(hub)
    hub.deliver()
    assert waybills(hub) == ["cancelled"]
    assert (labels(hub), parcels(hub)) == (["cancelled"], [])
    assert hub.exceptions() == []


def test_a_changed_address_gets_a_number_of_its_own(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.take(hub.trade(1, later=5, receiver_address="另一条路2号"))
    hub.deliver()
    hub.work()
    hub.deliver()
    assert waybills(hub) == ["cancelled", "issued"]
    assert labels(hub) == ["cancelled", "made"]
    assert len(parcels(hub)) == 1


def test_goods_a_warehouse_does_not_stop_keep_their_number(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.wms._set_status(hub.fulfilments(1)[0]["no"], "DELIVERED")
    cancel(hub)
    hub.deliver()
    assert waybills(hub) == ["issued"]
    assert (labels(hub), len(parcels(hub))) == (["made"], 1)


def test_a_refused_label_of_a_cancelled_order_bothers_nobody(hub: Hub) -> None:
    hub.labels.faults.add(Fault("refused", call=GET))
    place(hub, 1)
    hub.deliver()
    assert len(hub.exceptions()) == 1
    cancel(hub)
    hub.deliver()
    assert (hub.exceptions(), labels(hub)) == ([], ["cancelled"])


def test_a_number_that_cannot_be_given_back_calls_a_person(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.labels.office.waybills()[0]["state"] = "picked_up"
    cancel(hub)
    hub.deliver()
    assert [one["code"] for one in hub.exceptions()] == ["connect.refused"]
    assert "揽收" in hub.exceptions()[0]["params"]["reason"]
    assert labels(hub)[0] == "cancelling"


class Meanwhile:
    """Runs `work` once Cainiao has answered with a number, before the receipt is recorded."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.work: Callable[[], None] | None = None

    def send(self, request: Request) -> Response:
        response = self.way.send(request)
        if self.work is not None and GET.encode() in request.body:
            work, self.work = self.work, None
            work()
        return response


@pytest.mark.parametrize("label_first", [False, True])
@pytest.mark.parametrize("lost", [False, True])
def test_an_order_cancelled_while_its_number_was_on_the_way_gives_it_back(
    database: Database, label_first: bool, lost: bool
) -> None:
    hub, way = tapped(database, Meanwhile, labels=True)
    change_steps(hub, label_first=label_first)
    if lost:
        hub.labels.faults.add(Fault("cut", call=GET, after=True))
    place(hub, 1)
    way.work = lambda: cancel(hub)
    jobs.deliver(hub.connections["qimen"])
    jobs.deliver(hub.connections["cainiao"])
    until_idle(hub)
    assert waybills(hub) == ["cancelled"]
    assert (labels(hub), parcels(hub)) == (["cancelled"], [])
    assert told(hub) == ([] if label_first else ["CANCELED"])
    assert [one["state"] for one in hub.fulfilments(1)] == ["cancelled"]
    assert hub.levels()["HZ", "TEE-BLK-S"][1] == 0
    assert hub.exceptions() == []


def test_the_hub_may_die_at_any_moment_of_a_cancellation(hub: Hub) -> None:
    for moment in itertools.count(1):
        place(hub, moment)
        hub.deliver()
        hub.land(hub.trade(moment, later=5, status="TRADE_CLOSED"))
        with dying(hub.database, moment, COMMITS) as countdown:
            hub.work()
            jobs.deliver(hub.connections["qimen"])
            jobs.deliver(hub.connections["cainiao"])
        hub.advance(RECOVERED)
        if not countdown.died:
            break
    until_idle(hub)
    assert set(waybills(hub)) == {"cancelled"}
    assert (set(labels(hub)), parcels(hub)) == ({"cancelled"}, [])


def test_a_cancellation_and_a_receipt_that_meet_both_count(hub: Hub) -> None:
    """Whoever comes second waits for the order, and nobody for a row the other one holds."""
    for number in range(1, 4):
        place(hub, number)
        hub.land(hub.trade(number, later=5, status="TRADE_CLOSED"))
        with hub.write() as tx:
            tx.exec_driver_sql("UPDATE orders SET touched_by_hand = TRUE")
            workers = [Rival(lambda: jobs.deliver(hub.connections["cainiao"])), Rival(hub.work)]
            for worker in workers:
                worker.wait_until_stuck(hub.database)
        for worker in workers:
            worker.join()
    until_idle(hub)
    assert "issued" not in set(waybills(hub))
    assert (set(labels(hub)), parcels(hub)) == ({"cancelled"}, [])


def test_goods_leave_with_the_number_of_their_label(hub: Hub) -> None:
    """Whether or not the warehouse says so: it has no other number."""
    for number in (1, 2):
        place(hub, number)
        hub.deliver()
        (row,) = hub.rows("SELECT courier, tracking_no FROM parcel WHERE shipped_at IS NULL")
        said = [Parcel(row["courier"], row["tracking_no"])] if number == 1 else []
        hub.tell("shipped", hub.fulfilments(number)[0]["no"], *said)
        assert hub.fulfilments(number)[0]["state"] == "shipped"
    until_idle(hub)
    assert hub.value("SELECT count(*) FROM parcel WHERE shipped_at IS NOT NULL") == 2
    assert waybills(hub) == ["issued"] * 2


def test_the_number_of_what_a_warehouse_refused_is_given_back(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.tell("refused", hub.fulfilments(1)[0]["no"])
    (told_of,) = hub.exceptions()
    with hub.write() as tx:
        facts = (told_of["id"], OPS, hub.clock.now(), ZONE)
        retry_exception(tx, hub.context.plans, *facts, elsewhere=True)
    until_idle(hub)
    assert waybills(hub) == ["cancelled", "issued"]
    assert labels(hub) == ["cancelled", "made"]
    assert [f["state"] for f in hub.fulfilments(1)] == ["cancelled", "handed_over"]


@pytest.mark.parametrize("fault", [Fault("refused", call=GET), Fault("cut", call=GET, after=True)])
def test_goods_that_left_without_their_label_need_none(hub: Hub, fault: Fault) -> None:
    hub.labels.faults.add(fault)
    place(hub, 1)
    hub.deliver()
    hub.tell("shipped", hub.fulfilments(1)[0]["no"], Parcel("SF", "SF1"))
    for _ in range(3):
        hub.advance(120)
        jobs.deliver(hub.connections["cainiao"])
    assert (labels(hub)[0], parcels(hub)) == ("cancelled", ["SF1"])
    assert "issued" not in set(waybills(hub))
    assert hub.exceptions() == []


def test_a_parcel_that_left_after_all_stays_known(hub: Hub) -> None:
    """Though its number was given back in the same breath."""
    place(hub, 1)
    hub.deliver()
    cancel(hub)
    no, number = hub.fulfilments(1)[0]["no"], parcels(hub)[0]
    at, left = hub.clock.now(), (Parcel("SF", number),)
    news = [
        Confirmation("1", no, "cancelled", at),
        Confirmation("2", no, "shipped", at, left),
    ]
    with hub.write() as tx:
        confirmations.keep(tx, hub.connections["qimen"], news, "pull", at)
    jobs.confirm(hub.connections["qimen"])
    assert parcels(hub) == [number]
