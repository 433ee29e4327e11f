"""Tasks that rules gave to people."""

from __future__ import annotations

from orderloom.errors import Conflict, NotFound
from orderloom.services.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import exceptions as rows
from orderloom.store.queries.people import add_audit


def finish(tx: Tx, exception_id: int, user: User, now: int) -> None:
    """Note that a task is done. Raises NotFound, and Conflict if it is done already or no task."""
    found = rows.for_change(tx, exception_id)
    if found is None:
        raise NotFound("exceptions.not_found", str(exception_id))
    if found.state != "open":
        raise Conflict("exceptions.resolved", str(exception_id))
    if found.kind != "task":
        raise Conflict("exceptions.no_task", found.kind)
    rows.resolve(tx, exception_id, user.id, now)
    add_audit(tx, now, user.login, "task.done", str(exception_id), {"subject": found.subject})
