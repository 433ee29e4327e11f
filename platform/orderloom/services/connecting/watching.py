"""What a connection is asked again and again beside its orders: when, since where, what came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from orderloom.connect import ConnectorError
from orderloom.services.connecting import breaker, connections
from orderloom.services.hub.work import Lease, finish, renew
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import connection, lease, watch


@dataclass(frozen=True)
class Watch:
    """One question to a connection, as claimed; `kind` is the connector's capability."""

    id: int
    connection_id: int
    kind: str
    cursor: Any
    every_seconds: int
    failures: int


def due_watches(tx: Tx, now: int) -> Sequence[int]:
    """Questions that are due and nobody is asking at the moment."""
    query = (
        select(watch.c.id)
        .join(connection, connection.c.id == watch.c.connection_id)
        .join(lease, (lease.c.ref_id == watch.c.id) & (lease.c.kind == "watch"))
        .where(watch.c.every_seconds > 0, watch.c.next_at <= now)
        .where(breaker.closed(now), lease.c.lease_until <= now)
        .order_by(watch.c.next_at)
    )
    return tx.execute(query).scalars().all()


def of_connections(tx: Tx, ids: Collection[int]) -> set[int]:
    """The questions to some connections."""
    return set(tx.execute(select(watch.c.id).where(among(watch.c.connection_id, ids))).scalars())


def find(tx: Tx, watch_id: int, now: int) -> Watch | None:
    """The question, unless its connection is stopped or nobody wants to know any more."""
    row = tx.execute(
        select(watch)
        .join(connection, connection.c.id == watch.c.connection_id)
        .where(watch.c.id == watch_id, watch.c.every_seconds > 0, breaker.closed(now))
    ).first()
    if row is None:
        return None
    facts = (row.id, row.connection_id, row.kind, row.cursor, row.every_seconds, row.failures)
    return Watch(*facts)


def move(tx: Tx, held: Lease, cursor: Any, now: int) -> None:
    """The next question begins here. In the transaction that keeps what the last one brought."""
    values = {"cursor": cursor, "looked_at": now, "failures": 0, "trouble": None}
    tx.execute(update(watch).where(watch.c.id == held.ref_id).values(values))
    renew(tx, held, now)


def done(tx: Tx, held: Lease, wait_ms: int, now: int) -> None:
    """Nothing more to ask at the moment; again after `wait_ms`."""
    tx.execute(update(watch).where(watch.c.id == held.ref_id).values(next_at=now + wait_ms))
    finish(tx, held)


def failed(tx: Tx, held: Lease, asked: Watch, error: ConnectorError, now: int) -> None:
    """Note the failure and when to try again."""
    if connections.failed(tx, asked.connection_id, error, now):
        values = {"failures": asked.failures + 1, "trouble": connections.trouble(error)}
        tx.execute(update(watch).where(watch.c.id == asked.id).values(values))
    done(tx, held, connections.wait_ms(error, asked.failures), now)
