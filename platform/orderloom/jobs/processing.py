"""One batch of one lane, from inbox to orders and outbox."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import DataError, IntegrityError

from orderloom.errors import LeaseLost, NotFound
from orderloom.jobs.context import Context, current
from orderloom.jobs.wake import started, wake
from orderloom.services import delivery, work
from orderloom.services import process as service
from orderloom.services.runtime import Bound, bind

log = logging.getLogger(__name__)


def process(ref: int) -> int:
    """Work on the lane that waited longest; returns the number of orders written.

    `ref` only names the lane the call was made for; fairness may pick another.
    """
    context = current()
    started(context.redis, "process", ref)
    with context.database.write() as tx:
        lane = work.claim_next_lane(tx, context.holder, context.clock.now())
    if lane is None:
        return 0
    try:
        count = _work_on(context, lane)
    except LeaseLost:
        log.warning("lease lost", extra={"account_id": lane.ref_id, "shard": lane.shard})
        return 0
    _wake_next(context, lane)
    return count


def _work_on(context: Context, lane: work.Lease) -> int:
    with context.database.read() as tx:
        rows = service.waiting(tx, lane, context.clock.now())
        try:
            bound = bind(tx, context.plans, lane.ref_id)
        except NotFound:
            bound = None  # nothing is published for this shop yet: its orders wait
    if bound is None or not rows:
        with context.database.write() as tx:
            work.finish(tx, lane)
        return 0
    return _write(context, lane, bound, rows)


def _write(
    context: Context, lane: work.Lease, bound: Bound, rows: Sequence[Row[Any]], last: bool = True
) -> int:
    """Write rows in one transaction; if the database refuses a value, halve until it is found."""
    connector = context.gateway.registry.get(bound.account.connector)
    reads = service.read(rows, connector, bound)
    try:
        with context.database.write() as tx:
            done = service.write(tx, bound, reads, context.clock.now(), context.zone)
            _keep_or_finish(tx, lane, context.clock.now(), last)
        return done.orders
    except (DataError, IntegrityError) as error:
        log.warning("the database refused a batch", extra={"rows": len(rows), "error": str(error)})
        return _divide(context, lane, bound, rows, last)


def _divide(
    context: Context, lane: work.Lease, bound: Bound, rows: Sequence[Row[Any]], last: bool
) -> int:
    if len(rows) == 1:
        with context.database.write() as tx:
            service.fail(tx, rows[0], "intake.refused_by_database", context.clock.now())
            _keep_or_finish(tx, lane, context.clock.now(), last)
        return 0
    middle = len(rows) // 2
    first = _write(context, lane, bound, rows[:middle], last=False)
    return first + _write(context, lane, bound, rows[middle:], last)


def _keep_or_finish(tx: Any, lane: work.Lease, now: int, last: bool) -> None:
    if last:
        work.finish(tx, lane)
    else:
        work.renew(tx, lane, now)


def _wake_next(context: Context, lane: work.Lease) -> None:
    """Whoever finishes looks again, so a call made meanwhile is never lost."""
    with context.database.read() as tx:
        now = context.clock.now()
        more = work.has_work(tx, now)
        connections = delivery.due_connections(tx, now)
    if more:
        wake(context.redis, "process", [work.lane_number(lane.ref_id, lane.shard)])
    wake(context.redis, "deliver", connections)
