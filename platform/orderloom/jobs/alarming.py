"""Looking after the hub itself, every few seconds."""

from __future__ import annotations

from orderloom.jobs.context import Context
from orderloom.jobs.wake import wake
from orderloom.services.fulfilling import outbound_lists
from orderloom.services.telling import alarms

EVERY_MS = 15_000


def look_after(context: Context) -> None:
    """Tell people of the hub's own troubles, have due lists made; called by the ticker."""
    now = context.clock.now()
    if now - context.looked_after_at < EVERY_MS:
        return
    context.looked_after_at = now
    with context.database.read() as tx:
        due = alarms.is_due(tx, context.workers, now)
        lists = outbound_lists.due(tx, context.plans, now, context.zone)
    wake(context.redis, outbound_lists.KIND, [slot.warehouse_id for slot in lists])
    if due:
        with context.database.write() as tx:
            alarms.watch(tx, context.workers, now, context.zone)
