"""Law 4: every effect outside leaves through the outbox, with its cause, once in effect."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from typing import Any

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Message
from orderloom.services.connecting import connections
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.crash import dying
from tests.support.hub import Hub

RECOVERED = 13
FAULTS = ("server_error", "cut", "dropped", "busy")
CALLS = ("deliveryorder.create", "order.cancel", "deliveryorder.query")


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def until_idle(hub: Hub) -> None:
    for _ in range(60):
        hub.advance(120)
        hub.work()
        hub.deliver()
        if not invariants.leftovers(hub):
            break


@pytest.mark.parametrize("seed", range(3))
def test_whatever_goes_wrong_on_the_way_everything_arrives_once(hub: Hub, seed: int) -> None:
    luck = random.Random(seed)
    for _ in range(6):
        hub.shop.shop.make(5, f"law4/{seed}")
        for trade in luck.sample(hub.shop.shop.all(), 3):
            if trade["status"] == "WAIT_SELLER_SEND_GOODS":
                hub.shop.shop.act(trade["tid"], luck.choice(["move", "cancel", "memo"]))
        for _ in range(4):
            fault = Fault(luck.choice(FAULTS), call=luck.choice(CALLS), after=luck.random() < 0.6)
            hub.wms.faults.add(fault)
        hub.run()
        hub.advance(30)
    hub.wms.faults.clear()
    hub.run()
    until_idle(hub)
    assert invariants.wrong_with(hub) == []
    assert hub.wms.repeats == 0, "what can be asked about is not simply sent again"


def test_whenever_a_worker_dies_while_sending_everything_arrives_once(hub: Hub) -> None:
    for moment in itertools.count(1):
        hub.shop.shop.make(2, "law4")
        hub.pull()
        hub.work()
        with dying(hub.database, moment) as countdown:
            jobs.deliver(hub.connections["qimen"])
        hub.advance(RECOVERED)
        hub.deliver()
        if not countdown.died:
            break
    assert invariants.wrong_with(hub) == []
    assert hub.wms.repeats == 0


def test_control_whoever_forgets_that_it_may_have_arrived_sends_it_again(hub: Hub) -> None:
    """The same message after a lost answer, without asking the warehouse first."""
    hub.take(hub.trade(1))
    (row,) = hub.rows("SELECT * FROM outbox")
    with hub.database.read() as tx:
        connector = connections.connect(tx, hub.context.gateway, hub.connections["qimen"])
        body = json.loads(tx.exec_driver_sql("SELECT body FROM outbox").scalar_one())
    message = Message(str(row["id"]), row["effect"], row["subject"], "key", body)
    hub.wms.faults.add(Fault("dropped", call="deliveryorder.create", after=True))
    assert not connector.send([message])[0].ok
    assert connector.send([message])[0].ok
    assert hub.wms.repeats == 1


def test_an_effect_and_its_cause_are_written_together_or_not_at_all(hub: Hub) -> None:
    for moment in itertools.count(1):
        hub.land(hub.trade(moment))
        with dying(hub.database, moment) as countdown:
            jobs.process(0)
        query = """
            SELECT f.no FROM fulfilment f LEFT JOIN outbox o ON o.subject = 'fulfilment:' || f.no
            WHERE o.id IS NULL
        """
        assert hub.rows(query) == []
        numbers = Counter(row["subject"] for row in hub.rows("SELECT subject FROM outbox"))
        assert set(numbers.values()) <= {1}
        hub.advance(RECOVERED)
        if not countdown.died:
            break
    hub.work()
    assert hub.value("SELECT count(*) FROM fulfilment") == moment


def test_an_unsent_fulfilment_and_its_cancellation_annihilate(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.take(hub.trade(1, later=5, status="TRADE_CLOSED"))
    hub.deliver()
    assert hub.wms.calls == {}


def test_what_the_receiver_sees_is_the_same_at_every_try(hub: Hub) -> None:
    hub.take(hub.trade(1))
    codes: list[Any] = []
    for _ in range(3):
        hub.wms.faults.add(Fault("dropped", call="deliveryorder.create"))
        hub.deliver()
        codes += hub.rows("SELECT idempotency_key, subject, body FROM outbox")
        hub.advance(120)
    hub.deliver()
    assert all(code == codes[0] for code in codes)
    assert len(hub.wms.orders()) == 1


def test_a_plan_published_on_the_way_sends_nothing_twice(hub: Hub) -> None:
    hub.take(hub.trade(1), hub.trade(2))
    hub.deliver()
    hub.republish(lambda document: document["outbound"][0]["options"].update(owner_code="OTHER"))
    hub.execute("UPDATE inbox SET state = 'waiting', attempts = attempts + 1")
    hub.work()
    hub.deliver()
    assert len(hub.wms.orders()) == 2
    assert hub.wms.repeats == 0
