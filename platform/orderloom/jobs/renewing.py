"""Asking a platform for new credentials; one at a time, for the old ones may end with it."""

from __future__ import annotations

import logging

from orderloom.connect import ConnectorError, Permanent, Renewed
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import started
from orderloom.services.connecting import connections, managing, renewal
from orderloom.services.hub import work
from orderloom.store.queries import AnyRow

log = logging.getLogger(__name__)


def renew(connection_id: int) -> bool:
    """Renew the credentials of a connection; False if there are no new ones."""
    context = current()
    started(context.redis, "renew", connection_id)
    with context.database.write() as tx:
        work.ensure(tx, "renew", connection_id)
        now = context.clock.now()
        held = work.claim(tx, "renew", connection_id, 0, context.holder, now)
    if held is None:
        return False
    try:
        return _renew(context, held)
    except LeaseLost:
        log.warning("lease lost", extra={"connection_id": connection_id})
        return False


def _renew(context: Context, held: work.Lease) -> bool:
    with context.database.read() as tx:
        before = managing.known(tx, held.ref_id)
    connector = connections.opened(context.gateway, before)
    try:
        with kept(context, held):
            new = connector.renew()
    except ConnectorError as error:
        _failed(context, held, before, error)
    except connections.FAULTS:
        log.exception("a connector broke down", extra={"connection_id": held.ref_id})
        _failed(context, held, before, Permanent("delivery.connector_broke"))
    else:
        return _done(context, held, before, new)
    return False


def _done(context: Context, held: work.Lease, before: AnyRow, new: Renewed) -> bool:
    with context.database.write() as tx:
        stored = renewal.done(tx, context.gateway, before, new, context.clock.now())
        work.finish(tx, held)
    if not stored:
        log.warning("renewal overtaken by a person", extra={"connection_id": held.ref_id})
    return stored


def _failed(context: Context, held: work.Lease, before: AnyRow, error: ConnectorError) -> None:
    log.warning("renewal failed", extra={"connection_id": held.ref_id, "code": error.code})
    with context.database.write() as tx:
        renewal.failed(tx, context.gateway, before, error, context.clock.now())
        work.finish(tx, held)
