"""Putting something that failed back to work, after a person dealt with the cause."""

from __future__ import annotations

from orderloom.errors import Conflict, NotFound
from orderloom.services.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import exceptions as rows
from orderloom.store.queries.people import add_audit


def retry_exception(tx: Tx, exception_id: int, user: User, now: int) -> None:
    """Resolve an exception and have its payload or message tried again at once.

    If the cause persists, the work opens the same exception again. Raises NotFound, and Conflict
    for one that is resolved or cannot be retried.
    """
    found = rows.for_change(tx, exception_id)
    if found is None:
        raise NotFound("exceptions.not_found", str(exception_id))
    if found.state != "open":
        raise Conflict("exceptions.resolved", str(exception_id))
    if not _put_back(tx, found):
        raise Conflict("exceptions.not_retriable", found.kind)
    rows.resolve(tx, exception_id, user.id, now)
    detail = {"code": found.code, "subject": found.subject}
    add_audit(tx, now, user.login, "exception.retry", str(exception_id), detail)


def _put_back(tx: Tx, found: AnyRow) -> bool:
    if found.kind == "delivery":
        return found.outbox_id is not None and bool(rows.put_back_message(tx, found.outbox_id))
    if found.kind not in ("mapping", "sku", "stock"):
        return False
    inbox_id = found.inbox_id
    if inbox_id is None and found.order_id is not None:
        inbox_id = rows.latest_payload(tx, found.order_id)
    if inbox_id is None:
        return False
    rows.put_back_payload(tx, inbox_id)  # one that waits already will be tried anyway
    return True
