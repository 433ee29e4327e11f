"""Running the rule lists whose moment has come, part by part."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.dividing import divide
from orderloom.jobs.wake import started, wake
from orderloom.services.deciding import scheduled, schedules
from orderloom.services.deciding.schedules import Run
from orderloom.store.db import Tx

log = logging.getLogger(__name__)
KIND = "run_schedule"
BUDGET_MS = 20_000


def run_schedule(schedule_id: int) -> int:
    """Run a list as far as the time allows; returns for how many something was done."""
    context = current()
    started(context.redis, KIND, schedule_id)
    end, did = context.clock.now() + BUDGET_MS, 0
    try:
        while (run := _begin(context, schedule_id)) is not None:
            ids = _part(context, run)
            if not ids:
                _finish(context, run)
                return did
            did += _work(context, run, ids)
            if context.clock.now() >= end:
                wake(context.redis, KIND, [schedule_id])
                break
    except LeaseLost:
        log.warning("somebody else runs a list", extra={"schedule_id": schedule_id})
    return did


def _begin(context: Context, schedule_id: int) -> Run | None:
    with context.database.write() as tx:
        facts = (schedule_id, context.clock.now(), context.zone)
        return schedules.begin(tx, context.plans, *facts)


def _part(context: Context, run: Run) -> Sequence[int]:
    with context.database.read() as tx:
        return scheduled.part(tx, run)


def _finish(context: Context, run: Run) -> None:
    with context.database.write() as tx:
        schedules.finish(tx, run, context.clock.now())


def _one(context: Context, run: Run, ids: Sequence[int]) -> int:
    with context.database.write() as tx:
        return _do(context, tx, run, ids)


def _do(context: Context, tx: Tx, run: Run, ids: Sequence[int]) -> int:
    did = scheduled.work(tx, context.plans, run, ids, context.clock.now(), context.zone)
    schedules.count(tx, run, did)
    return did


def _work(context: Context, run: Run, ids: Sequence[int]) -> int:
    """Look at a part, shop by shop; one that breaks it is found and set aside.

    The cursor moves with the last shop. What was done for the others before a crash is not done
    again: an order knows what was done for it at this moment.
    """
    at = [run]

    def act(part: Sequence[int]) -> int:
        with context.database.read() as tx:
            *others, last = scheduled.apart(tx, run, part) or [[]]
        did = sum(_one(context, run, ids) for ids in others)
        with context.database.write() as tx:
            moved = schedules.move(tx, at[0], part[-1], len(part))
            did += _do(context, tx, run, last)
        at[0] = moved
        return did

    def fail(id_: int, code: str) -> None:
        with context.database.write() as tx:
            moved = schedules.move(tx, at[0], id_, 1)
            scheduled.set_aside(tx, run, id_, code, context.clock.now())
        at[0] = moved

    return divide(ids, act, fail)
