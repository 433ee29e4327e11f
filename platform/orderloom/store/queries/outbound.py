"""Outbound lists: what belongs on one, and those that were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import (
    account,
    fulfilment,
    fulfilment_line,
    order_line,
    orders,
    outbound_entry,
    outbound_list,
    parcel,
    sku,
    stock,
    warehouse,
)

# What its warehouse does not refuse, and nobody is about to stop.
_LEAVES = ("waiting", "handed_over", "partly_shipped", "shipped")


def leaving(tx: Tx, warehouse_id: int, since: int, until: int, *, unlisted: bool) -> list[int]:
    """Fulfilments whose hand-over moment lies within [since, until], in its order.

    `unlisted`: only those that are on no list that was made for a hand-over moment.
    """
    query = (
        select(fulfilment.c.id)
        .where(fulfilment.c.warehouse_id == warehouse_id, fulfilment.c.state.in_(_LEAVES))
        .where(fulfilment.c.hand_over_at.between(since, until))
        .order_by(fulfilment.c.hand_over_at, fulfilment.c.id)
    )
    if unlisted:
        query = query.where(~exists(_listings()))
    return list(tx.execute(query).scalars())


def _listings() -> Select[Any]:
    return (
        select(outbound_entry.c.id)
        .join(outbound_list, outbound_list.c.id == outbound_entry.c.list_id)
        .where(outbound_entry.c.fulfilment_id == fulfilment.c.id, outbound_list.c.slot.is_not(None))
        .correlate(fulfilment)
    )


def fulfilments(tx: Tx, ids: Sequence[int]) -> Sequence[AnyRow]:
    """Fulfilments with their order and its shop."""
    query = (
        select(
            fulfilment.c.id,
            fulfilment.c.no,
            fulfilment.c.order_id,
            fulfilment.c.courier,
            fulfilment.c.hand_over_at,
            orders.c.external_no,
            orders.c.platform,
            orders.c.canonical,
            account.c.title.label("shop"),
        )
        .join(orders, orders.c.id == fulfilment.c.order_id)
        .join(account, account.c.id == orders.c.account_id)
        .where(among(fulfilment.c.id, ids))
    )
    return tx.execute(query).all()


def lines(tx: Tx, ids: Sequence[int]) -> Sequence[AnyRow]:
    """What is packed into fulfilments; an order line sold as it is keeps the shop's words."""
    query = (
        select(
            fulfilment_line.c.fulfilment_id,
            fulfilment_line.c.quantity,
            sku.c.id,
            sku.c.code,
            sku.c.title,
            sku.c.spec,
            order_line.c.sku_id.label("ordered"),
            order_line.c.title.label("ordered_title"),
            order_line.c.spec.label("ordered_spec"),
        )
        .join(stock, stock.c.id == fulfilment_line.c.stock_id)
        .join(sku, sku.c.id == stock.c.sku_id)
        .join(order_line, order_line.c.id == fulfilment_line.c.order_line_id)
        .where(among(fulfilment_line.c.fulfilment_id, ids), fulfilment_line.c.state != "released")
        .order_by(fulfilment_line.c.id)
    )
    return tx.execute(query).all()


def parcels(tx: Tx, ids: Sequence[int]) -> Sequence[AnyRow]:
    """The parcels of fulfilments, also those that have not left."""
    query = select(parcel.c.fulfilment_id, parcel.c.courier, parcel.c.tracking_no)
    return tx.execute(query.where(among(parcel.c.fulfilment_id, ids)).order_by(parcel.c.id)).all()


def slots(tx: Tx, warehouse_id: int) -> AnyRow:
    """`first`: where the lists made for hand-over moments begin; `last`: the latest moment."""
    query = select(
        func.min(outbound_list.c.since).label("first"), func.max(outbound_list.c.slot).label("last")
    ).where(outbound_list.c.warehouse_id == warehouse_id, outbound_list.c.slot.is_not(None))
    return tx.execute(query).one()


def page(tx: Tx, warehouse_id: int | None, before: int | None, limit: int) -> Sequence[AnyRow]:
    """Lists, newest first."""
    query = _lists().order_by(outbound_list.c.id.desc()).limit(limit)
    if warehouse_id is not None:
        query = query.where(outbound_list.c.warehouse_id == warehouse_id)
    if before is not None:
        query = query.where(outbound_list.c.id < before)
    return tx.execute(query).all()


def by_id(tx: Tx, list_id: int) -> AnyRow | None:
    """One list."""
    return tx.execute(_lists().where(outbound_list.c.id == list_id)).first()


def _lists() -> Select[Any]:
    return select(outbound_list, warehouse.c.title.label("warehouse")).join(
        warehouse, warehouse.c.id == outbound_list.c.warehouse_id
    )


def entries(tx: Tx, list_id: int, after: int, limit: int) -> Sequence[AnyRow]:
    """Entries of a list behind a place."""
    query = (
        select(outbound_entry.c.place, outbound_entry.c.content)
        .where(outbound_entry.c.list_id == list_id, outbound_entry.c.place > after)
        .order_by(outbound_entry.c.place)
        .limit(limit)
    )
    return tx.execute(query).all()
