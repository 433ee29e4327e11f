"""Labels as people see them: pages, counts by warehouse, and what printing needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    select,
    update,
)

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import exception, fulfilment, label, orders, outbox, warehouse

STATES = ("waiting", "refused", "ready", "printed", "left", "cancelled")


class LabelFilter(NamedTuple):
    """Labels due from an instant up to another one (not included), of a warehouse, in a state."""

    due_from: int
    due_to: int
    warehouse: int | None = None
    state: str | None = None


def _seen() -> ColumnElement[str]:
    """A label's state in the words of `STATES`; a refusal is known to the message alone."""
    return case(
        (label.c.state.in_(("cancelling", "cancelled")), "cancelled"),
        (and_(label.c.state == "made", fulfilment.c.state == "shipped"), "left"),
        (and_(label.c.state == "made", label.c.prints > 0), "printed"),
        (label.c.state == "made", "ready"),
        (outbox.c.state == "dead", "refused"),
        else_="waiting",
    )


def _joined() -> FromClause:
    mine = and_(
        outbox.c.connection_id == label.c.connection_id,
        outbox.c.subject == "label:" + fulfilment.c.no,
        outbox.c.effect == "label.create",
    )
    return label.join(fulfilment, fulfilment.c.id == label.c.fulfilment_id).outerjoin(outbox, mine)


def _wanted(asked: LabelFilter) -> list[ColumnElement[bool]]:
    conditions = [label.c.due_at >= asked.due_from, label.c.due_at < asked.due_to]
    if asked.warehouse is not None:
        conditions.append(fulfilment.c.warehouse_id == asked.warehouse)
    if asked.state is not None:
        conditions.append(_seen() == asked.state)
    return conditions


def _shown() -> Select[Any]:
    columns = (
        label.c.id,
        label.c.fulfilment_id,
        label.c.courier,
        label.c.tracking_no,
        label.c.due_at,
        label.c.made_at,
        label.c.prints,
        label.c.printed_at,
        _seen().label("state"),
        fulfilment.c.no,
        fulfilment.c.order_id,
        fulfilment.c.courier.label("wanted_courier"),
        fulfilment.c.warehouse_id,
        outbox.c.id.label("outbox_id"),
        outbox.c.trouble,
    )
    return select(*columns).select_from(_joined())


def page(tx: Tx, asked: LabelFilter, after: int, limit: int) -> Sequence[AnyRow]:
    """Labels behind an id, oldest first, with order, warehouse and the exception still open."""
    found = _shown().where(*_wanted(asked), label.c.id > after).order_by(label.c.id).limit(limit)
    one = found.subquery()
    subject = "outbox:" + cast(one.c.outbox_id, Text)  # unique, hence indexed
    query = (
        select(
            one,
            orders.c.external_no,
            orders.c.platform,
            warehouse.c.title.label("warehouse"),
            exception.c.id.label("exception_id"),
        )
        .join(orders, orders.c.id == one.c.order_id)
        .join(warehouse, warehouse.c.id == one.c.warehouse_id)
        .outerjoin(exception, and_(exception.c.subject == subject, exception.c.state == "open"))
        .order_by(one.c.id)
    )
    return tx.execute(query).all()


def counts(tx: Tx, due_from: int, due_to: int) -> Sequence[AnyRow]:
    """How many labels each warehouse has in each state."""
    found = select(fulfilment.c.warehouse_id, _seen().label("state")).select_from(_joined())
    one = found.where(*_wanted(LabelFilter(due_from, due_to))).subquery()
    query = (
        select(one.c.warehouse_id, warehouse.c.title, one.c.state, func.count().label("amount"))
        .join(warehouse, warehouse.c.id == one.c.warehouse_id)
        .group_by(one.c.warehouse_id, warehouse.c.title, one.c.state)
        .order_by(one.c.warehouse_id)
    )
    return tx.execute(query).all()


def of_order(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The labels of one order's fulfilments."""
    return tx.execute(_shown().where(fulfilment.c.order_id == order_id)).all()


def for_printing(tx: Tx, ids: Sequence[int]) -> Sequence[AnyRow]:
    """Labels that can be printed, locked: their print data, oldest first."""
    query = (
        select(label, fulfilment.c.no)
        .join(fulfilment, fulfilment.c.id == label.c.fulfilment_id)
        .where(among(label.c.id, ids), label.c.state == "made")
        .order_by(label.c.id)
        .with_for_update(of=label)
    )
    return tx.execute(query).all()


def count_prints(tx: Tx, ids: Sequence[int], now: int) -> None:
    """Note that print data was handed out."""
    changed = update(label).where(among(label.c.id, ids))
    tx.execute(changed.values(prints=label.c.prints + 1, printed_at=now))
