"""The catalogue: pages of products, their parts and stock, and the orders they are in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, or_, select

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import (
    account,
    channel_sku,
    order_line,
    orders,
    sku,
    sku_part,
    stock,
    warehouse,
)

Kind = Literal["all", "single", "bundle", "low"]
KINDS: tuple[Kind, ...] = ("all", "single", "bundle", "low")
# States of orders that goods may still go out for.
OPEN_STATES = ("awaiting_payment", "to_ship", "held", "short", "exception")


def page(tx: Tx, kind: Kind, search: str | None, after: str | None, limit: int) -> Sequence[AnyRow]:
    """Products behind the code `after`, in the order of their codes."""
    query = select(sku).where(*_wanted(kind, search)).order_by(sku.c.code).limit(limit)
    return tx.execute(query if after is None else query.where(sku.c.code > after)).all()


def count(tx: Tx, kind: Kind, search: str | None) -> int:
    query = select(func.count()).select_from(sku).where(*_wanted(kind, search))
    return tx.execute(query).scalar_one()


def by_ids(tx: Tx, ids: Iterable[int]) -> Sequence[AnyRow]:
    return tx.execute(select(sku).where(among(sku.c.id, ids)).order_by(sku.c.code)).all()


def parts(tx: Tx, ids: Iterable[int]) -> Sequence[AnyRow]:
    """What these products are made of, with codes and titles of the parts."""
    query = (
        select(sku_part, sku.c.code, sku.c.title)
        .join(sku, sku.c.id == sku_part.c.part_id)
        .where(among(sku_part.c.sku_id, ids))
        .order_by(sku_part.c.gift, sku_part.c.id)
    )
    return tx.execute(query).all()


def made_of(tx: Tx, part_id: int) -> Sequence[AnyRow]:
    """The products this one is a part of, or a gift to."""
    using = select(sku_part.c.sku_id).where(sku_part.c.part_id == part_id)
    return tx.execute(select(sku).where(sku.c.id.in_(using)).order_by(sku.c.code)).all()


def bundles_among(tx: Tx, ids: Iterable[int]) -> Sequence[int]:
    """Those that are bundles."""
    query = select(sku_part.c.sku_id).where(among(sku_part.c.sku_id, ids), ~sku_part.c.gift)
    return tx.execute(query.distinct().order_by(sku_part.c.sku_id)).scalars().all()


def levels(tx: Tx, ids: Iterable[int]) -> Sequence[AnyRow]:
    """Stock of these products, by warehouse."""
    query = (
        select(stock, warehouse.c.title.label("warehouse"))
        .join(warehouse, warehouse.c.id == stock.c.warehouse_id)
        .where(among(stock.c.sku_id, ids))
        .order_by(warehouse.c.code)
    )
    return tx.execute(query).all()


def links(tx: Tx, ids: Iterable[int]) -> Sequence[AnyRow]:
    """What channels call these products."""
    query = (
        select(channel_sku, account.c.title.label("account"))
        .join(account, account.c.id == channel_sku.c.account_id)
        .where(among(channel_sku.c.sku_id, ids))
        .order_by(account.c.title, channel_sku.c.channel_code)
    )
    return tx.execute(query).all()


def link_counts(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    query = select(channel_sku.c.sku_id, func.count()).where(among(channel_sku.c.sku_id, ids))
    return dict(tx.execute(query.group_by(channel_sku.c.sku_id)).all())


def open_orders_with(ids: Sequence[int]) -> Select[Any]:
    """Orders that goods may still go out for and that have lines of these products."""
    mine = order_line.c.order_id == orders.c.id
    lines = select(order_line.c.id).where(mine, among(order_line.c.sku_id, ids))
    return select(orders.c.id).where(orders.c.state.in_(OPEN_STATES), lines.exists())


def short_of(ids: Iterable[int]) -> Select[Any]:
    """Orders that are short and want these products, be it inside a bundle or as a gift."""
    using = select(sku_part.c.sku_id).where(among(sku_part.c.part_id, ids))
    wants = or_(among(order_line.c.sku_id, ids), order_line.c.sku_id.in_(using))
    lines = select(order_line.c.id).where(order_line.c.order_id == orders.c.id, wants)
    return select(orders.c.id).where(orders.c.state == "short", lines.exists())


def _wanted(kind: Kind, search: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    bundle = select(sku_part.c.id).where(sku_part.c.sku_id == sku.c.id, ~sku_part.c.gift).exists()
    if kind == "bundle":
        conditions.append(bundle)
    elif kind == "single":
        conditions.append(~bundle)
    elif kind == "low":
        free = stock.c.on_hand - stock.c.allocated - stock.c.safety
        conditions.append(select(stock.c.id).where(stock.c.sku_id == sku.c.id, free <= 0).exists())
    if search:
        text = search.lower()
        columns = (sku.c.code, sku.c.title, sku.c.spec, sku.c.barcode)
        found = (func.lower(column).contains(text, autoescape=True) for column in columns)
        conditions.append(or_(*found))
    return conditions
