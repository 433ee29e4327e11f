"""Asking a platform for new credentials; one at a time, for the old ones may end with it."""

from __future__ import annotations

import logging

from orderloom.connect import ConnectorError, Permanent
from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import started
from orderloom.services.connecting import connections, renewal
from orderloom.services.hub import work

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
        connector = connections.connect(tx, context.gateway, held.ref_id)
    try:
        with kept(context, held):
            new = connector.renew()
    except ConnectorError as error:
        _failed(context, held, error)
    except connections.FAULTS:
        log.exception("a connector broke down", extra={"connection_id": held.ref_id})
        _failed(context, held, Permanent("delivery.connector_broke"))
    else:
        with context.database.write() as tx:
            renewal.done(tx, context.gateway, held.ref_id, new, context.clock.now())
            work.finish(tx, held)
        return True
    return False


def _failed(context: Context, held: work.Lease, error: ConnectorError) -> None:
    log.warning("renewal failed", extra={"connection_id": held.ref_id, "code": error.code})
    with context.database.write() as tx:
        renewal.failed(tx, held.ref_id, error, context.clock.now())
        work.finish(tx, held)
