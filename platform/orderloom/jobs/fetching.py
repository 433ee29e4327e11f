"""Asking a shop for the records it named, or refused before."""

from __future__ import annotations

import logging

from orderloom.connect import Connector, ConnectorError, Permanent
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.details import details
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import started, wake
from orderloom.services.connecting import breaker, connections
from orderloom.services.hub import work
from orderloom.services.incoming import fetching, pulling

log = logging.getLogger(__name__)
BUDGET_MS = 20_000


def fetch(account_id: int) -> int:
    """Land the records that are due; returns how many payloads were new."""
    context = current()
    started(context.redis, "fetch", account_id)
    with context.database.write() as tx:
        now = context.clock.now()
        held = work.claim(tx, "fetch", account_id, 0, context.holder, now)
        due = pulling.due(tx, account_id, now) if held else None
        if held and due is None:
            work.finish(tx, held)
    if held is None or due is None:
        return 0
    try:
        return _fetch(context, held, due)
    except LeaseLost:
        log.warning("lease lost", extra={"account_id": account_id})
    return 0


def _fetch(context: Context, held: work.Lease, due: pulling.Due) -> int:
    try:
        with kept(context, held):
            return _fetch_all(context, held, due)
    except ConnectorError as error:
        _failed(context, held, due, error)
    except connections.FAULTS:
        log.exception("a connector broke down", extra={"account_id": due.id})
        _failed(context, held, due, Permanent("delivery.connector_broke"))
    return 0


def _fetch_all(context: Context, held: work.Lease, due: pulling.Due) -> int:
    with context.database.read() as tx:
        connector = connections.connect(tx, context.gateway, due.connection_id)
    end, landed = context.clock.now() + BUDGET_MS, 0
    while (new := _fetch_some(context, held, connector, due.connection_id, end)) is not None:
        landed += new
        if context.clock.now() >= end:
            break
    with context.database.write() as tx:
        work.finish(tx, held)
    return landed


def _fetch_some(
    context: Context, held: work.Lease, connector: Connector, connection_id: int, end: int
) -> int | None:
    """How many payloads were new; None when there was nothing to ask for."""
    began = context.clock.now()
    with context.database.write() as tx:
        asked = fetching.take(tx, held.ref_id, began)
    if not asked.refs:
        return None
    read = details(context, connector, asked.refs, end)
    with context.database.write() as tx:
        now = context.clock.now()
        landed = fetching.land_read(tx, held, type(connector), asked, read, began, now)
        breaker.worked(tx, connection_id, 0, now)
        lanes = work.lanes_with_work(tx, now)
    wake(context.redis, "process", lanes)
    return landed.new


def _failed(context: Context, held: work.Lease, due: pulling.Due, error: ConnectorError) -> None:
    log.warning("fetch failed", extra={"account_id": due.id, "code": error.code})
    with context.database.write() as tx:
        fetching.failed(tx, held, due, error, context.clock.now())
