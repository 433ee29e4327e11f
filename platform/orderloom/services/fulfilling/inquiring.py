"""Fulfilments a warehouse has said nothing of for hours: it is asked, in case its word got lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, select, update

from orderloom.services.fulfilling.handover import CREATE
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import fulfilment, outbox

# Written out, because only then an index of just these serves the query.
_OUT: BindParameter[Any] = bindparam(
    "out", ("handed_over", "partly_shipped"), expanding=True, literal_execute=True
)


def silent(tx: Tx, connection_id: int, before: int, limit: int) -> Sequence[Row[Any]]:
    """The messages that handed over what was last heard of, or asked for, at `before`.

    The longest silence first; `fulfilment_id` says whose message it is.
    """
    told = _handed_over(connection_id, fulfilment.c.no)
    found = (
        select(fulfilment.c.id, fulfilment.c.no, fulfilment.c.heard_at)
        .where(fulfilment.c.state.in_(_OUT), fulfilment.c.heard_at <= before)
        .where(select(outbox.c.id).where(told).exists())
        .order_by(fulfilment.c.heard_at, fulfilment.c.id)
        .limit(limit)
        .subquery()
    )
    query = select(outbox, found.c.id.label("fulfilment_id"))
    query = query.join(found, _handed_over(connection_id, found.c.no))
    return tx.execute(query.order_by(found.c.heard_at, found.c.id)).all()


def _handed_over(connection_id: int, number: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        outbox.c.connection_id == connection_id,
        outbox.c.subject == "fulfilment:" + number,
        outbox.c.effect == CREATE,
        outbox.c.state == "sent",
    )


def asked(tx: Tx, fulfilment_ids: Collection[int], now: int) -> None:
    """Their warehouse was asked just now: they are not asked for again until much later."""
    query = update(fulfilment).where(among(fulfilment.c.id, fulfilment_ids))
    tx.execute(query.where(fulfilment.c.heard_at < now).values(heard_at=now))
