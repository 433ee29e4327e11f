"""A connection that fails again and again is left alone for a while, apart from the others.

After OPENS_AT failures in a row nobody calls it for ever longer; then one call tries (leases see
to it that it is one), and a success closes the breaker. One whose platform refuses every call, such
as for its signature, is failing; one whose platform names the seconds to wait is not. A connection
with any failure, or a slow one, is worked on in a queue of its own, so that it cannot hold up the
workers that serve the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from orderloom.connect import ConnectorError, Permanent, TryLater
from orderloom.store.db import Tx
from orderloom.store.tables import account, connection

OPENS_AT = 5
FIRST_REST_MS = 30_000
LONGEST_REST_MS = 600_000
SLOW_CALL_MS = 2_000
SLOW_FOR_MS = 300_000


def closed(now: int) -> ColumnElement[bool]:
    """The condition under which a connection may be called."""
    return and_(connection.c.state == "ok", connection.c.rest_until <= now)


def failed(tx: Tx, connection_id: int, error: ConnectorError, now: int) -> None:
    """Count a call that failed, if it was the connection's fault."""
    if not _is_failing(error):
        return
    row = select(connection.c.failures).where(connection.c.id == connection_id).with_for_update()
    failures = tx.execute(row).scalar_one() + 1
    beyond = failures - OPENS_AT
    rest = min(FIRST_REST_MS * 2 ** min(beyond, 10), LONGEST_REST_MS) if beyond >= 0 else 0
    _set(tx, connection_id, failures=failures, rest_until=now + rest)


def _is_failing(error: ConnectorError) -> bool:
    if isinstance(error, TryLater):
        return error.after_s is None
    return isinstance(error, Permanent) and not error.item


def worked(tx: Tx, connection_id: int, took_ms: int, now: int) -> None:
    """A call was answered: begin to count anew, and remember if the answer was long in coming."""
    tx.execute(
        update(connection)
        .where(connection.c.id == connection_id, connection.c.failures > 0)
        .values(failures=0, rest_until=0)
    )
    if took_ms >= SLOW_CALL_MS:
        _set(tx, connection_id, slow_until=now + SLOW_FOR_MS)


def slow_connections(tx: Tx, now: int) -> set[int]:
    """Connections that are worked on apart from the others."""
    return set(tx.execute(select(connection.c.id).where(_slow(now))).scalars())


def slow_accounts(tx: Tx, now: int) -> set[int]:
    """The shops on such connections."""
    query = select(account.c.id).join(connection, connection.c.id == account.c.connection_id)
    return set(tx.execute(query.where(_slow(now))).scalars())


def apart(refs: Sequence[int], slow: set[int]) -> tuple[list[int], list[int]]:
    """`refs` that are not in `slow`, and those that are."""
    return [ref for ref in refs if ref not in slow], [ref for ref in refs if ref in slow]


def _slow(now: int) -> ColumnElement[bool]:
    return or_(connection.c.failures > 0, connection.c.slow_until > now)


def _set(tx: Tx, connection_id: int, **values: Any) -> None:
    tx.execute(update(connection).where(connection.c.id == connection_id).values(values))
