"""One broken account delays no other: it rests, it is called apart, and it comes back by itself."""

from __future__ import annotations

import pytest

from connectors.simulators.wire import Fault
from orderloom.services.connecting import breaker
from orderloom.services.connecting.breaker import FIRST_REST_MS, OPENS_AT, SLOW_CALL_MS, SLOW_FOR_MS
from orderloom.services.delivering import delivery
from orderloom.services.incoming import pulling
from orderloom.store.db import Database
from tests.support.hub import Hub


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def row(hub: Hub) -> dict[str, int]:
    (found,) = hub.rows(
        "SELECT failures, rest_until, slow_until FROM connection WHERE connector = 'taobao'"
    )
    return dict(found)


def due(hub: Hub) -> bool:
    with hub.database.read() as tx:
        return hub.account in pulling.due_accounts(tx, hub.clock.now())


def fail(hub: Hub, kind: str = "server_error") -> None:
    hub.shop.faults.add(Fault(kind, seconds=7))
    hub.pull(wait=400)


def test_it_rests_after_failures_in_a_row_and_one_success_forgets_them(hub: Hub) -> None:
    for number in range(1, OPENS_AT + 1):
        assert row(hub)["failures"] == number - 1
        fail(hub)
    assert row(hub)["rest_until"] == hub.clock.now() + FIRST_REST_MS
    hub.execute("UPDATE account SET next_pull_at = 0")
    assert not due(hub), "its turn has come, but it rests"
    calls = sum(hub.shop.calls.values())
    hub.pull(wait=1)
    assert sum(hub.shop.calls.values()) == calls, "nobody calls while it rests"
    hub.shop.shop.make(1, "back")
    hub.pull(wait=400)
    assert row(hub) == {"failures": 0, "rest_until": 0, "slow_until": 0}
    assert sum(hub.shop.calls.values()) > calls


def test_every_further_failure_lengthens_the_rest_up_to_a_limit(hub: Hub) -> None:
    rests = []
    for _ in range(OPENS_AT + 8):
        hub.advance(700)
        fail(hub)
        rests.append(max(0, row(hub)["rest_until"] - hub.clock.now()))
    grown = [rest for rest in rests if rest]
    assert grown == sorted(grown)
    assert grown[-1] == breaker.LONGEST_REST_MS


def test_a_platform_that_says_when_to_come_back_is_not_failing(hub: Hub) -> None:
    fail(hub, "throttled")
    assert row(hub)["failures"] == 0


def test_failing_and_dawdling_connections_are_called_apart(hub: Hub) -> None:
    taobao = hub.connections["taobao"]
    assert slow(hub) == set()
    fail(hub)
    assert slow(hub) == {taobao}
    hub.pull(wait=400)
    assert slow(hub) == set()
    with hub.database.write() as tx:
        breaker.worked(tx, taobao, SLOW_CALL_MS, hub.clock.now())
    assert slow(hub) == {taobao}
    hub.advance(SLOW_FOR_MS / 1000)
    assert slow(hub) == set()
    assert breaker.apart([1, 2, 3], {2}) == ([1, 3], [2])


def slow(hub: Hub) -> set[int]:
    with hub.database.read() as tx:
        return breaker.slow_connections(tx, hub.clock.now())


def test_a_receiver_rests_too_while_the_shop_is_read_on(hub: Hub) -> None:
    hub.take(hub.trade(1))
    for _ in range(OPENS_AT):
        hub.advance(700)
        hub.wms.faults.add(Fault("server_error", call="deliveryorder.create"))
        hub.deliver()
    with hub.database.read() as tx:
        qimen = hub.connections["qimen"]
        hub.clock.advance(1)
        assert qimen not in delivery.due_connections(tx, hub.clock.now())
    assert due(hub)
    hub.advance(700)
    hub.deliver()
    assert hub.order(1)["state"] == "handed_over"
