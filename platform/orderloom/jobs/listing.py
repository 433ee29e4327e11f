"""Making the outbound lists of hand-over moments that have passed."""

from __future__ import annotations

from orderloom.jobs.context import current
from orderloom.jobs.wake import started
from orderloom.services.fulfilling import outbound_lists


def list_outbound(warehouse_id: int) -> int:
    """Make the list of a warehouse that is due, if there is one; returns how many were made."""
    context = current()
    started(context.redis, outbound_lists.KIND, warehouse_id)
    now = context.clock.now()
    with context.database.read() as tx:
        slots = outbound_lists.due(tx, context.plans, now, context.zone)
    mine = [slot for slot in slots if slot.warehouse_id == warehouse_id]
    made = 0
    for slot in mine:
        with context.database.write() as tx:
            made += outbound_lists.make_due(tx, slot, now, context.zone)
    return made
