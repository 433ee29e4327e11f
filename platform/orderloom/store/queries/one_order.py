"""Everything that hangs on one order, one statement per kind of thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import (
    binding,
    connection,
    decision,
    exception,
    fulfilment,
    fulfilment_line,
    inbox,
    order_line,
    outbox,
    parcel,
    sku,
    stock,
    timeline,
    warehouse,
)


def lines(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The order's lines with the hub's product, if known."""
    query = (
        select(order_line, sku.c.code.label("hub_code"), sku.c.title.label("hub_title"))
        .outerjoin(sku, sku.c.id == order_line.c.sku_id)
        .where(order_line.c.order_id == order_id)
        .order_by(order_line.c.line_no, order_line.c.id)
    )
    return tx.execute(query).all()


def fulfilments(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The order's fulfilments, oldest first, with the warehouse's title."""
    query = (
        select(fulfilment, warehouse.c.title.label("warehouse"))
        .join(warehouse, warehouse.c.id == fulfilment.c.warehouse_id)
        .where(fulfilment.c.order_id == order_id)
        .order_by(fulfilment.c.id)
    )
    return tx.execute(query).all()


def fulfilment_lines(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The lines of all the order's fulfilments, with the codes of what lies in them."""
    query = (
        select(fulfilment_line, sku.c.code.label("hub_code"), sku.c.title.label("hub_title"))
        .join(fulfilment, fulfilment.c.id == fulfilment_line.c.fulfilment_id)
        .join(stock, stock.c.id == fulfilment_line.c.stock_id)
        .join(sku, sku.c.id == stock.c.sku_id)
        .where(fulfilment.c.order_id == order_id)
        .order_by(fulfilment_line.c.id)
    )
    return tx.execute(query).all()


def parcels(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The parcels of all the order's fulfilments."""
    query = (
        select(parcel)
        .join(fulfilment, fulfilment.c.id == parcel.c.fulfilment_id)
        .where(fulfilment.c.order_id == order_id)
        .order_by(parcel.c.id)
    )
    return tx.execute(query).all()


def received(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The payloads that made the order what it is."""
    query = select(inbox).where(inbox.c.order_id == order_id).order_by(inbox.c.id)
    return tx.execute(query).all()


def notes(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The order's timeline."""
    query = select(timeline).where(timeline.c.order_id == order_id).order_by(timeline.c.id)
    return tx.execute(query).all()


def messages(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """What left, or shall leave, the hub for this order."""
    query = (
        select(outbox, connection.c.title.label("connection"))
        .join(connection, connection.c.id == outbox.c.connection_id)
        .where(outbox.c.order_id == order_id)
        .order_by(outbox.c.id)
    )
    return tx.execute(query).all()


def exceptions(tx: Tx, order_id: int, inbox_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Exceptions of the order and of its payloads, open or not."""
    query = (
        select(exception)
        .where(or_(exception.c.order_id == order_id, _of_payloads(inbox_ids)))
        .order_by(exception.c.id)
    )
    return tx.execute(query).all()


def _of_payloads(inbox_ids: Sequence[int]) -> ColumnElement[bool]:
    subjects = [f"inbox:{inbox_id}" for inbox_id in inbox_ids]
    return exception.c.subject.in_(subjects)  # `subject` is unique, hence indexed


def decided_on(tx: Tx, order_id: int) -> dict[str, dict[str, int]]:
    """Pieces by product id that each decision was to place, by the decision's id."""
    query = select(decision.c.id, decision.c.context).where(decision.c.order_id == order_id)
    return {str(row.id): row.context.get("needs", {}) for row in tx.execute(query)}


def product_codes(tx: Tx, needs: Iterable[Mapping[str, int]]) -> dict[str, str]:
    """Code by product id (as text) of all products in these needs."""
    ids = {int(product) for need in needs for product in need}
    query = select(sku.c.id, sku.c.code).where(among(sku.c.id, ids))
    return {str(row.id): row.code for row in tx.execute(query)}


def warehouse_titles(tx: Tx, account_id: int) -> dict[str, str]:
    """What the warehouse roles of an account's blueprint are called here."""
    mine = binding.alias("mine")
    query = (
        select(binding.c.role, warehouse.c.title)
        .join(mine, mine.c.blueprint_id == binding.c.blueprint_id)
        .join(warehouse, warehouse.c.id == binding.c.target_id)
        .where(mine.c.kind == "account", mine.c.target_id == account_id)
        .where(binding.c.kind == "warehouse")
    )
    return dict(tx.execute(query).all())
