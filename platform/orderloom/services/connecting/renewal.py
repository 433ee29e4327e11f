"""Credentials that run out: new ones ahead of time, and once more when the old ones are refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, or_, select, update

from orderloom.connect import AuthFailed, ConnectorError, Permanent, Renewed
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import Gateway
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import connections as rows
from orderloom.store.tables import connection

AHEAD_MS = 900_000
AGAIN_MS = 600_000  # new credentials that are refused, too, are no reason to renew all day
RETRY_MS = 30_000
_HOW = ("bool", "number")


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


def done(tx: Tx, gateway: Gateway, before: AnyRow, new: Renewed, now: int) -> bool:
    """Store new credentials; the shops of the connection are read at once.

    `before`: the connection they were asked with. False, and nothing is stored, if somebody has
    given it other credentials since: the new ones might be another account's.
    """
    if not _is_whose_it_was(tx, gateway, before):
        return False
    connections.merge(tx, gateway, before.id, new.settings, now)
    times = {"expires_at": new.expires_ms, "renew_at": now + AGAIN_MS}
    tx.execute(update(connection).where(connection.c.id == before.id).values(times))
    connections.take_up(tx, before.id, now)
    return True


def failed(tx: Tx, gateway: Gateway, before: AnyRow, error: ConnectorError, now: int) -> None:
    """Remember why there are none; a person has to log in again unless trying later may help."""
    if not _is_whose_it_was(tx, gateway, before):
        return
    hopeless = isinstance(error, AuthFailed | Permanent)
    wait = AGAIN_MS if hopeless else RETRY_MS
    if hopeless:
        connections.mark_trouble(tx, before.id, error, now)
    tx.execute(update(connection).where(connection.c.id == before.id).values(renew_at=now + wait))


def _is_whose_it_was(tx: Tx, gateway: Gateway, before: AnyRow) -> bool:
    """Whether the connection still has the credentials it had; it keeps them until the commit."""
    row = rows.by_id(tx, before.id, lock=True)
    return row is not None and _whose(gateway, row) == _whose(gateway, before)


def _whose(gateway: Gateway, row: AnyRow) -> dict[str, Any]:
    """The settings that say who asks; page sizes and the like only say how."""
    how = {one.name for one in gateway.registry.get(row.connector).settings if one.kind in _HOW}
    every = connections.stored(gateway, row)
    return {name: value for name, value in every.items() if name not in how}
