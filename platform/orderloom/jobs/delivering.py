"""Sending what is due over one connection, and following up on the answers."""

from __future__ import annotations

import logging

from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.wake import started, wake
from orderloom.services import connections, delivery, receipts, work

log = logging.getLogger(__name__)
ROUNDS = 10


def deliver(connection_id: int) -> int:
    """Send the due messages of a connection; returns how many were tried."""
    context = current()
    started(context.redis, "deliver", connection_id)
    tried = 0
    for _ in range(ROUNDS):
        count = _round(context, connection_id)
        tried += count
        if not count:
            break
    with context.database.read() as tx:
        again = delivery.due_connections(tx, context.clock.now())
    wake(context.redis, "deliver", again)
    return tried


def _round(context: Context, connection_id: int) -> int:
    with context.database.write() as tx:
        now = context.clock.now()
        held = work.claim(tx, "deliver", connection_id, 0, context.holder, now)
        letters = delivery.take(tx, held, now) if held else []
        if held and not letters:
            work.finish(tx, held)
    if not held or not letters:
        return 0
    with context.database.read() as tx:
        connector = connections.connect(tx, context.gateway, connection_id)
    sent = delivery.send(connector, letters)
    try:
        with context.database.write() as tx:
            now = context.clock.now()
            final = delivery.record(tx, held, sent, now)
            receipts.follow(tx, context.plans, final, now, context.zone)
            work.finish(tx, held)
    except LeaseLost:
        log.warning("lease lost", extra={"connection_id": connection_id})
        return 0
    return len(letters)
