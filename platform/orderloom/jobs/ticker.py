"""The clock of the hub: what is due is woken, and what Redis forgot is woken again."""

from __future__ import annotations

from orderloom.jobs.context import current
from orderloom.jobs.wake import wake
from orderloom.services import delivery, pulling, work


def tick() -> None:
    """Look for due work of every kind. Called each second; cheap when there is none."""
    context = current()
    with context.database.read() as tx:
        now = context.clock.now()
        accounts = pulling.due_accounts(tx, now)
        accounts = work.free(tx, "pull", accounts, now)
        lanes = work.lanes_with_work(tx, now)
        connections = delivery.due_connections(tx, now)
    wake(context.redis, "pull", accounts)
    wake(context.redis, "process", lanes)
    wake(context.redis, "deliver", connections)
