"""Batch by batch from inbox to orders and outbox; each is a lane's, and has its own lease."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from orderloom.errors import LeaseLost, NotFound
from orderloom.jobs.context import Context, current
from orderloom.jobs.dividing import divide
from orderloom.jobs.wake import call_out, started, wake
from orderloom.services.connecting import breaker
from orderloom.services.delivering import delivery
from orderloom.services.hub import work
from orderloom.services.incoming import process as service
from orderloom.services.publishing.runtime import Bound, bind

log = logging.getLogger(__name__)
# Long enough to make the fork and the connection cheap, short enough for other jobs' patience.
BUDGET_MS = 3_000


def process(ref: int) -> int:
    """Work on the lane that waited longest, then on the next; returns the number of orders written.

    `ref` only names the lane the call was made for; fairness may pick another.
    """
    context = current()
    started(context.redis, "process", ref)
    end = context.clock.now() + BUDGET_MS
    total, tried = 0, 0
    while (lane := _claim_next(context)) is not None:
        count = _try(context, lane)
        if count is None:
            return total  # waking somebody for it would only find it again
        total, tried = total + count, tried + 1
        if context.clock.now() >= end:
            break
    if tried:
        _wake_next(context, ref)
    return total


def _claim_next(context: Context) -> work.Lease | None:
    with context.database.write() as tx:
        return work.claim_next_lane(tx, context.holder, context.clock.now())


def _try(context: Context, lane: work.Lease) -> int | None:
    try:
        return _work_on(context, lane)
    except LeaseLost:
        log.warning("lease lost", extra={"account_id": lane.ref_id, "shard": lane.shard})
        return 0


def process_account(context: Context, account_id: int) -> bool:
    """Work here and now on all that waits for an account; False if others hold a part of it."""
    mine = [_drain(context, account_id, shard) for shard in range(work.SHARDS)]
    return all(mine)


def _drain(context: Context, account_id: int, shard: int) -> bool:
    while _has_work(context, account_id, shard):
        with context.database.write() as tx:
            now = context.clock.now()
            lane = work.claim(tx, "process", account_id, shard, context.holder, now)
        try:
            if lane is None:
                return False
            if _work_on(context, lane) is None:
                return True
        except LeaseLost:
            return False
    return True


def _has_work(context: Context, account_id: int, shard: int) -> bool:
    with context.database.read() as tx:
        return work.lane_has_work(tx, account_id, shard, context.clock.now())


def _work_on(context: Context, lane: work.Lease) -> int | None:
    """Orders written; None while nothing is published for this shop, so that its orders wait."""
    with context.database.read() as tx:
        rows = service.waiting(tx, lane, context.clock.now())
        try:
            bound = bind(tx, context.plans, lane.ref_id)
        except NotFound:
            bound = None
    if bound is None or not rows:
        with context.database.write() as tx:
            work.finish(tx, lane)
        return 0 if bound else None
    return _write(context, lane, bound, rows)


def _write(context: Context, lane: work.Lease, bound: Bound, rows: Sequence[Row[Any]]) -> int:
    """Write rows in one transaction; one that cannot be written is found and set aside."""
    connector = context.gateway.registry.get(bound.account.connector)

    def act(part: Sequence[Row[Any]]) -> int:
        reads = service.read(part, connector, bound)
        with context.database.write() as tx:
            done = service.write(tx, bound, reads, context.clock.now(), context.zone)
            _keep_or_finish(tx, lane, context.clock.now(), part[-1] is rows[-1])
        return done.orders

    def fail(row: Row[Any], code: str) -> None:
        with context.database.write() as tx:
            service.fail(tx, row, code, context.clock.now())
            _keep_or_finish(tx, lane, context.clock.now(), row is rows[-1])

    return divide(rows, act, fail)


def _keep_or_finish(tx: Any, lane: work.Lease, now: int, last: bool) -> None:
    if last:
        work.finish(tx, lane)
    else:
        work.renew(tx, lane, now)


def _wake_next(context: Context, ref: int) -> None:
    """Whoever finishes looks again, so a call made meanwhile is never lost."""
    with context.database.read() as tx:
        now = context.clock.now()
        more = work.has_work(tx, now)
        connections = delivery.due_connections(tx, now)
        slow = breaker.slow_connections(tx, now)
    if more:
        wake(context.redis, "process", [ref])
    call_out(context.redis, "deliver", connections, slow)
