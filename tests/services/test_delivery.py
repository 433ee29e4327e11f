"""Messages leave in order, at least once, once in effect; trouble is told apart and bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from connectors.simulators.mail import MailServer, MailSimulator
from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Message, Receipt, Request, Response, Transport
from orderloom.jobs.keeping import kept
from orderloom.services.delivering import delivery, outbox
from orderloom.services.hub import work
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.processes import wait_until
from tests.support.racing import Rival
from tests.support.tapping import tapped

CREATE = "deliveryorder.create"
HOUR = 3600


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def place(hub: Hub, *numbers: int) -> None:
    hub.take(*(hub.trade(number) for number in numbers))


def letters(hub: Hub) -> list[dict[str, Any]]:
    return hub.rows("SELECT * FROM outbox ORDER BY id")


def codes(hub: Hub) -> list[str]:
    return sorted(order["source_order"] for order in hub.wms.orders())


def test_a_message_that_arrived_is_recorded_with_its_receipt(hub: Hub) -> None:
    place(hub, 1)
    hub.deliver()
    (row,) = letters(hub)
    assert (row["state"], row["doubtful"], row["attempts"]) == ("sent", False, 1)
    assert json.loads(row["receipt"]) == {"reference": "WMS00000001", "state": "created"}


@pytest.mark.parametrize("kind", ["server_error", "cut", "dropped", "busy"])
def test_a_failed_call_is_repeated_and_counts_once_in_effect(hub: Hub, kind: str) -> None:
    place(hub, 1)
    hub.wms.faults.add(Fault(kind, call=CREATE, after=True))
    hub.deliver()
    (row,) = letters(hub)
    assert (row["state"], bool(row["doubtful"])) == ("waiting", True)
    hub.advance(60)
    hub.deliver()
    assert letters(hub)[0]["state"] == "sent"
    assert len(hub.wms.orders()) == 1
    assert hub.wms.repeats == 0, "it should have been read back instead of being sent again"


def test_what_never_arrived_is_sent_again(hub: Hub) -> None:
    place(hub, 1)
    hub.wms.faults.add(Fault("dropped", call=CREATE))
    hub.deliver()
    assert hub.wms.orders() == []
    hub.advance(60)
    hub.deliver()
    assert len(hub.wms.orders()) == 1


def test_one_refused_message_stands_alone(hub: Hub) -> None:
    place(hub, 1, 2, 3)
    hub.wms.faults.add(Fault("refused", call=CREATE))
    hub.deliver()
    assert sorted(row["state"] for row in letters(hub)) == ["dead", "sent", "sent"]
    (told,) = hub.exceptions()
    dead = next(row for row in letters(hub) if row["state"] == "dead")
    assert (told["code"], told["outbox_id"]) == ("connect.refused", dead["id"])
    assert "仓库拒单" in told["params"]["reason"]


def test_a_dead_message_blocks_its_own_subject_only(hub: Hub) -> None:
    place(hub, 1, 2)
    hub.wms.faults.add(Fault("refused", call=CREATE))
    hub.deliver()
    dead = next(row for row in letters(hub) if row["state"] == "dead")
    with hub.write() as tx:
        late = outbox.Outgoing(
            dead["connection_id"], dead["subject"], "fulfilment.cancel", 1, {}, 0, None
        )
        outbox.put(tx, [late], hub.clock.now())
    hub.deliver()
    assert [row["state"] for row in letters(hub) if row["subject"] == dead["subject"]] == [
        "dead",
        "waiting",
    ]
    place(hub, 3)
    hub.deliver()
    assert len(hub.wms.orders()) == 2


def test_a_dead_message_is_sent_again_when_somebody_asks_for_it(hub: Hub) -> None:
    place(hub, 1)
    hub.wms.faults.add(Fault("refused", call=CREATE))
    hub.deliver()
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE outbox SET state = 'waiting', not_before = 0, attempts = 0")
    hub.deliver()
    assert (letters(hub)[0]["state"], hub.exceptions()) == ("sent", [])
    assert hub.order(1)["state"] == "handed_over"


def test_messages_of_one_subject_leave_in_order(hub: Hub) -> None:
    place(hub, 1)
    hub.wms.faults.add(Fault("dropped", call=CREATE))
    hub.deliver()
    hub.take(hub.trade(1, later=5, status="TRADE_CLOSED"))
    assert [row["effect"] for row in letters(hub)] == ["fulfilment.create", "fulfilment.cancel"]
    hub.deliver()
    assert hub.wms.calls.get("order.cancel", 0) == 0, "the first one is not due yet"
    hub.advance(60)
    hub.deliver()
    assert [row["state"] for row in letters(hub)] == ["sent", "sent"]
    assert [order["status"] for order in hub.wms.orders()] == ["CANCELED"]


def test_an_outage_costs_one_try_and_not_one_for_each_message(hub: Hub) -> None:
    place(hub, *range(1, 11))
    hub.wms.faults.add(Fault("server_error", times=10_000))
    for _ in range(30):
        hub.advance(2)
        hub.deliver()
    attempts = sorted(row["attempts"] for row in letters(hub))
    assert sum(attempts) <= 31
    assert {row["state"] for row in letters(hub)} == {"waiting"}
    hub.wms.faults.clear()
    hub.advance(HOUR)
    hub.deliver()
    assert len(hub.wms.orders()) == 10


def test_an_outage_of_hours_kills_no_message(hub: Hub) -> None:
    place(hub, 1, 2)
    hub.wms.faults.add(Fault("server_error", times=10_000))
    for _ in range(60):
        hub.advance(180)
        hub.deliver()
    hub.wms.faults.clear()
    hub.advance(HOUR)
    hub.deliver()
    assert len(hub.wms.orders()) == 2


def test_what_fails_for_ever_is_dead_at_last_and_says_why(hub: Hub) -> None:
    place(hub, 1)
    hub.wms.faults.add(Fault("server_error", times=10_000))
    for _ in range(delivery.MAX_ATTEMPTS):
        hub.advance(HOUR)
        hub.deliver()
    (row,) = letters(hub)
    assert (row["state"], bool(row["doubtful"])) == ("dead", True)
    assert [told["code"] for told in hub.exceptions()] == ["connect.server_error"]


def test_a_receiver_that_asks_for_patience_gets_it(hub: Hub) -> None:
    hub.wms.faults.add(Fault("throttled", call=CREATE))
    place(hub, 1)
    hub.deliver()
    before = letters(hub)[0]
    assert before["not_before"] > hub.clock.now()
    hub.advance((before["not_before"] - hub.clock.now()) / 1000)
    hub.deliver()
    assert letters(hub)[0]["state"] == "sent"


def test_credentials_that_fail_stop_the_connection_and_no_message_is_lost(hub: Hub) -> None:
    place(hub, 1, 2)
    hub.wms._secret = "changed at the other end"
    hub.deliver()
    assert {row["state"] for row in letters(hub)} == {"waiting"}
    trouble = hub.value("SELECT trouble FROM connection WHERE connector = 'qimen'")
    assert "connect.signature" in trouble
    assert hub.wms.orders() == []


class Slow:
    """Each call takes `seconds` of the hub's time; `during` happens meanwhile."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.during: Callable[[], None] = lambda: None

    def send(self, request: Request) -> Response:
        self.during()
        return self.way.send(request)


def slow_hub(database: Database) -> tuple[Hub, Slow]:
    return tapped(database, Slow)


def test_a_slow_receiver_gets_all_messages_in_the_end_and_each_once(database: Database) -> None:
    hub, slow = slow_hub(database)
    place(hub, *range(1, 9))
    slow.during = lambda: hub.advance(7)
    jobs_done = 0
    while any(row["state"] != "sent" for row in letters(hub)):
        assert jobs.deliver(hub.connections["qimen"]) > 0
        jobs_done += 1
    assert jobs_done > 1, "one job would have run out of its time"
    assert len(hub.wms.orders()) == 8
    assert hub.wms.calls[CREATE] == 8
    assert {row["attempts"] for row in letters(hub)} == {1}


def test_a_lease_is_kept_as_long_as_the_work_lasts(hub: Hub) -> None:
    with hub.write() as tx:
        held = work.claim(tx, "deliver", hub.connections["qimen"], 0, "me", hub.clock.now())
    assert held is not None
    with kept(hub.context, held, every=0.01):
        hub.advance(10)
        until = hub.clock.now() + work.LEASE_MS
        query = "SELECT 1 FROM lease WHERE id = :id AND lease_until = :until"
        wait_until(lambda: hub.value(query, id=held.id, until=until), "the lease to be renewed")


def test_a_lease_that_was_lost_is_not_taken_back(hub: Hub) -> None:
    connection = hub.connections["qimen"]
    with hub.write() as tx:
        held = work.claim(tx, "deliver", connection, 0, "me", hub.clock.now())
    assert held is not None
    hub.advance(work.LEASE_MS / 1000)
    with hub.write() as tx:
        assert work.claim(tx, "deliver", connection, 0, "other", hub.clock.now())
    with kept(hub.context, held, every=0.01):
        pass
    assert hub.value("SELECT holder FROM lease WHERE id = :id", id=held.id) == "other"


def test_two_workers_do_not_send_over_one_connection_at_once(database: Database) -> None:
    hub, slow = slow_hub(database)
    place(hub, 1, 2)
    inner: list[int] = []
    slow.during = lambda: inner.append(jobs.deliver(hub.connections["qimen"]))
    jobs.deliver(hub.connections["qimen"])
    assert set(inner) == {0}
    assert len(hub.wms.orders()) == 2


def test_a_worker_that_lost_its_lease_records_nothing(database: Database) -> None:
    """The other one read the message back, so the effect is known and happened once."""
    hub, slow = slow_hub(database)
    place(hub, 1)
    calls: list[int] = []

    def meanwhile() -> None:
        calls.append(1)
        if len(calls) == 1:
            hub.advance(work.LEASE_MS / 1000 + 1)
            jobs.deliver(hub.connections["qimen"])

    slow.during = meanwhile
    assert jobs.deliver(hub.connections["qimen"]) == 0
    assert (letters(hub)[0]["state"], letters(hub)[0]["attempts"]) == ("sent", 2)
    assert len(hub.wms.orders()) == 1


def test_a_message_taken_back_in_the_same_moment_does_not_leave(hub: Hub) -> None:
    place(hub, 1)
    (row,) = letters(hub)
    with hub.write() as tx:
        assert outbox.take_back(tx, row["order_id"], row["subject"])
        rival = Rival(lambda: jobs.deliver(hub.connections["qimen"]))
        rival.wait_until_stuck(hub.database)
    rival.join()
    assert hub.wms.orders() == []
    assert letters(hub)[0]["state"] == "cancelled"


def test_a_connector_that_breaks_down_over_one_message_sends_the_others(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(hub, *range(1, 7))
    unlucky = letters(hub)[3]["id"]
    qimen = hub.context.gateway.registry.get("qimen")
    send = qimen.send

    def fragile(self: Any, messages: Sequence[Message]) -> list[Receipt]:
        done = []
        for message in messages:
            if message.id == str(unlucky):
                raise KeyError("a fault in the connector")
            done += send(self, [message])
        return done

    monkeypatch.setattr(qimen, "send", fragile)
    hub.deliver()
    states = {row["id"]: row["state"] for row in letters(hub)}
    assert states.pop(unlucky) == "dead"
    assert set(states.values()) == {"sent"}
    assert len(hub.wms.orders()) == 5
    assert hub.wms.repeats == 0
    assert [told["code"] for told in hub.exceptions()] == ["delivery.connector_broke"]


def test_doubt_stays_while_nobody_who_can_know_says_otherwise(hub: Hub) -> None:
    place(hub, 1)
    hub.wms.faults.add(Fault("dropped", call=CREATE, after=True))
    hub.deliver()
    hub.wms.faults.add(Fault("server_error", call="deliveryorder.query"))
    hub.advance(60)
    hub.deliver()
    assert hub.wms.calls[CREATE] == 1, "unknown whether it arrived: it must not be repeated"
    assert bool(letters(hub)[0]["doubtful"])
    hub.advance(120)
    hub.deliver()
    assert letters(hub)[0]["state"] == "sent"
    assert hub.wms.calls[CREATE] == 1


def test_a_risk_mail_reaches_the_supervisor_once(database: Database) -> None:
    catcher = MailSimulator()
    server = MailServer(catcher).start()
    try:
        hub = Hub(database, smtp_port=server.port)
        hub.take(hub.trade(1, payment="2000.00"))
        assert jobs.deliver(hub.connections["smtp"]) == 1
        assert jobs.deliver(hub.connections["smtp"]) == 0
    finally:
        server.stop()
    (mail,) = catcher.mails()
    assert mail["to"] == ["supervisor@example.com"]
    assert "已挂起" in mail["subject"]
    assert "2,000.00" in mail["text"]


def test_an_alert_that_cannot_be_written_stops_nobody(hub: Hub) -> None:
    def ask_for_nothing(document: dict[str, Any]) -> None:
        document["alerts"][0]["text"]["zh"] = "{{ order.no_such_thing }}"

    hub.republish(ask_for_nothing)
    hub.take(hub.trade(1, payment="2000.00"), hub.trade(2))
    assert (hub.order(1)["state"], hub.order(2)["state"]) == ("held", "to_ship")
    assert sorted(told["code"] for told in hub.exceptions()) == ["risk.held", "template.failed"]
