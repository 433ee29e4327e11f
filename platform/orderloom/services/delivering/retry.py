"""Putting something that failed back to work, after a person dealt with the cause."""

from __future__ import annotations

from orderloom.errors import Conflict, NotFound
from orderloom.services.fulfilling import refusals
from orderloom.services.hub.exceptions import REFUSALS, actions
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import exceptions as rows
from orderloom.store.queries.people import add_audit


def retry_exception(
    tx: Tx,
    plans: PlanCache,
    exception_id: int,
    user: User,
    now: int,
    zone: str,
    *,
    elsewhere: bool = False,
) -> None:
    """Resolve an exception and have its payload, message or fulfilment tried again at once.

    `elsewhere`: by another warehouse. If the cause persists, the work opens the same exception
    again. Raises NotFound, and Conflict for one that is resolved or cannot be retried like that.
    """
    action = "elsewhere" if elsewhere else "retry"
    found = take(tx, exception_id)
    if action not in actions(found.kind, found.code):
        raise Conflict("exceptions.not_retriable", found.kind)
    if found.code in REFUSALS:
        refusals.decide(tx, plans, found, user, now, zone, elsewhere=elsewhere)
    elif not _put_back(tx, found):
        raise Conflict("exceptions.not_retriable", found.kind)
    _resolve(tx, found, user, action, now)


def finish_exception(tx: Tx, exception_id: int, user: User, now: int) -> None:
    """Note that a person has done what there was to do. Raises NotFound, and Conflict for one that
    is resolved, or that more than a person's word is needed for."""
    found = take(tx, exception_id)
    if "done" not in actions(found.kind, found.code):
        raise Conflict("exceptions.not_by_word", found.kind)
    _resolve(tx, found, user, "done", now)


def take(tx: Tx, exception_id: int) -> AnyRow:
    """An open exception, locked; raises NotFound, and Conflict if it is resolved."""
    found = rows.for_change(tx, exception_id)
    if found is None:
        raise NotFound("exceptions.not_found", str(exception_id))
    if found.state != "open":
        raise Conflict("exceptions.resolved", str(exception_id))
    return found


def _resolve(tx: Tx, found: AnyRow, user: User, action: str, now: int) -> None:
    rows.resolve(tx, found.id, user.id, now)
    detail = {"code": found.code, "subject": found.subject}
    add_audit(tx, now, user.login, f"exception.{action}", str(found.id), detail)


def _put_back(tx: Tx, found: AnyRow) -> bool:
    if found.kind == "delivery":
        return found.outbox_id is not None and bool(rows.put_back_message(tx, found.outbox_id))
    inbox_id = found.inbox_id
    if inbox_id is None and found.order_id is not None:
        inbox_id = rows.latest_payload(tx, found.order_id)
    if inbox_id is None:
        return False
    rows.put_back_payload(tx, inbox_id)  # one that waits already will be tried anyway
    return True
