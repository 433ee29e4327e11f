"""Messages are written once per cause, taken back while they are ours, and leave when due."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.services.delivering import outbox
from orderloom.services.delivering.outbox import Outgoing
from orderloom.store.db import Database
from tests.support.hub import Hub

MINUTE = 60_000


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def message(hub: Hub, subject: str = "fulfilment:F1", **changes: Any) -> Outgoing:
    values = {"effect": "fulfilment.create", "version": 1, "body": {"n": 1}, "not_before": 0}
    return Outgoing(hub.connections["qimen"], subject, **{**values, **changes}, order_id=None)


def put(hub: Hub, *messages: Outgoing) -> None:
    with hub.write() as tx:
        outbox.put(tx, messages, hub.clock.now())


def test_the_same_cause_twice_is_one_message(hub: Hub) -> None:
    put(hub, message(hub), message(hub, body={"n": 2}))
    put(hub, message(hub, body={"n": 3}))
    (row,) = hub.rows("SELECT * FROM outbox")
    assert row["body"] == '{"n":1}'
    assert row["idempotency_key"] == "fulfilment:F1/fulfilment.create/1"


def test_another_version_effect_or_subject_is_another_message(hub: Hub) -> None:
    put(
        hub,
        message(hub),
        message(hub, version=2),
        message(hub, effect="fulfilment.cancel"),
        message(hub, "fulfilment:F2"),
    )
    assert hub.value("SELECT count(*) FROM outbox") == 4


def test_messages_and_their_cause_are_written_together_or_not_at_all(hub: Hub) -> None:
    def fail(tx: Any) -> None:
        outbox.put(tx, [message(hub)], hub.clock.now())
        raise RuntimeError

    with pytest.raises(RuntimeError), hub.write() as tx:
        fail(tx)
    assert hub.value("SELECT count(*) FROM outbox") == 0


def first_message(hub: Hub) -> dict[str, Any]:
    hub.take(hub.trade(1))
    (row,) = hub.rows("SELECT * FROM outbox")
    return row


@pytest.mark.parametrize("state", ["waiting", "dead"])
def test_what_never_left_is_taken_back(hub: Hub, state: str) -> None:
    row = first_message(hub)
    with hub.write() as tx:
        tx.exec_driver_sql(f"UPDATE outbox SET state = '{state}'")  # noqa: S608
    with hub.write() as tx:
        assert outbox.take_back(tx, row["order_id"], row["subject"]) == [row["id"]]
    assert hub.value("SELECT state FROM outbox") == "cancelled"


@pytest.mark.parametrize(
    ("state", "doubtful"), [("sending", True), ("sent", False), ("waiting", True), ("dead", True)]
)
def test_what_may_have_left_is_not_taken_back(hub: Hub, state: str, doubtful: bool) -> None:
    row = first_message(hub)
    with hub.write() as tx:
        values = f"state = '{state}', doubtful = {'TRUE' if doubtful else 'FALSE'}"
        tx.exec_driver_sql(f"UPDATE outbox SET {values}")  # noqa: S608
    with hub.write() as tx:
        assert outbox.take_back(tx, row["order_id"], row["subject"]) is None
    assert hub.value("SELECT state FROM outbox") == state


def test_a_fulfilment_without_messages_needs_nothing_taken_back(hub: Hub) -> None:
    row = first_message(hub)
    with hub.write() as tx:
        assert outbox.take_back(tx, row["order_id"], "fulfilment:other") == []


SHANGHAI_10 = 1_790_820_000_000  # 1 October 2026, 10:00 in Shanghai


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (SHANGHAI_10 - MINUTE, SHANGHAI_10),
        (SHANGHAI_10, SHANGHAI_10 + 24 * 60 * MINUTE),
        (SHANGHAI_10 + MINUTE, SHANGHAI_10 + 24 * 60 * MINUTE),
    ],
)
def test_daily_hand_over_is_the_next_one_in_the_hubs_zone(now: int, due: int) -> None:
    assert outbox.hand_over_at({"daily_at": "10:00"}, now, "Asia/Shanghai") == due


def test_daily_hand_over_follows_the_clock_when_it_is_changed() -> None:
    """Berlin, the night the clock goes back: the next ten o'clock is 25 hours away."""
    before = 1_792_828_800_000  # 24 October 2026, 10:00 in summer time
    due = outbox.hand_over_at({"daily_at": "10:00"}, before, "Europe/Berlin")
    assert due - before == 25 * 60 * MINUTE


def test_at_once_is_now() -> None:
    assert outbox.hand_over_at("at_once", 5, "UTC") == 5


def test_orders_of_a_day_leave_at_the_hour_and_not_before(hub: Hub) -> None:
    def daily(document: dict[str, Any]) -> None:
        document["outbound"][0]["hand_over"] = {"daily_at": "10:00"}

    hub.republish(daily)
    hub.take(hub.trade(1))
    (made,) = hub.fulfilments(1)
    assert made["hand_over_at"] > hub.clock.now()
    hub.deliver()
    assert hub.wms.orders() == []
    hub.advance((made["hand_over_at"] - hub.clock.now()) / 1000)
    hub.deliver()
    assert [order["code"] for order in hub.wms.orders()] == [made["no"]]
