"""Reading one shop until it has nothing new, or the job's time is up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from orderloom.connect import Connector, ConnectorError, Permanent, Ref
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.details import details
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import started, wake
from orderloom.services.connecting import breaker, connections
from orderloom.services.hub import work
from orderloom.services.incoming import pulling

log = logging.getLogger(__name__)
BUDGET_MS = 20_000


def pull(account_id: int) -> int:
    """Land the account's news; returns how many payloads were new."""
    context = current()
    started(context.redis, "pull", account_id)
    now = context.clock.now()
    with context.database.write() as tx:
        held = work.claim(tx, "pull", account_id, 0, context.holder, now)
        due = pulling.due(tx, account_id, now) if held else None
        if held and due is None:
            work.finish(tx, held)
    if held is None or due is None:
        return 0
    try:
        return _pull(context, held, due)
    except LeaseLost:
        log.warning("lease lost", extra={"account_id": account_id})
    return 0


def _pull(context: Context, held: work.Lease, due: pulling.Due) -> int:
    try:
        with kept(context, held):
            return _read_pages(context, held, due)
    except ConnectorError as error:
        _failed(context, held, due, error)
    except connections.FAULTS:
        log.exception("a connector broke down", extra={"account_id": due.id})
        _failed(context, held, due, Permanent("delivery.connector_broke"))
    return 0


def _failed(context: Context, held: work.Lease, due: pulling.Due, error: ConnectorError) -> None:
    log.warning("pull failed", extra={"account_id": due.id, "code": error.code})
    with context.database.write() as tx:
        pulling.failed(tx, held, due, error, context.clock.now())


def _read_page(
    context: Context,
    connector: Connector,
    due: pulling.Due,
    cursor: Any,
    in_hand: Sequence[pulling.PageRead],
    end: int,
) -> pulling.PageRead:
    began = context.clock.now()
    page = connector.pull(cursor, began)
    took = context.clock.now() - began
    refs: list[Ref] = []
    if page.refs:
        with context.database.read() as tx:
            refs = pulling.unseen(tx, due.id, page.refs, in_hand)
    return pulling.PageRead(page, details(context, connector, refs, end), began, took)


def _land(
    context: Context,
    held: work.Lease,
    due: pulling.Due,
    connector: type[Connector],
    reads: list[pulling.PageRead],
) -> int:
    """Land what was read and forget it; how many payloads were new."""
    if not reads:
        return 0
    read = pulling.joined(reads)
    reads.clear()
    with context.database.write() as tx:
        now = context.clock.now()
        landed = pulling.land_pages(tx, held, connector, read, now)
        breaker.worked(tx, due.connection_id, read.took_ms, now)
        lanes = work.lanes_with_work(tx, now)
    wake(context.redis, "process", lanes)
    return landed.new


def _read_pages(context: Context, held: work.Lease, due: pulling.Due) -> int:
    with context.database.read() as tx:
        connector = connections.connect(tx, context.gateway, due.connection_id)
    end = context.clock.now() + BUDGET_MS
    landed, cursor, more = 0, due.cursor, True
    reads: list[pulling.PageRead] = []
    try:
        while more and context.clock.now() < end:
            read = _read_page(context, connector, due, cursor, reads, end)
            reads.append(read)
            cursor, more = read.page.cursor, read.page.more
            if not read.details.complete:
                more = True
                break
            if pulling.enough(reads, context.clock.now()):
                landed += _land(context, held, due, type(connector), reads)
    finally:  # what was read before a page failed is not read again
        landed += _land(context, held, due, type(connector), reads)
    with context.database.write() as tx:
        pulling.done(tx, held, 0 if more else due.poll_seconds * 1000, context.clock.now())
    return landed
