"""Sending what is due over one connection, and following up on the answers."""

from __future__ import annotations

import logging

from orderloom.connect import Connector
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import call_out, started
from orderloom.services.connecting import breaker, connections
from orderloom.services.delivering import delivery, receipts, sending
from orderloom.services.hub import work

log = logging.getLogger(__name__)
ROUNDS = 10
BUDGET_MS = 20_000


def deliver(connection_id: int) -> int:
    """Send the due messages of a connection; returns how many were tried."""
    context = current()
    started(context.redis, "deliver", connection_id)
    with context.database.read() as tx:
        connector = connections.connect(tx, context.gateway, connection_id)
    tried, end = 0, context.clock.now() + BUDGET_MS
    for _ in range(ROUNDS):
        count = _round(context, connection_id, connector)
        tried += count
        if not count or context.clock.now() >= end:
            break
    with context.database.read() as tx:
        now = context.clock.now()
        again, slow = delivery.due_connections(tx, now), breaker.slow_connections(tx, now)
    call_out(context.redis, "deliver", again, slow)
    return tried


def _round(context: Context, connection_id: int, connector: Connector) -> int:
    with context.database.write() as tx:
        now = context.clock.now()
        held = work.claim(tx, "deliver", connection_id, 0, context.holder, now)
        letters = delivery.take(tx, held, now) if held else []
        if held and not letters:
            work.finish(tx, held)
    if not held or not letters:
        return 0
    with kept(context, held):
        sent = sending.send(connector, letters, context.clock)
    try:
        with context.database.write() as tx:
            now = context.clock.now()
            receipts.lock(tx, sent)
            final = delivery.record(tx, held, sent, now)
            receipts.follow(tx, context.plans, final, now, context.zone)
            rest = delivery.rest(connector, sent)
            work.finish(tx, held, now + rest if rest else 0)
    except LeaseLost:
        log.warning("lease lost", extra={"connection_id": connection_id})
        return 0
    return sum(item.attempted for item in sent)
