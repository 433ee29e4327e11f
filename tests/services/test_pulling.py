"""Reading a shop: nothing is lost, nothing is read for ever, one refused order stops nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.simulators.taobao import Options
from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Request, Response, Transport
from orderloom.services.hub import work
from orderloom.store.db import Database
from tests.support.hub import SECOND, Hub
from tests.support.tapping import tapped

DETAIL = "taobao.trade.fullinfo.get"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def test_every_order_of_the_shop_lands_with_its_exact_number(hub: Hub) -> None:
    made = hub.shop.shop.make(120, "pull")
    assert hub.pull() == 120
    numbers = [row["external_no"] for row in hub.rows("SELECT external_no FROM inbox")]
    assert sorted(numbers) == sorted(made)


def test_a_version_that_landed_is_not_asked_for_again(hub: Hub) -> None:
    hub.shop.shop.make(10, "pull")
    hub.pull(wait=10)
    asked = hub.shop.calls[DETAIL]
    hub.pull(wait=5)
    assert hub.shop.calls[DETAIL] == asked


class Meanwhile:
    """Lets something happen at the shop right before and right after a detail call is answered."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.before: Callable[[], None] | None = None
        self.after: Callable[[], None] | None = None

    def send(self, request: Request) -> Response:
        if self.before is None or self.after is None or DETAIL.encode() not in request.body:
            return self.way.send(request)
        before, after, self.before = self.before, self.after, None
        before()
        response = self.way.send(request)
        after()
        return response


def test_a_second_change_within_the_second_it_was_read_in_is_not_lost(database: Database) -> None:
    hub, way = tapped(database, Meanwhile)
    (tid,) = hub.shop.shop.make(1, "pull")
    way.before = lambda: hub.shop.shop.act(tid, "memo", "read")
    way.after = lambda: hub.shop.shop.act(tid, "memo", "changed in the same second")
    hub.run()
    assert hub.order(0)["canonical"]["seller_note"] == "read"
    hub.run()
    assert hub.order(0)["canonical"]["seller_note"] == "changed in the same second"


def test_one_refused_order_keeps_no_other_back(hub: Hub) -> None:
    hub.shop.shop.make(5, "pull")
    hub.shop.faults.add(Fault("refused", call=DETAIL))
    assert hub.pull() == 5
    hub.work()
    (row,) = hub.rows("SELECT * FROM inbox WHERE state = 'failed'")
    assert hub.value("SELECT count(*) FROM orders") == 4
    (refused,) = hub.exceptions()
    assert (refused["code"], refused["inbox_id"]) == ("connect.refused", row["id"])
    assert refused["params"]["external_no"] == row["external_no"]


def test_a_refused_order_is_asked_for_again_and_its_exception_closed(hub: Hub) -> None:
    hub.shop.shop.make(3, "pull")
    hub.shop.faults.add(Fault("refused", call=DETAIL))
    hub.run()
    assert [e["code"] for e in hub.exceptions()] == ["connect.refused"]
    hub.run(wait=5)
    assert hub.exceptions() == []
    assert hub.value("SELECT count(*) FROM orders") == 3


def test_an_order_that_stays_refused_is_asked_for_once_an_hour(hub: Hub) -> None:
    hub.shop.shop.make(1, "pull")
    hub.shop.faults.add(Fault("refused", times=100, call=DETAIL))
    hub.pull()
    hub.pull()
    asked = hub.shop.calls[DETAIL]
    hub.pull()
    assert hub.shop.calls[DETAIL] == asked
    hub.pull(wait=3600)
    assert hub.shop.calls[DETAIL] == asked + 1
    assert len(hub.exceptions()) == 1


class Slow:
    """Each call takes `seconds` of the hub's time."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.seconds = 0.0
        self.advance: Any = None

    def send(self, request: Request) -> Response:
        if self.seconds:
            self.advance(self.seconds)
        return self.way.send(request)


def test_a_slow_shop_is_read_in_several_jobs_without_asking_twice(database: Database) -> None:
    slow: list[Slow] = []

    def way(transport: Transport) -> Transport:
        slow.append(Slow(transport))
        return slow[0]

    hub = Hub(database, transport=way)
    hub.shop.shop.make(12, "pull")
    hub.advance(20)
    slow[0].advance, slow[0].seconds = hub.advance, 5.0
    rounds = 0
    while hub.value("SELECT count(*) FROM inbox") < 12:
        assert jobs.pull(hub.account) > 0
        rounds += 1
    assert rounds > 1
    assert hub.shop.calls[DETAIL] == 12


def test_a_failed_pull_is_noted_and_comes_later_each_time(hub: Hub) -> None:
    hub.shop.shop.make(1, "pull")
    hub.shop.faults.add(Fault("server_error", times=100))
    waits = []
    for _ in range(3):
        hub.pull(wait=400)
        waits.append(hub.of_account("next_pull_at") - hub.clock.now())
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert "connect.server_error" in hub.of_account("trouble")
    hub.shop.faults.clear()
    assert hub.pull(wait=400) == 1
    assert hub.of_account("trouble") is None


def test_an_expired_session_stops_the_shop_until_somebody_logs_in_again(hub: Hub) -> None:
    hub.shop.expired = True
    hub.pull()
    states = hub.pairs("SELECT connector, state FROM connection")
    assert states["taobao"] == "auth_failed"
    calls = dict(hub.shop.calls)
    hub.pull()
    assert hub.shop.calls == calls


def test_a_connector_that_breaks_down_is_noted_as_a_failed_pull(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> Any:
        raise KeyError("no such thing")

    monkeypatch.setattr(hub.connector, "pull", broken)
    hub.pull()
    assert "delivery.connector_broke" in hub.of_account("trouble")
    assert hub.of_account("next_pull_at") > hub.clock.now()


def test_two_pulls_of_one_shop_do_not_run_at_once(hub: Hub) -> None:
    hub.shop.shop.make(1, "pull")
    hub.advance(5)
    with hub.write() as tx:
        held = work.claim(tx, "pull", hub.account, 0, "other", hub.clock.now())
    assert held is not None
    assert jobs.pull(hub.account) == 0
    hub.advance(work.LEASE_MS / SECOND)
    assert jobs.pull(hub.account) == 1


def test_whole_rows_in_the_list_need_no_detail_call(database: Database) -> None:
    hub = Hub(database, options=Options(full_list=True))
    hub.shop.shop.make(30, "pull")
    assert hub.pull() == 30
    assert DETAIL not in hub.shop.calls
