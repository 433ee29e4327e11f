"""Credentials that run out: new ones ahead of time, and once more when the old ones are refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select, update

from orderloom.connect import AuthFailed, ConnectorError, Permanent, Renewed
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import Gateway
from orderloom.store.db import Tx
from orderloom.store.tables import connection

AHEAD_MS = 900_000
AGAIN_MS = 600_000  # new credentials that are refused, too, are no reason to renew all day
RETRY_MS = 30_000


def renewable(gateway: Gateway) -> frozenset[str]:
    """The connectors that can renew their credentials."""
    known = gateway.registry.keys()
    return frozenset(key for key in known if "renew" in gateway.registry.get(key).capabilities())


def due(tx: Tx, connectors: Collection[str], now: int) -> Sequence[int]:
    """Connections whose credentials end soon or have been refused."""
    ending = and_(connection.c.state == "ok", connection.c.expires_at <= now + AHEAD_MS)
    query = select(connection.c.id).where(
        connection.c.connector.in_(sorted(connectors)),
        connection.c.renew_at <= now,
        or_(ending, connection.c.state == "auth_failed"),
    )
    return tx.execute(query).scalars().all()


def done(tx: Tx, gateway: Gateway, connection_id: int, new: Renewed, now: int) -> None:
    """Store new credentials; the shops of the connection are read at once."""
    connections.merge(tx, gateway, connection_id, new.settings, now)
    times = {"expires_at": new.expires_ms, "renew_at": now + AGAIN_MS}
    tx.execute(update(connection).where(connection.c.id == connection_id).values(times))
    connections.take_up(tx, connection_id, now)


def failed(tx: Tx, connection_id: int, error: ConnectorError, now: int) -> None:
    """Remember why there are none; a person has to log in again unless trying later may help."""
    hopeless = isinstance(error, AuthFailed | Permanent)
    wait = AGAIN_MS if hopeless else RETRY_MS
    if hopeless:
        connections.mark_trouble(tx, connection_id, error, now)
    tx.execute(
        update(connection).where(connection.c.id == connection_id).values(renew_at=now + wait)
    )
