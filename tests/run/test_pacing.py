"""Calls to one account are counted across processes, and queues keep the slow from the quick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from rq import Queue

from orderloom.connect import Limits, LocalPacer, ManualClock, Pacer, TryLater
from orderloom.jobs.pacing import RedisPacer
from orderloom.jobs.wake import WORK, call_out, started, wake
from tests.support.valkey import Valkey

START = 1_790_991_000_000
LIMITS = Limits(per_second=4, burst=3)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Valkey(tmp_path_factory.mktemp("valkey")).start()
    yield server.client()
    server.stop()


class Callers:
    """Several processes with one clock; waiting moves it."""

    def __init__(self, clock: ManualClock, pacers: list[Pacer]) -> None:
        self.clock, self.pacers = clock, pacers
        self.calls: list[int] = []

    def call(self, process: int, account: str = "a", limits: Limits = LIMITS) -> bool:
        try:
            self.pacers[process].of(account, limits)()
        except TryLater:
            return False
        self.calls.append(self.clock.now())
        return True


def callers(redis: Redis, count: int) -> Callers:
    redis.flushall()
    clock = ManualClock(START)

    def pause(seconds: float) -> None:
        clock.advance(round(seconds * 1000))

    return Callers(clock, [RedisPacer(redis, clock, pause) for _ in range(count)])


def too_many(calls: list[int], limits: Limits) -> bool:
    """Whether any stretch of time saw more calls than its length and the burst allow."""
    return any(
        later - first + 1 > limits.burst + (calls[later] - calls[first]) * limits.per_second / 1000
        for first in range(len(calls))
        for later in range(first, len(calls))
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 900)), min_size=1, max_size=60))
def test_no_stretch_of_time_sees_too_many_calls(redis: Redis, plan: list[tuple[int, int]]) -> None:
    them = callers(redis, 3)
    for process, wait in plan:
        them.clock.advance(wait)
        them.call(process)
    assert not too_many(them.calls, LIMITS)


def test_control_processes_that_count_alone_are_too_many(redis: Redis) -> None:
    clock = ManualClock(START)
    alone = Callers(clock, [LocalPacer(clock, lambda seconds: None) for _ in range(3)])
    for process in range(3):
        for _ in range(3):
            alone.call(process)
    assert too_many(alone.calls, LIMITS)


def test_a_near_turn_is_waited_for_and_a_far_one_is_put_off(redis: Redis) -> None:
    them = callers(redis, 1)
    assert [them.call(0) for _ in range(4)] == [True] * 4
    assert them.calls == [START, START, START, START + 250]
    slow = Limits(per_second=0.25, burst=1)
    assert them.call(0, "robot", slow)
    with pytest.raises(TryLater) as later:
        them.pacers[0].of("robot", slow)()
    assert later.value.code == "connect.paced"
    assert later.value.after_s == pytest.approx(4)


def test_accounts_do_not_share_their_turns(redis: Redis) -> None:
    them = callers(redis, 1)
    assert all(them.call(0, account) for account in "abcdefgh" for _ in range(3))
    assert them.clock.now() == START


def test_without_its_server_a_process_counts_for_itself(tmp_path: Path) -> None:
    server = Valkey(tmp_path / "v").start()
    clock = ManualClock(START)
    waits: list[float] = []
    pace = RedisPacer(server.client(), clock, waits.append).of("a", LIMITS)
    pace()
    server.stop()
    for _ in range(4):
        pace()
    assert waits == [0.25]


def test_a_call_that_waits_already_is_not_made_again(redis: Redis) -> None:
    redis.flushall()
    work = Queue(WORK, connection=redis)
    wake(redis, "process", [1, 2])
    wake(redis, "process", [2, 3])
    assert len(work) == 3
    started(redis, "process", 2)
    wake(redis, "process", [1, 2, 3])
    assert len(work) == 4


def test_slow_connections_have_a_queue_of_their_own(redis: Redis) -> None:
    redis.flushall()
    call_out(redis, "pull", [1, 2, 3], slow={2})
    queued = {name: len(Queue(name, connection=redis)) for name in ("work", "io", "slow")}
    assert queued == {"work": 0, "io": 2, "slow": 1}
