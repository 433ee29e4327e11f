"""Connections, the shops on them, what they are asked, and what holds one in its place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, exists, func, select

from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, pairs
from orderloom.store.tables import (
    account,
    binding,
    blueprint,
    confirmation,
    connection,
    contact,
    contact_way,
    label,
    lease,
    outbox,
    watch,
)


def all_rows(tx: Tx) -> Sequence[AnyRow]:
    """Every connection without its settings, and when a message last left over it."""
    left = select(func.max(outbox.c.sent_at)).where(
        outbox.c.state == "sent", outbox.c.connection_id == connection.c.id
    )
    columns = [column for column in connection.c if column.name not in ("settings", "secrets")]
    query = select(*columns, left.scalar_subquery().label("sent_at"))
    return tx.execute(query.order_by(connection.c.id)).all()


def by_id(tx: Tx, connection_id: int, *, lock: bool = False) -> AnyRow | None:
    """`lock`: nobody else changes it until the transaction ends."""
    query = select(connection).where(connection.c.id == connection_id)
    return tx.execute(query.with_for_update() if lock else query).one_or_none()


def titled(tx: Tx, title: str) -> int | None:
    """The connection in use that is called so."""
    mine = connection.c.title == title, connection.c.state != "retired"
    query = select(connection.c.id).where(*mine)
    return tx.execute(query.limit(1)).scalar()


def shops(tx: Tx) -> Sequence[AnyRow]:
    """Every shop."""
    return tx.execute(select(account).order_by(account.c.id)).all()


def shop_of(tx: Tx, platform: str, seller_id: str) -> AnyRow | None:
    """The shop of a seller, with the title of the connection it is on."""
    query = select(account, connection.c.title.label("connection")).join(
        connection, connection.c.id == account.c.connection_id
    )
    mine = account.c.platform == platform, account.c.seller_id == seller_id
    return tx.execute(query.where(*mine)).one_or_none()


def shops_on(tx: Tx, connection_id: int) -> Sequence[AnyRow]:
    return tx.execute(select(account).where(account.c.connection_id == connection_id)).all()


def questions(tx: Tx) -> Sequence[AnyRow]:
    """What connections are asked beside their orders."""
    return tx.execute(select(watch).order_by(watch.c.kind)).all()


def blueprints(tx: Tx) -> Sequence[AnyRow]:
    """Every blueprint with its draft."""
    return tx.execute(select(blueprint).order_by(blueprint.c.key)).all()


def told_over(tx: Tx, connection_id: int) -> Sequence[str]:
    """The people who are told of things over a connection."""
    query = select(contact.c.name).join(contact_way, contact_way.c.contact_id == contact.c.id)
    return tx.execute(query.where(contact_way.c.connection_id == connection_id)).scalars().all()


def roles_of(tx: Tx, connection_id: int) -> Sequence[AnyRow]:
    """What a connection stands for in blueprints; not its shops."""
    query = select(blueprint.c.key, binding.c.role).join(
        blueprint, blueprint.c.id == binding.c.blueprint_id
    )
    mine = binding.c.kind == "connection", binding.c.target_id == connection_id
    return tx.execute(query.where(*mine).order_by(binding.c.id)).all()


def has_history(tx: Tx, connection_id: int) -> bool:
    """Whether anything that happened names the connection."""
    asked = [
        exists(select(table.c.id).where(table.c.connection_id == connection_id))
        for table in (account, outbox, confirmation, label)
    ]
    return any(tx.execute(select(*asked)).one())


def remove(tx: Tx, connection_id: int) -> None:
    """Delete a connection nothing ever happened on."""
    mine = select(watch.c.id).where(watch.c.connection_id == connection_id)
    tx.execute(delete(lease).where(lease.c.kind == "watch", lease.c.ref_id.in_(mine)))
    tx.execute(delete(watch).where(watch.c.connection_id == connection_id))
    own = lease.c.kind.in_(("deliver", "confirm", "renew"))
    tx.execute(delete(lease).where(own, lease.c.ref_id == connection_id))
    tx.execute(delete(connection).where(connection.c.id == connection_id))


def bound(tx: Tx) -> dict[tuple[int, str], int]:
    """(blueprint id, role) -> what it stands for."""
    query = select(binding.c.blueprint_id, binding.c.role, binding.c.target_id)
    return {(row.blueprint_id, row.role): row.target_id for row in tx.execute(query)}


def unbind(tx: Tx, blueprint_id: int, role: str) -> None:
    mine = binding.c.blueprint_id == blueprint_id, binding.c.role == role
    tx.execute(delete(binding).where(*mine))


def titles(tx: Tx) -> dict[int, str]:
    """What each connection is called."""
    return pairs(tx, select(connection.c.id, connection.c.title))
