"""Leases: who may do a piece of work now, with a token that is checked again at commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select, update

from orderloom.errors import LeaseLost
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import inbox, lease

LEASE_MS = 12_000
SHARDS = 4  # an account's orders are worked on in this many lanes at once


@dataclass(frozen=True)
class Lease:
    """Held until `finish`, or until LEASE_MS have passed without it."""

    id: int
    kind: str
    ref_id: int
    shard: int
    token: int


def ensure(tx: Tx, kind: str, ref_id: int, shards: int = 1) -> None:
    """Make sure the lease rows of a piece of work exist."""
    rows = [
        {"id": new, "kind": kind, "ref_id": ref_id, "shard": shard}
        for shard, new in enumerate(reserve(tx, shards))
    ]
    insert_new(tx, lease, rows, ("kind", "ref_id", "shard"))


def claim(tx: Tx, kind: str, ref_id: int, shard: int, holder: str, now: int) -> Lease | None:
    """The lease, or None while somebody else holds it."""
    row = tx.execute(
        update(lease)
        .where(lease.c.kind == kind, lease.c.ref_id == ref_id, lease.c.shard == shard)
        .where(lease.c.lease_until <= now)
        .values(token=lease.c.token + 1, holder=holder, lease_until=now + LEASE_MS, served_at=now)
        .returning(lease.c.id, lease.c.token)
    ).first()
    return Lease(row.id, kind, ref_id, shard, row.token) if row else None


def claim_next_lane(tx: Tx, holder: str, now: int) -> Lease | None:
    """The lane with waiting orders that was served longest ago: fair between accounts."""
    for row in tx.execute(_lanes_with_work(now)).all():
        found = claim(tx, "process", row.ref_id, row.shard, holder, now)
        if found:
            return found
    return None


def has_work(tx: Tx, now: int) -> bool:
    """Whether any free lane has waiting orders."""
    return tx.execute(_lanes_with_work(now).limit(1)).first() is not None


def lane_has_work(tx: Tx, account_id: int, shard: int, now: int) -> bool:
    """Whether orders of this lane wait and are due, whoever holds it."""
    query = select(inbox.c.id).where(
        inbox.c.account_id == account_id,
        inbox.c.shard == shard,
        inbox.c.state == "waiting",
        inbox.c.not_before <= now,
    )
    return tx.execute(query.limit(1)).first() is not None


def _lanes_with_work(now: int) -> Select[Any]:
    waiting = exists(
        select(inbox.c.id).where(
            inbox.c.account_id == lease.c.ref_id,
            inbox.c.shard == lease.c.shard,
            inbox.c.state == "waiting",
            inbox.c.not_before <= now,
        )
    )
    return (
        select(lease.c.ref_id, lease.c.shard)
        .where(lease.c.kind == "process", lease.c.lease_until <= now, waiting)
        .order_by(lease.c.served_at, lease.c.id)
    )


def renew(tx: Tx, held: Lease, now: int) -> None:
    """Keep the lease; raises LeaseLost if somebody took it over. Part of the work's commit."""
    _set_until(tx, held, now + LEASE_MS)


def finish(tx: Tx, held: Lease, rest_until: int = 0) -> None:
    """Give the lease back in the work's own transaction; raises LeaseLost, so nothing commits.

    `rest_until`: nobody shall take up this work before.
    """
    _set_until(tx, held, rest_until)


def _set_until(tx: Tx, held: Lease, until: int) -> None:
    changed = tx.execute(
        update(lease)
        .where(lease.c.id == held.id, lease.c.token == held.token)
        .values(lease_until=until)
    )
    if changed.rowcount != 1:
        raise LeaseLost("work.lease_lost", f"{held.kind}/{held.ref_id}/{held.shard}")


def free(tx: Tx, kind: str, refs: Sequence[int], now: int) -> Sequence[int]:
    """Those of `refs` whose lease of `kind` nobody holds."""
    query = select(lease.c.ref_id).where(
        lease.c.kind == kind, lease.c.ref_id.in_(refs), lease.c.lease_until <= now
    )
    return tx.execute(query).scalars().all()


def lanes_with_work(tx: Tx, now: int) -> list[int]:
    """A number for each free lane with waiting orders (see `lane_number`)."""
    return [lane_number(row.ref_id, row.shard) for row in tx.execute(_lanes_with_work(now))]


def lane_number(account_id: int, shard: int) -> int:
    """One number for an account's lane, to name the call that wakes it."""
    return account_id * SHARDS + shard
