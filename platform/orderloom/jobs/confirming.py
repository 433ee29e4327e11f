"""Acting on what a connection's warehouse told, batch by batch, one connection at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.dividing import divide
from orderloom.jobs.wake import started, wake
from orderloom.jobs.yielding import give_way
from orderloom.services.delivering import delivery
from orderloom.services.fulfilling import confirm as service
from orderloom.services.fulfilling import confirmations
from orderloom.services.hub import work
from orderloom.services.publishing.runtime import is_bound

log = logging.getLogger(__name__)
BUDGET_MS = 3_000
UNPLANNED_MS = 60_000  # news of a shop nothing is published for waits for a plan


def confirm(connection_id: int) -> int:
    """Act on the news of a connection; returns how much was acted on."""
    context = current()
    started(context.redis, "confirm", connection_id)
    with context.database.write() as tx:
        now = context.clock.now()
        held = work.claim(tx, "confirm", connection_id, 0, context.holder, now)
    if held is None:
        return 0
    try:
        done = _work_on(context, held)
    except LeaseLost:
        log.warning("lease lost", extra={"connection_id": connection_id})
        return 0
    _wake_next(context, connection_id)
    return done


def _work_on(context: Context, held: work.Lease) -> int:
    end, done, rest = context.clock.now() + BUDGET_MS, 0, 0
    while context.clock.now() < end:
        with context.database.read() as tx:
            news = confirmations.waiting(tx, held)
            found = service.sort(tx, held.ref_id, news)
            unplanned = [id_ for id_ in found.by_account if not is_bound(tx, context.plans, id_)]
        _set_aside(context, held, found.strange)
        for account_id, mine in sorted(found.by_account.items()):
            if account_id not in unplanned:
                _apply(context, held, account_id, mine)
        done += len(news)
        if unplanned or not news:
            rest = UNPLANNED_MS if unplanned else 0
            break
    with context.database.write() as tx:
        work.finish(tx, held, context.clock.now() + rest if rest else 0)
    return done


def _set_aside(context: Context, held: work.Lease, strange: Sequence[service.News]) -> None:
    if strange:
        with context.database.write() as tx:
            now = context.clock.now()
            service.set_aside(tx, strange, now)
            work.renew(tx, held, now)


def _apply(
    context: Context, held: work.Lease, account_id: int, news: Sequence[service.News]
) -> None:
    registry, plans, over = context.gateway.registry, context.plans, set[int]()

    def act(part: Sequence[service.News]) -> int:
        with context.database.write() as tx:
            now = context.clock.now()
            taken = service.apply(tx, plans, registry, account_id, part, now, context.zone)
            work.renew(tx, held, now)
        over.update(taken)
        return len(part)

    def fail(one: service.News, code: str) -> None:
        with context.database.write() as tx:
            service.fail(tx, one, code, context.clock.now())

    divide(news, act, fail)
    give_way(context, over)


def _wake_next(context: Context, connection_id: int) -> None:
    with context.database.read() as tx:
        now = context.clock.now()
        again = confirmations.connections_with_news(tx, now)
        lanes = work.lanes_with_work(tx, now)
        due = delivery.due_connections(tx, now)
    wake(context.redis, "confirm", [ref for ref in again if ref == connection_id])
    wake(context.redis, "process", lanes)
    wake(context.redis, "deliver", due)
