"""Reading one shop until it has nothing new, or the job's time is up."""

from __future__ import annotations

import logging

from orderloom.connect import Connector, ConnectorError, RawItem, Ref
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.wake import started, wake
from orderloom.services import connections, pulling, work

log = logging.getLogger(__name__)
BUDGET_MS = 20_000


def pull(account_id: int) -> int:
    """Land the account's news; returns how many payloads were new."""
    context = current()
    started(context.redis, "pull", account_id)
    now = context.clock.now()
    with context.database.write() as tx:
        held = work.claim(tx, "pull", account_id, 0, context.holder, now)
        due = pulling.due(tx, account_id) if held else None
    if held is None or due is None:
        return 0
    try:
        return _read_pages(context, held, due)
    except ConnectorError as error:
        log.warning("pull failed", extra={"account_id": account_id, "code": error.code})
        with context.database.write() as tx:
            pulling.failed(tx, held, due, error, context.clock.now())
    except LeaseLost:
        log.warning("lease lost", extra={"account_id": account_id})
    return 0


def _read_pages(context: Context, held: work.Lease, due: pulling.Due) -> int:
    with context.database.read() as tx:
        connector = connections.connect(tx, context.gateway, due.connection_id)
    landed, cursor, more = 0, due.cursor, True
    end = context.clock.now() + BUDGET_MS
    while more and context.clock.now() < end:
        page = connector.pull(cursor, context.clock.now())
        with context.database.read() as tx:
            refs = pulling.unseen(tx, due.id, page.refs)
        items = _details(context, held, connector, refs)
        with context.database.write() as tx:
            now = context.clock.now()
            landed += pulling.land_page(tx, held, type(connector), page, items, now).new
            lanes = work.lanes_with_work(tx, now)
        wake(context.redis, "process", lanes)
        cursor, more = page.cursor, page.more
    with context.database.write() as tx:
        pulling.done(tx, held, 0 if more else due.poll_seconds * 1000, context.clock.now())
    return landed


def _details(
    context: Context, held: work.Lease, connector: Connector, refs: list[Ref]
) -> list[RawItem]:
    """Fetch whole records call by call, keeping the lease while a long page is read."""
    size = max(connector.limits.detail_batch, 1)
    items: list[RawItem] = []
    renewed = context.clock.now()
    for start in range(0, len(refs), size):
        items.extend(connector.detail(refs[start : start + size]))
        if context.clock.now() - renewed > work.LEASE_MS // 4:
            renewed = context.clock.now()
            with context.database.write() as tx:
                work.renew(tx, held, renewed)
    return items
