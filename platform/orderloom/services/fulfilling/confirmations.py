"""What warehouses tell of fulfilments, kept before anybody acts on it or is told it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, select

from orderloom.connect import Confirmation, Parcel
from orderloom.services.hub.work import Lease
from orderloom.services.incoming.intake import storable
from orderloom.store.among import among
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import confirmation, lease

LONGEST_KEY = 300
LONGEST_REASON = 500
BATCH = 200

Record = dict[str, Any]


def keep(tx: Tx, connection_id: int, told: Sequence[Confirmation], source: str, now: int) -> int:
    """Store news; what is known already (the same key) changes nothing. Returns how much is new.

    The caller commits before anything is acknowledged or a cursor moves.
    """
    if not told:
        return 0
    rows = {row["key"]: row for row in (_row(connection_id, one, source, now) for one in told)}
    query = select(confirmation.c.key).where(
        confirmation.c.connection_id == connection_id, among(confirmation.c.key, rows)
    )
    known = set(tx.execute(query).scalars())
    fresh = [row for key, row in rows.items() if key not in known]
    numbered = [{"id": new, **row} for new, row in zip(reserve(tx, len(fresh)), fresh, strict=True)]
    insert_new(tx, confirmation, numbered, ("connection_id", "key"))
    return len(fresh)


def _row(connection_id: int, told: Confirmation, source: str, now: int) -> Record:
    return {
        "connection_id": connection_id,
        "key": storable(told.key)[:LONGEST_KEY],
        "source": source,
        "fulfilment_no": storable(told.fulfilment_no)[:LONGEST_KEY],
        "event": told.event,
        "at": told.at_ms,
        "parcels": [_parcel(parcel) for parcel in told.parcels],
        "reason": storable(told.reason)[:LONGEST_REASON],
        "received_at": now,
    }


def _parcel(parcel: Parcel) -> Record:
    return {
        "courier": storable(parcel.courier),
        "tracking_no": storable(parcel.tracking_no),
        "quantities": {storable(code): pieces for code, pieces in parcel.quantities.items()},
    }


def waiting(tx: Tx, held: Lease, limit: int = BATCH) -> Sequence[Row[Any]]:
    """A connection's news that nobody has acted on, in order of arrival."""
    query = (
        select(confirmation)
        .where(confirmation.c.connection_id == held.ref_id, confirmation.c.state == "waiting")
        .order_by(confirmation.c.id)
        .limit(limit)
    )
    return tx.execute(query).all()


def connections_with_news(tx: Tx, now: int) -> Sequence[int]:
    """Connections whose news waits, and nobody is acting on at the moment."""
    news = exists(
        select(confirmation.c.id).where(
            confirmation.c.connection_id == lease.c.ref_id, confirmation.c.state == "waiting"
        )
    )
    query = select(lease.c.ref_id).where(
        lease.c.kind == "confirm", lease.c.lease_until <= now, news
    )
    return tx.execute(query).scalars().all()
