"""Asking a connection what is new beside its orders, page by page, until there is nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from orderloom.connect import Confirmation, Connector, ConnectorError, Permanent
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import started, wake
from orderloom.jobs.yielding import counted
from orderloom.services.connecting import breaker, connections, watching
from orderloom.services.connecting.watching import Watch
from orderloom.services.delivering import sending
from orderloom.services.fulfilling import confirmations, inquiring
from orderloom.services.hub import work
from orderloom.services.stocking import counting

log = logging.getLogger(__name__)
BUDGET_MS = 20_000


def watch(watch_id: int) -> int:
    """Ask one thing of one connection; returns how much was new."""
    context = current()
    started(context.redis, "watch", watch_id)
    with context.database.write() as tx:
        now = context.clock.now()
        held = work.claim(tx, "watch", watch_id, 0, context.holder, now)
        asked = watching.find(tx, watch_id, now) if held else None
        if held and asked is None:
            work.finish(tx, held)
    if held is None or asked is None:
        return 0
    try:
        return _watch(context, held, asked)
    except LeaseLost:
        log.warning("lease lost", extra={"watch_id": watch_id})
    return 0


def _watch(context: Context, held: work.Lease, asked: Watch) -> int:
    try:
        with kept(context, held):
            return _ask(context, held, asked)
    except ConnectorError as error:
        _failed(context, held, asked, error)
    except connections.FAULTS:
        log.exception("a connector broke down", extra={"connection_id": asked.connection_id})
        _failed(context, held, asked, Permanent("delivery.connector_broke"))
    return 0


def _failed(context: Context, held: work.Lease, asked: Watch, error: ConnectorError) -> None:
    facts = {"connection_id": asked.connection_id, "kind": asked.kind, "code": error.code}
    log.warning("a question failed", extra=facts)
    with context.database.write() as tx:
        watching.failed(tx, held, asked, error, context.clock.now())


def _ask(context: Context, held: work.Lease, asked: Watch) -> int:
    with context.database.read() as tx:
        connector = connections.connect(tx, context.gateway, asked.connection_id)
    end = context.clock.now() + BUDGET_MS
    found, cursor, more = 0, asked.cursor, True
    while more and context.clock.now() < end:
        new, cursor, more = _PAGES[asked.kind](context, held, asked, connector, cursor)
        found += new
    with context.database.write() as tx:
        wait = 0 if more else asked.every_seconds * 1000
        watching.done(tx, held, wait, context.clock.now())
    return found


_Page = Callable[[Context, work.Lease, Watch, Connector, object], tuple[int, object, bool]]
"""Asks for one page and keeps it; (how much is new, the cursor behind it, is there more)."""


def _confirmations(
    context: Context, held: work.Lease, asked: Watch, connector: Connector, cursor: object
) -> tuple[int, object, bool]:
    began = context.clock.now()
    page = connector.confirmations(cursor, began)
    new = _keep(context, held, asked, page.confirmations, began, cursor=page.cursor)
    return new, page.cursor, page.more


def _inquire(
    context: Context, held: work.Lease, asked: Watch, connector: Connector, _cursor: object
) -> tuple[int, object, bool]:
    began, most = context.clock.now(), connector.limits.send_batch
    with context.database.read() as tx:
        before = began - connector.silent_s * 1000
        silent = inquiring.silent(tx, asked.connection_id, before, most)
    if not silent:
        return 0, None, False
    told = connector.inquire([sending.message(connector, letter) for letter in silent])
    ids = [letter.fulfilment_id for letter in silent]
    return _keep(context, held, asked, told, began, inquired=ids), None, len(silent) == most


def _keep(
    context: Context,
    held: work.Lease,
    asked: Watch,
    told: Sequence[Confirmation],
    began: int,
    *,
    cursor: object = None,
    inquired: Collection[int] = (),
) -> int:
    """Keep what a warehouse answered to a question put at `began`; how much of it is new."""
    source = "inquire" if inquired else "pull"
    with context.database.write() as tx:
        now, to = context.clock.now(), asked.connection_id
        new = confirmations.keep(tx, to, told, source, now)
        inquiring.asked(tx, inquired, now)
        watching.move(tx, held, cursor, now)
        breaker.worked(tx, to, now - began, now)
    if new:
        wake(context.redis, "confirm", [to])
    return new


def _stock(
    context: Context, held: work.Lease, asked: Watch, connector: Connector, cursor: Any
) -> tuple[int, object, bool]:
    with context.database.read() as tx:
        now = context.clock.now()
        wanted = counting.question(tx, context.plans, asked.connection_id, cursor)
    if wanted is None:
        return 0, None, False
    counts = connector.stock(wanted.warehouse_code, list(wanted.skus))
    took = context.clock.now() - now
    with context.database.write() as tx:
        facts = (asked.connection_id, wanted, counts, now, context.clock.now(), context.zone)
        found = counting.book(tx, context.plans, *facts)
        watching.move(tx, held, wanted.cursor, context.clock.now())
        breaker.worked(tx, asked.connection_id, took, context.clock.now())
    counted(context, found)
    return len(counts), wanted.cursor, wanted.cursor is not None


_PAGES: dict[str, _Page] = {
    "confirmations": _confirmations,
    "inquire": _inquire,
    "stock": _stock,
}
