"""What a blueprint says of a connection, such as how a shop's own interface is to be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from orderloom.store.db import Tx
from orderloom.store.tables import account, binding, blueprint, connection

Values = Mapping[str, Any]


def connectors(tx: Tx, key: str) -> dict[str, str]:
    """The connector each connection role of a blueprint is bound to here."""
    query = (
        select(binding.c.role, connection.c.connector)
        .join(blueprint, blueprint.c.id == binding.c.blueprint_id)
        .join(connection, connection.c.id == binding.c.target_id)
        .where(blueprint.c.key == key, binding.c.kind == "connection")
    )
    return dict(tx.execute(query).all())


def apply(tx: Tx, blueprint_id: int, document: Mapping[str, Any]) -> None:
    """Write the settings its roles carry to the connections that fill them. Secrets stay."""
    for role in document["roles"]:
        settings = role.get("settings")
        target = _connection_of(tx, blueprint_id, role["key"]) if settings else None
        if target is not None:
            query = select(connection.c.settings).where(connection.c.id == target)
            before = tx.execute(query.with_for_update()).scalar_one()
            _write(tx, target, before, {**before, **settings})


def _write(tx: Tx, target: int, before: Values, wanted: Values) -> None:
    if wanted == before:
        return
    changed = {"settings": wanted, "revision": connection.c.revision + 1}
    tx.execute(update(connection).where(connection.c.id == target).values(changed))


def _connection_of(tx: Tx, blueprint_id: int, role: str) -> int | None:
    bound = select(binding.c.kind, binding.c.target_id).where(
        binding.c.blueprint_id == blueprint_id, binding.c.role == role
    )
    row = tx.execute(bound).first()
    if row is None or row.kind == "warehouse":
        return None
    if row.kind == "connection":
        return int(row.target_id)
    shop = select(account.c.connection_id).where(account.c.id == row.target_id)
    return tx.execute(shop).scalar()
