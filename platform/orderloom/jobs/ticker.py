"""The clock of the hub: what is due is woken, and what Redis forgot is woken again."""

from __future__ import annotations

from orderloom.jobs import scheduling
from orderloom.jobs.alarming import look_after
from orderloom.jobs.context import current
from orderloom.jobs.wake import call_out, wake
from orderloom.services.connecting import breaker, renewal, watching
from orderloom.services.deciding import schedules
from orderloom.services.delivering import delivery
from orderloom.services.files import imports
from orderloom.services.fulfilling import confirmations
from orderloom.services.hub import work
from orderloom.services.incoming import fetching, pulling


def tick() -> None:
    """Look for due work of every kind. Called each second; cheap when there is none."""
    context = current()
    look_after(context)
    with context.database.read() as tx:
        now = context.clock.now()
        accounts = work.free(tx, "pull", pulling.due_accounts(tx, now), now)
        lanes = work.lanes_with_work(tx, now)
        connections = delivery.due_connections(tx, now)
        files = imports.due(tx, now)
        ending = renewal.due(tx, renewal.renewable(context.gateway), now)
        named = fetching.due_accounts(tx, now)
        watches = watching.due_watches(tx, now)
        lists = schedules.due(tx, now)
        told = confirmations.connections_with_news(tx, now)
        slow, slow_shops = breaker.slow_connections(tx, now), breaker.slow_accounts(tx, now)
        slow_watches = watching.of_connections(tx, slow)
    wake(context.redis, "process", lanes)
    wake(context.redis, imports.KIND, files)
    wake(context.redis, "confirm", told)
    wake(context.redis, scheduling.KIND, lists)
    call_out(context.redis, "pull", accounts, slow_shops)
    call_out(context.redis, "fetch", named, slow_shops)
    call_out(context.redis, "deliver", connections, slow)
    call_out(context.redis, "renew", ending, slow)
    call_out(context.redis, "watch", watches, slow_watches)
