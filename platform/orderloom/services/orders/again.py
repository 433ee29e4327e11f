"""Having orders worked on again, because something beside them changed.

Their last payload goes back into the inbox, in the transaction that makes the change: workers take
it up within a second or two, however many there are, and a crash in between loses nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, update

from orderloom.store.db import Tx
from orderloom.store.tables import inbox


def put_back(tx: Tx, order_ids: Select[Any]) -> int:
    """Work on these orders again; returns how many were not waiting already."""
    last = func.max(inbox.c.id)
    latest = select(last).where(inbox.c.order_id.in_(order_ids)).group_by(inbox.c.order_id)
    # Counting the attempt tells the work that a repeat of known content is meant.
    again = {"state": "waiting", "not_before": 0, "attempts": inbox.c.attempts + 1}
    statement = update(inbox).where(inbox.c.id.in_(latest), inbox.c.state != "waiting")
    return tx.execute(statement.values(again)).rowcount
