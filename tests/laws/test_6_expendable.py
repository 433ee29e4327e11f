"""Law 6, in one process: work dies at every single statement; what is left is taken up and done.

`test_6_kill.py` does it to real processes.
"""

from __future__ import annotations

import itertools

import pytest

from orderloom import jobs
from orderloom.jobs import ticker
from orderloom.services.hub import work
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.crash import dying
from tests.support.depth import DEPTH
from tests.support.hub import SECOND, Hub
from tests.support.queues import Calls

TAKEN_UP_WITHIN = 20  # seconds


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def test_whenever_the_hub_dies_it_ends_up_equal_to_shop_and_warehouse(hub: Hub) -> None:
    """Every statement and commit of pulling, processing and delivering, one after the other.

    Without depth every other one, the odd ones on SQLite and the even ones on PostgreSQL.
    """
    made: list[str] = []
    first, step = (1, 1) if DEPTH > 1 else (1 if hub.database.is_sqlite else 2, 2)
    for moment in itertools.count(first, step):
        made += hub.shop.shop.make(1, "law6")
        if len(made) % 3 == 0:
            hub.shop.shop.act(made[len(made) // 3], "move" if len(made) % 2 else "cancel")
        with dying(hub.database, moment) as countdown:
            hub.run()
        hub.advance(13)
        hub.run()
        hub.run()
        if not countdown.died:
            break
    assert moment > 50, "a whole run has more steps than that"
    assert invariants.wrong_with(hub) == []


def seconds_until_done(hub: Hub) -> int:
    """How long a dead worker's batch waits, on the hub's own clock, when it ticks each second."""
    for second in range(120):
        if not hub.waiting:
            return second
        hub.advance(1)
        jobs.process(0)
    return 120


def test_a_dead_workers_batch_is_taken_up_in_time(hub: Hub) -> None:
    hub.land(hub.trade(1))
    with hub.write() as tx:
        assert work.claim_next_lane(tx, "a worker that dies now", hub.clock.now())
    assert 0 < seconds_until_done(hub) <= TAKEN_UP_WITHIN


def test_control_a_lease_without_an_end_would_never_be_taken_up(hub: Hub) -> None:
    hub.land(hub.trade(1))
    with hub.write() as tx:
        lane = work.claim_next_lane(tx, "a worker that dies now", hub.clock.now())
    assert lane is not None
    forever = hub.clock.now() + 3600 * SECOND
    hub.execute("UPDATE lease SET lease_until = :until WHERE id = :id", until=forever, id=lane.id)
    assert seconds_until_done(hub) > TAKEN_UP_WITHIN


def test_a_worker_that_was_only_slow_cannot_write_any_more(hub: Hub) -> None:
    hub.land(hub.trade(1))
    with hub.write() as tx:
        slow = work.claim_next_lane(tx, "slow", hub.clock.now())
    assert slow is not None
    hub.advance(13)
    hub.work()
    with pytest.raises(Exception, match=r"work\.lease_lost"), hub.write() as tx:
        work.finish(tx, slow)
    assert hub.value("SELECT count(*) FROM orders") == 1


BY_THE_CLOCK = {"watch", "list_outbound"}  # due now and then, whatever happened


def woken(hub: Hub) -> set[str]:
    calls = Calls()
    hub.context.redis = calls  # type: ignore[assignment]
    ticker.tick()
    return {kind for kind, _ in calls.take()} - BY_THE_CLOCK


def test_each_second_finds_all_work_there_is_without_any_memory_of_redis(hub: Hub) -> None:
    hub.run(wait=10)
    assert woken(hub) == set()
    hub.advance(6)
    assert woken(hub) == {"pull"}
    hub.land(hub.trade(1))
    assert woken(hub) == {"pull", "process"}
    hub.work()
    assert woken(hub) == {"pull", "deliver"}


def test_what_somebody_works_on_is_left_alone(hub: Hub) -> None:
    hub.land(hub.trade(1))
    with hub.write() as tx:
        work.claim_next_lane(tx, "me", hub.clock.now())
        work.claim(tx, "pull", hub.account, 0, "me", hub.clock.now())
    assert woken(hub) == set()
