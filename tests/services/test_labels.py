"""One waybill number for a fulfilment, whatever goes wrong; a cancelled one gives it back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Request, Response, Transport
from orderloom.errors import BlueprintError
from orderloom.services.people import User
from orderloom.services.retry import retry_exception
from orderloom.store.db import Database
from tests.support.crash import COMMITS, dying
from tests.support.hub import ZONE, Hub
from tests.support.labels import add_label_step
from tests.support.racing import Rival

GET, CANCEL = "cainiao.waybill.ii.get", "cainiao.waybill.ii.cancel"
RECOVERED = 13
OPS = User(1, "ops", "运营", "ops", "zh-CN")


@pytest.fixture
def hub(database: Database) -> Hub:
    made = Hub(database)
    add_label_step(made)
    return made


@pytest.fixture
def patient(database: Database) -> Hub:
    """The warehouse is told only when the number is known."""
    made = Hub(database)
    add_label_step(made, label_first=True)
    return made


def waybills(hub: Hub) -> list[tuple[str, str]]:
    """Parcel and state of every number that was given out."""
    return [(one["parcel"], one["state"]) for one in hub.labels.office.waybills()]


def labels(hub: Hub) -> list[tuple[str, str | None]]:
    rows = hub.rows("SELECT state, tracking_no FROM label ORDER BY id")
    return [(row["state"], row["tracking_no"]) for row in rows]


def parcels(hub: Hub) -> list[str]:
    return [row["tracking_no"] for row in hub.rows("SELECT tracking_no FROM parcel ORDER BY id")]


def told(hub: Hub) -> list[str]:
    return [order["status"] for order in hub.wms.orders()]


def place(hub: Hub, *numbers: int) -> None:
    hub.take(*(hub.trade(number) for number in numbers))


def cancel(hub: Hub, number: int = 1, later: int = 5) -> None:
    hub.take(hub.trade(number, later=later, status="TRADE_CLOSED"))


def until_idle(hub: Hub) -> None:
    for _ in range(40):
        hub.advance(120)
        hub.work()
        hub.deliver()
        if not hub.value("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"):
            break


def test_a_fulfilment_gets_a_number_its_parcel_has_it_and_print_data_is_kept(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    (made,) = hub.fulfilments(1)
    (waybill,) = hub.labels.office.waybills()
    (row,) = hub.rows("SELECT * FROM label")
    assert (row["state"], row["tracking_no"]) == ("made", waybill["number"])
    assert waybill["courier"] == made["courier"] == row["courier"]
    assert "encryptedData" in json.loads(row["printing"])["print_data"]
    (parcel,) = hub.rows("SELECT * FROM parcel")
    assert (parcel["fulfilment_id"], parcel["shipped_at"]) == (made["id"], None)
    assert parcel["tracking_no"] == waybill["number"]
    assert (made["state"], told(hub)) == ("handed_over", ["ACCEPT"])
    receipts = hub.rows("SELECT receipt FROM outbox WHERE effect = 'label.create'")
    assert "print_data" not in receipts[0]["receipt"], "it is kept once"


def test_the_label_is_asked_for_together_with_the_fulfilment_or_not_at_all(hub: Hub) -> None:
    for moment in itertools.count(1):
        hub.land(hub.trade(moment))
        with dying(hub.database, moment) as countdown:
            jobs.process(0)
        query = """
            SELECT f.no FROM fulfilment f
            LEFT JOIN label l ON l.fulfilment_id = f.id
            LEFT JOIN outbox o ON o.subject = 'label:' || f.no
            WHERE o.id IS NULL OR l.id IS NULL
        """
        assert hub.rows(query) == []
        hub.advance(RECOVERED)
        if not countdown.died:
            break
    hub.work()
    assert len(labels(hub)) == moment


def test_whenever_a_worker_dies_no_second_number_is_used(patient: Hub) -> None:
    """Also between the answer and its receipt: the repeat gets the number that was given."""
    hub = patient
    for moment in itertools.count(1):
        place(hub, moment)
        with dying(hub.database, moment, COMMITS) as countdown:
            jobs.deliver(hub.connections["cainiao"])
        hub.advance(RECOVERED)
        hub.deliver()
        if not countdown.died:
            break
    until_idle(hub)
    given = waybills(hub)
    assert len({parcel for parcel, _ in given}) == len(given) == moment
    assert {state for state, _ in labels(hub)} == {"made"}
    assert sorted(parcels(hub)) == sorted(one["number"] for one in hub.labels.office.waybills())
    assert told(hub) == ["ACCEPT"] * moment
    assert hub.labels.office.repeats > 0, "it died between the answer and its receipt as well"


def test_a_lost_answer_costs_no_second_number(hub: Hub) -> None:
    for number, kind in enumerate(("server_error", "cut", "dropped", "busy"), 1):
        hub.labels.faults.add(Fault(kind, call=GET, after=True))
        place(hub, number)
        hub.deliver()
        until_idle(hub)
    assert len(waybills(hub)) == len(set(parcels(hub))) == 4


def test_with_label_first_the_warehouse_hears_of_it_with_the_number(patient: Hub) -> None:
    hub = patient
    hub.labels.faults.add(Fault("server_error", call=GET))
    place(hub, 1)
    hub.deliver()
    assert (told(hub), hub.fulfilments(1)[0]["state"]) == ([], "waiting")
    hub.advance(60)
    hub.deliver()
    assert (told(hub), hub.fulfilments(1)[0]["state"]) == (["ACCEPT"], "handed_over")
    (row,) = hub.rows("SELECT body FROM outbox WHERE effect = 'fulfilment.create'")
    body = json.loads(row["body"])
    (waybill,) = hub.labels.office.waybills()
    assert (body["tracking_no"], body["courier"]) == (waybill["number"], waybill["courier"])
    assert body["owner_code"] == "ORDERLOOM", "with the step's own options"
    assert body["lines"]


def test_label_first_keeps_the_hour_of_the_hand_over(database: Database) -> None:
    hub = Hub(database)
    add_label_step(hub, label_first=True)

    def at_ten(document: dict[str, Any]) -> None:
        document["outbound"][0]["hand_over"] = {"daily_at": "10:00"}

    hub.republish(at_ten)
    place(hub, 1)
    hub.deliver()
    assert (labels(hub)[0][0], told(hub)) == ("made", [])
    hub.advance((hub.fulfilments(1)[0]["hand_over_at"] - hub.clock.now()) / 1000)
    hub.deliver()
    assert told(hub) == ["ACCEPT"]


def test_an_empty_pool_is_an_exception_and_a_retry_gets_the_number(patient: Hub) -> None:
    hub = patient
    place(hub, 1, 2)
    courier = hub.fulfilments(1)[0]["courier"]
    hub.labels.office.pools[courier] = 0
    hub.deliver()
    raised = hub.exceptions()
    assert {one["code"] for one in raised} == {"connect.no_numbers_left"}
    assert len({one["cause"] for one in raised}) == 1, "they can be retried together"
    assert told(hub) == []
    hub.labels.office.pools[courier] = 10
    for one in raised:
        with hub.write() as tx:
            retry_exception(tx, hub.context.plans, one["id"], OPS, hub.clock.now(), ZONE)
    hub.deliver()
    assert (hub.exceptions(), len(parcels(hub)), told(hub)) == ([], 2, ["ACCEPT"] * 2)


def test_an_address_nobody_serves_stops_that_one_label_only(hub: Hub) -> None:
    hub.labels.office.unserved.append("西藏自治区")
    hub.take(hub.trade(1, receiver_state="西藏自治区"), hub.trade(2))
    hub.deliver()
    assert [one["code"] for one in hub.exceptions()] == ["connect.not_served"]
    assert sorted(state for state, _ in labels(hub)) == ["made", "waiting"]
    assert len(told(hub)) == 2, "who does not wait for the label is told"


def test_an_unsent_label_and_its_cancellation_annihilate(database: Database) -> None:
    hub = Hub(database)
    add_label_step(hub, hand_over={"daily_at": "10:00"})
    place(hub, 1)
    cancel(hub)
    hub.advance(86_400)
    hub.deliver()
    assert (hub.labels.calls, labels(hub)) == ({}, [("cancelled", None)])


def test_a_cancelled_fulfilment_gives_its_number_back(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    cancel(hub)
    hub.deliver()
    assert [state for _, state in waybills(hub)] == ["cancelled"]
    assert ([state for state, _ in labels(hub)], parcels(hub)) == (["cancelled"], [])
    assert hub.exceptions() == []


def test_a_changed_address_gets_a_number_of_its_own(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.take(hub.trade(1, later=5, receiver_address="另一条路2号"))
    hub.deliver()
    hub.work()
    hub.deliver()
    assert [state for _, state in waybills(hub)] == ["cancelled", "issued"]
    assert [state for state, _ in labels(hub)] == ["cancelled", "made"]
    assert len(parcels(hub)) == 1


def test_goods_a_warehouse_does_not_stop_keep_their_number(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.wms._set_status(hub.fulfilments(1)[0]["no"], "DELIVERED")
    cancel(hub)
    hub.deliver()
    assert [state for _, state in waybills(hub)] == ["issued"]
    assert ([state for state, _ in labels(hub)], len(parcels(hub))) == (["made"], 1)


def test_a_refused_label_of_a_cancelled_order_bothers_nobody(hub: Hub) -> None:
    hub.labels.faults.add(Fault("refused", call=GET))
    place(hub, 1)
    hub.deliver()
    assert len(hub.exceptions()) == 1
    cancel(hub)
    hub.deliver()
    assert (hub.exceptions(), labels(hub)) == ([], [("cancelled", None)])


def test_a_number_that_cannot_be_given_back_calls_a_person(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    hub.labels.office.waybills()[0]["state"] = "picked_up"
    cancel(hub)
    hub.deliver()
    assert [one["code"] for one in hub.exceptions()] == ["connect.refused"]
    assert "揽收" in hub.exceptions()[0]["params"]["reason"]
    assert labels(hub)[0][0] == "cancelling"


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
    ways: list[Meanwhile] = []

    def way(transport: Transport) -> Transport:
        ways.append(Meanwhile(transport))
        return ways[0]

    hub = Hub(database, transport=way)
    add_label_step(hub, label_first=label_first)
    if lost:
        hub.labels.faults.add(Fault("cut", call=GET, after=True))
    place(hub, 1)
    ways[0].work = lambda: cancel(hub)
    hub.deliver()
    until_idle(hub)
    assert [state for _, state in waybills(hub)] == ["cancelled"]
    assert ([state for state, _ in labels(hub)], parcels(hub)) == (["cancelled"], [])
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
    assert {state for _, state in waybills(hub)} == {"cancelled"}
    assert ({state for state, _ in labels(hub)}, parcels(hub)) == ({"cancelled"}, [])


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
    assert "issued" not in {state for _, state in waybills(hub)}
    assert ({state for state, _ in labels(hub)}, parcels(hub)) == ({"cancelled"}, [])


def test_waiting_for_a_label_nobody_gets_is_no_blueprint(hub: Hub) -> None:
    def alone(document: dict[str, Any]) -> None:
        document["outbound"] = [{**document["outbound"][0], "label_first": True}]

    with pytest.raises(BlueprintError) as caught:
        hub.republish(alone)
    assert "blueprint.no_label_step" in str(caught.value.params)


def test_a_step_to_wait_for_that_makes_no_labels_is_not_waited_for(database: Database) -> None:
    """A role may be bound to anything: then the warehouse is told at once."""
    hub = Hub(database)
    add_label_step(hub, label_first=True)
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE connection SET kind = 'warehouse' WHERE connector = 'cainiao'")
    place(hub, 1)
    hub.deliver()
    assert told(hub) == ["ACCEPT"]
