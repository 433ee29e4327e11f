"""What the warehouse answers decides what becomes of a fulfilment, its stock and its order."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Request, Response, Transport
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.racing import Rival
from tests.support.tapping import tapped

TEE = "TEE-BLK-S"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def out(hub: Hub) -> list[str]:
    return [f["state"] for f in hub.fulfilments(1)]


def status(hub: Hub) -> list[str]:
    return [order["status"] for order in hub.wms.orders()]


def hand_over(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.deliver()


def cancel(hub: Hub, later: int = 5) -> None:
    hub.take(hub.trade(1, later=later, status="TRADE_CLOSED"))


def test_a_create_that_arrived_is_handed_over(hub: Hub) -> None:
    hand_over(hub)
    assert (out(hub), hub.order(1)["state"]) == (["handed_over"], "handed_over")


def test_a_refused_cancellation_leaves_the_goods_out_and_calls_a_person(hub: Hub) -> None:
    hand_over(hub)
    hub.wms._set_status(hub.fulfilments(1)[0]["no"], "DELIVERED")
    cancel(hub)
    hub.deliver()
    assert out(hub) == ["handed_over"]
    assert hub.levels()["HZ", TEE][1] == 1
    assert [told["code"] for told in hub.exceptions()] == ["fulfilment.cancel_refused"]


def test_a_refused_cancellation_does_not_keep_the_next_one_back(hub: Hub) -> None:
    hand_over(hub)
    code = hub.fulfilments(1)[0]["no"]
    hub.wms._set_status(code, "DELIVERED")
    hub.take(hub.trade(1, later=5, receiver_address="另一条路2号"))
    hub.deliver()
    hub.wms._set_status(code, "ACCEPT")
    cancel(hub, later=9)
    hub.deliver()
    assert (out(hub), status(hub)) == (["cancelled"], ["CANCELED"])
    assert hub.levels()["HZ", TEE][1] == 0
    assert hub.exceptions() == []


def test_a_cancellation_that_only_failed_is_no_refusal(hub: Hub) -> None:
    hand_over(hub)
    cancel(hub)
    hub.wms.faults.add(Fault("server_error", call="order.cancel"))
    hub.deliver()
    assert out(hub) == ["cancelling"]
    hub.advance(60)
    hub.deliver()
    assert out(hub) == ["cancelled"]


def test_a_create_refused_while_it_was_being_cancelled_ends_both(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.wms.faults.add(Fault("dropped", call="deliveryorder.create"))
    hub.deliver()
    cancel(hub)
    assert out(hub) == ["cancelling"]
    hub.wms.faults.add(Fault("refused", call="deliveryorder.create"))
    hub.advance(60)
    hub.deliver()
    assert out(hub) == ["cancelled"]
    assert {row["state"] for row in hub.rows("SELECT state FROM outbox")} == {"cancelled"}
    assert (hub.levels()["HZ", TEE][1], hub.exceptions()) == (0, [])


def test_a_refused_create_is_taken_back_with_its_exception(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.wms.faults.add(Fault("refused", call="deliveryorder.create"))
    hub.deliver()
    assert [told["code"] for told in hub.exceptions()] == ["connect.refused"]
    cancel(hub)
    assert (out(hub), hub.exceptions()) == (["cancelled"], [])


def test_a_cancellation_goes_where_the_fulfilment_went_whatever_the_plan_says_now(
    hub: Hub,
) -> None:
    hand_over(hub)

    def no_outbound(document: dict[str, Any]) -> None:
        document["outbound"] = []

    hub.republish(no_outbound)
    cancel(hub)
    hub.deliver()
    assert (out(hub), status(hub)) == (["cancelled"], ["CANCELED"])


def test_an_unsent_fulfilment_is_taken_back_even_when_its_way_out_is_gone(hub: Hub) -> None:
    hub.take(hub.trade(1))

    def no_outbound(document: dict[str, Any]) -> None:
        document["outbound"] = []

    hub.republish(no_outbound)
    cancel(hub)
    hub.deliver()
    assert (out(hub), hub.wms.orders()) == (["cancelled"], [])


def test_a_fulfilment_without_a_way_out_can_be_cancelled(hub: Hub) -> None:
    def no_outbound(document: dict[str, Any]) -> None:
        document["outbound"] = []

    hub.republish(no_outbound)
    hub.take(hub.trade(1))
    cancel(hub)
    assert (out(hub), hub.levels()["HZ", TEE][1]) == (["cancelled"], 0)


class Meanwhile:
    """Runs `work` once the warehouse has answered a create, before the answer is recorded."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.work: Any = None

    def send(self, request: Request) -> Response:
        response = self.way.send(request)
        if self.work and "deliveryorder.create" in request.url:
            work, self.work = self.work, None
            work()
        return response


def test_an_order_cancelled_while_it_was_sent_is_cancelled_at_the_warehouse(
    database: Database,
) -> None:
    hub, way = tapped(database, Meanwhile)
    hub.take(hub.trade(1))
    way.work = lambda: cancel(hub)
    hub.deliver()
    assert (out(hub), status(hub)) == (["cancelled"], ["CANCELED"])
    assert hub.levels()["HZ", TEE][1] == 0


def test_a_payload_and_a_receipt_that_meet_both_count(hub: Hub) -> None:
    """Whoever comes second waits, and sees what the first one wrote."""
    hub.take(hub.trade(1))
    hub.land(hub.trade(1, later=5, seller_memo="加急"))
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE orders SET touched_by_hand = TRUE")
        workers = [Rival(hub.work), Rival(lambda: jobs.deliver(hub.connections["qimen"]))]
        for worker in workers:
            worker.wait_until_stuck(hub.database)
    for worker in workers:
        worker.join()
    hub.work()
    order = hub.order(1)
    assert (order["state"], order["canonical"]["seller_note"]) == ("handed_over", "加急")
    assert order["touched_by_hand"]
    assert out(hub) == ["handed_over"]
