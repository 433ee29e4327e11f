"""Records a platform named, or refused to give at first: asked for one by one until they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, exists, select

from orderloom.connect import Connector, ConnectorError, Ref
from orderloom.services.connecting import breaker, connections
from orderloom.services.hub.work import Lease, finish, renew
from orderloom.services.incoming.intake import Landed, land
from orderloom.services.incoming.pulling import Due, Read
from orderloom.store.bulk import update_many
from orderloom.store.db import Tx
from orderloom.store.tables import UNFETCHED, account, connection, inbox, lease

AT_ONCE = 20
REFUSED_AGAIN_MS = 3_600_000
ANNOUNCED_AGAIN_MS = 30_000  # of what we asked for and never got, because something failed
LONGEST_AGAIN_MS = 600_000
EXPECTED_TIMES = 3  # platforms announce an order before every part of them knows it


def due_accounts(tx: Tx, now: int) -> Sequence[int]:
    """Accounts with records to ask for now, which nobody is doing at the moment."""
    named = exists(
        select(inbox.c.id).where(
            inbox.c.account_id == account.c.id, UNFETCHED, inbox.c.not_before <= now
        )
    )
    query = (
        select(account.c.id)
        .join(connection, connection.c.id == account.c.connection_id)
        .join(lease, (lease.c.ref_id == account.c.id) & (lease.c.kind == "fetch"))
        .where(breaker.closed(now), lease.c.lease_until <= now, named)
    )
    return tx.execute(query).scalars().all()


@dataclass(frozen=True)
class Asked:
    """Records to ask for; a refusal of those still `expected` is no news yet."""

    refs: list[Ref]
    expected: frozenset[str]


def take(tx: Tx, account_id: int, now: int) -> Asked:
    """Some of the records to ask for now; what does not come is asked for again later."""
    query = (
        select(inbox.c.id, inbox.c.external_no, inbox.c.modified_at, inbox.c.state)
        .add_columns(inbox.c.attempts)
        .where(inbox.c.account_id == account_id, UNFETCHED, inbox.c.not_before <= now)
        .order_by(inbox.c.not_before, inbox.c.id)
        .limit(AT_ONCE)
    )
    rows = tx.execute(query).all()
    again = [
        {"id": row.id, "attempts": row.attempts + 1, "not_before": now + _again_ms(row)}
        for row in rows
    ]
    update_many(tx, inbox, again)
    refs = [Ref(row.external_no, row.modified_at) for row in rows]
    early = (r for r in rows if r.state == "announced" and r.attempts < EXPECTED_TIMES)
    return Asked(refs, frozenset(row.external_no for row in early))


def _again_ms(row: Row[Any]) -> int:
    if row.state == "failed":
        return REFUSED_AGAIN_MS
    wait: int = ANNOUNCED_AGAIN_MS * (row.attempts + 1)
    return min(wait, LONGEST_AGAIN_MS)


def land_read(
    tx: Tx,
    held: Lease,
    connector: type[Connector],
    asked: Asked,
    read: Read,
    began: int,
    now: int,
) -> Landed:
    """Store what came, and the refusals of what did not. The caller commits.

    `began`: when asking began, which is no later than when any of it was true.
    """
    refused = [refusal for refusal in read.refusals if refusal[0].external_no not in asked.expected]
    landed = land(tx, held.ref_id, connector, read.items, "pull", began, refused)
    renew(tx, held, now)
    return landed


def failed(tx: Tx, held: Lease, due: Due, error: ConnectorError, now: int) -> None:
    """Note what the platform said, and leave it alone for a while."""
    connections.failed(tx, due.connection_id, error, now)
    finish(tx, held, now + connections.wait_ms(error, 0))
