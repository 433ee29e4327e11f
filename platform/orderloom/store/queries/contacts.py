"""People who are told of things, and what they were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from orderloom.store.bulk import insert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import AnyRow
from orderloom.store.tables import connection, contact, contact_way, orders, outbox

_OPEN = ("waiting", "sending")
STATES: Mapping[str, tuple[str, ...]] = {
    "open": _OPEN,
    "sent": ("sent",),
    "failed": ("dead",),
}


def all_rows(tx: Tx) -> Sequence[AnyRow]:
    """Everybody, by name."""
    return tx.execute(select(contact).order_by(contact.c.name)).all()


def ways(tx: Tx) -> Sequence[AnyRow]:
    """Over which connections everybody is told, in the order they were given."""
    return tx.execute(select(contact_way).order_by(contact_way.c.id)).all()


def by_id(tx: Tx, contact_id: int) -> AnyRow | None:
    return tx.execute(select(contact).where(contact.c.id == contact_id)).one_or_none()


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    tx.execute(insert(contact).values(values))


def change(tx: Tx, contact_id: int, revision: int, values: Mapping[str, Any]) -> bool:
    """Set columns unless somebody else did meanwhile."""
    statement = (
        update(contact)
        .where(contact.c.id == contact_id, contact.c.revision == revision)
        .values({**values, "revision": revision + 1})
    )
    return tx.execute(statement).rowcount == 1


def set_ways(tx: Tx, contact_id: int, wanted: Sequence[tuple[int, list[str]]]) -> None:
    tx.execute(delete(contact_way).where(contact_way.c.contact_id == contact_id))
    ids = reserve(tx, len(wanted))
    rows = [
        {"id": id_, "contact_id": contact_id, "connection_id": over, "severities": severities}
        for id_, (over, severities) in zip(ids, wanted, strict=True)
    ]
    insert_many(tx, contact_way, rows)


def remove(tx: Tx, contact_id: int) -> bool:
    tx.execute(delete(contact_way).where(contact_way.c.contact_id == contact_id))
    return tx.execute(delete(contact).where(contact.c.id == contact_id)).rowcount == 1


def look_again(tx: Tx, contact_id: int, now: int) -> None:
    """Have messages that were never tried considered anew: the quiet hours may be others now."""
    tx.execute(update(outbox).where(*_untried(contact_id)).values(not_before=now))


def take_back(tx: Tx, contact_id: int) -> None:
    """Cancel messages that were never tried."""
    tx.execute(update(outbox).where(*_untried(contact_id)).values(state="cancelled"))


def _untried(contact_id: int) -> list[ColumnElement[bool]]:
    return [
        outbox.c.severity.is_not(None),  # what the index of alerts knows them by
        outbox.c.contact_id == contact_id,
        outbox.c.state == "waiting",
        outbox.c.attempts == 0,
    ]


def told(
    tx: Tx, state: str | None, contact_id: int | None, before: int | None, limit: int
) -> Sequence[AnyRow]:
    """Alerts of all kinds, newest first, with the names of what they refer to."""
    query = (
        select(
            outbox,
            connection.c.title.label("connection"),
            contact.c.name.label("contact"),
            orders.c.external_no,
        )
        .join(connection, connection.c.id == outbox.c.connection_id)
        .outerjoin(contact, contact.c.id == outbox.c.contact_id)
        .outerjoin(orders, orders.c.id == outbox.c.order_id)
        .where(outbox.c.severity.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(outbox.c.state.in_(STATES[state]))
    if contact_id is not None:
        query = query.where(outbox.c.contact_id == contact_id)
    return tx.execute(query if before is None else query.where(outbox.c.id < before)).all()
