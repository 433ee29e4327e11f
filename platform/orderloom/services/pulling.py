"""Pulling an account: page by page, each landed together with the cursor that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from orderloom.connect import Connector, ConnectorError, Page, RawItem, Ref, TryLater
from orderloom.services import connections
from orderloom.services.intake import Landed, land
from orderloom.services.work import Lease, finish, renew
from orderloom.store.db import Tx
from orderloom.store.tables import account, connection, inbox

FIRST_WAIT_MS = 2_000
LONGEST_WAIT_MS = 300_000


@dataclass(frozen=True)
class Due:
    """An account to pull, as claimed."""

    id: int
    connection_id: int
    connector: str
    cursor: Any
    poll_seconds: int
    failures: int


def due(tx: Tx, account_id: int) -> Due | None:
    """The account, unless its connection is stopped."""
    row = tx.execute(
        select(account, connection.c.connector)
        .join(connection, connection.c.id == account.c.connection_id)
        .where(account.c.id == account_id, connection.c.state == "ok")
    ).first()
    if row is None:
        return None
    return Due(row.id, row.connection_id, row.connector, row.cursor, row.poll_seconds, row.failures)


def due_accounts(tx: Tx, now: int) -> Sequence[int]:
    """Accounts whose next pull is due."""
    query = (
        select(account.c.id)
        .join(connection, connection.c.id == account.c.connection_id)
        .where(account.c.next_pull_at <= now, connection.c.state == "ok")
        .order_by(account.c.next_pull_at)
    )
    return tx.execute(query).scalars().all()


def unseen(tx: Tx, account_id: int, refs: Sequence[Ref]) -> list[Ref]:
    """Those refs whose version has not landed yet: the others need no detail call."""
    if not refs:
        return []
    query = (
        select(inbox.c.external_no, func.max(inbox.c.modified_at))
        .where(inbox.c.account_id == account_id)
        .where(inbox.c.external_no.in_([ref.external_no for ref in refs]))
        .group_by(inbox.c.external_no)
    )
    known = dict(tx.execute(query).all())
    return [
        ref
        for ref in refs
        if ref.modified_ms is None or (known.get(ref.external_no) or 0) < ref.modified_ms
    ]


def land_page(
    tx: Tx, held: Lease, connector: type[Connector], page: Page, items: list[RawItem], now: int
) -> Landed:
    """Store a page and move the cursor, under the lease. The caller commits."""
    landed = land(tx, held.ref_id, connector, [*page.items, *items], "pull", now)
    tx.execute(
        update(account)
        .where(account.c.id == held.ref_id)
        .values(cursor=page.cursor, pulled_at=now, failures=0, trouble=None)
    )
    renew(tx, held, now)
    return landed


def done(tx: Tx, held: Lease, wait_ms: int, now: int) -> None:
    """The pull is over; the next one is due after `wait_ms`."""
    tx.execute(
        update(account).where(account.c.id == held.ref_id).values(next_pull_at=now + wait_ms)
    )
    finish(tx, held)


def failed(tx: Tx, held: Lease, due_: Due, error: ConnectorError, now: int) -> None:
    """Note the failure and when to try again: as asked for, or ever less often."""
    wait = min(FIRST_WAIT_MS * 2 ** min(due_.failures, 10), LONGEST_WAIT_MS)
    if isinstance(error, TryLater) and error.after_s is not None:
        wait = int(error.after_s * 1000)
    tx.execute(
        update(account)
        .where(account.c.id == held.ref_id)
        .values(failures=due_.failures + 1, trouble=connections.trouble(error))
    )
    connections.mark_trouble(tx, due_.connection_id, error, now)
    done(tx, held, wait, now)
