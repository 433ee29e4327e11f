"""One waybill number for a fulfilment, whatever goes wrong on the way to it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.errors import BlueprintError
from orderloom.services.delivering.retry import retry_exception
from orderloom.store.db import Database
from tests.support.crash import COMMITS, dying
from tests.support.hub import ZONE, Hub
from tests.support.labels import (
    GET,
    OPS,
    RECOVERED,
    change_steps,
    labels,
    parcels,
    place,
    told,
    told_at_once,
    until_idle,
    waybills,
)


@pytest.fixture
def hub(database: Database) -> Hub:
    return told_at_once(database)


@pytest.fixture
def patient(database: Database) -> Hub:
    """The warehouse is told only when the number is known."""
    return Hub(database, labels=True)


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
        with dying(hub.database, moment, COMMITS) as countdown:
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
    given = hub.labels.office.waybills()
    assert len({one["parcel"] for one in given}) == len(given) == moment
    assert set(labels(hub)) == {"made"}
    assert sorted(parcels(hub)) == sorted(one["number"] for one in given)
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
    hub.wms.ship(body["fulfilment_no"])
    (left,) = hub.wms.order(body["fulfilment_no"])["parcels"]
    assert (left["courier"], left["number"]) == (waybill["courier"], waybill["number"])
    assert body["lines"]


def test_label_first_keeps_the_hour_of_the_hand_over(database: Database) -> None:
    hub = Hub(database, labels=True)

    def at_ten(document: dict[str, Any]) -> None:
        document["outbound"][0]["hand_over"] = {"daily_at": "10:00"}

    hub.republish(at_ten)
    place(hub, 1)
    hub.deliver()
    assert (labels(hub)[0], told(hub)) == ("made", [])
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
    assert sorted(labels(hub)) == ["made", "waiting"]
    assert len(told(hub)) == 2, "who does not wait for the label is told"


def test_waiting_for_a_label_nobody_gets_is_no_blueprint(hub: Hub) -> None:
    def alone(document: dict[str, Any]) -> None:
        document["outbound"] = [{**document["outbound"][0], "label_first": True}]

    with pytest.raises(BlueprintError) as caught:
        hub.republish(alone)
    assert "blueprint.no_label_step" in str(caught.value.params)


def test_a_step_to_wait_for_that_makes_no_labels_is_not_waited_for(patient: Hub) -> None:
    """A role may be bound to anything: then the warehouse is told at once."""
    hub = patient
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE connection SET kind = 'warehouse' WHERE connector = 'cainiao'")
    place(hub, 1)
    hub.deliver()
    assert told(hub) == ["ACCEPT"]


def test_labels_are_got_for_the_channels_a_step_names(patient: Hub) -> None:
    """Others have receivers this label service cannot read; their warehouse waits for nothing."""
    hub = patient
    change_steps(hub, platforms=["jd"])
    place(hub, 1)
    hub.deliver()
    assert (labels(hub), told(hub)) == ([], ["ACCEPT"])


def test_a_channel_nobody_reads_cannot_be_named(hub: Hub) -> None:
    with pytest.raises(BlueprintError) as caught:
        change_steps(hub, platforms=["jingdong"])
    assert "/outbound/1/platforms/0" in str(caught.value.params)
