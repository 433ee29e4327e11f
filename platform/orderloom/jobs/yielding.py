"""What follows when there is less, or more, of a product than was thought."""

from __future__ import annotations

from collections.abc import Collection

from orderloom.jobs.context import Context
from orderloom.services.stocking import shortage


def give_way(context: Context, stock_ids: Collection[int]) -> None:
    """Let allocations beyond what is on hand give way, until no other can."""
    rows = list(stock_ids)
    while rows:
        with context.database.write() as tx:
            now = context.clock.now()
            rows = shortage.give_way(tx, context.plans, rows, now, context.zone)


def counted(context: Context, found: shortage.Counted) -> None:
    """Everything a count leads to: who must give way does, who waited for goods gets them."""
    give_way(context, found.over)
    if found.more:
        with context.database.write() as tx:
            now = context.clock.now()
            shortage.refill(tx, context.plans, found.more, now, context.zone)
