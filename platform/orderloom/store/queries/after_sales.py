"""After-sales: pages, counts, and what of a line has left and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import (
    account,
    after_sale,
    fulfilment_line,
    order_line,
    orders,
    sku,
    stock,
)

STATES = ("requested", "returning", "refunded", "rejected", "withdrawn")
GOODS = ("none", "awaited", "received")


@dataclass(frozen=True)
class Wanted:
    """What the list shows; None does not restrict."""

    state: str | None = None
    goods: str | None = None
    account_id: int | None = None
    search: str | None = None


def page(tx: Tx, wanted: Wanted, before: int | None, limit: int) -> Sequence[AnyRow]:
    """After-sales, newest first, with their order, shop and line."""
    query = _with_order(
        select(
            after_sale,
            orders.c.external_no,
            orders.c.currency,
            orders.c.account_id,
            account.c.title.label("account"),
            orders.c.platform,
            order_line.c.title,
            order_line.c.spec,
            order_line.c.sku_code,
        )
    )
    query = query.where(*_conditions(wanted)).order_by(after_sale.c.id.desc()).limit(limit)
    return tx.execute(query if before is None else query.where(after_sale.c.id < before)).all()


def counts(tx: Tx) -> dict[str, int]:
    """How many there are in each state."""
    query = select(after_sale.c.state, func.count()).group_by(after_sale.c.state)
    return dict(tx.execute(query).all())


def for_change(tx: Tx, id_: int) -> AnyRow | None:
    """One after-sale, locked until the transaction ends."""
    query = select(after_sale).where(after_sale.c.id == id_).with_for_update()
    return tx.execute(query).one_or_none()


def by_id(tx: Tx, id_: int) -> AnyRow | None:
    return tx.execute(select(after_sale).where(after_sale.c.id == id_)).one_or_none()


def shipped(tx: Tx, order_line_id: int) -> Sequence[AnyRow]:
    """Pieces by product that left for a line."""
    pieces = func.sum(fulfilment_line.c.shipped).label("pieces")
    query = (
        select(sku.c.id, sku.c.code, sku.c.title, pieces)
        .select_from(fulfilment_line)
        .join(stock, stock.c.id == fulfilment_line.c.stock_id)
        .join(sku, sku.c.id == stock.c.sku_id)
        .where(fulfilment_line.c.order_line_id == order_line_id, fulfilment_line.c.shipped > 0)
        .group_by(sku.c.id, sku.c.code, sku.c.title)
        .order_by(sku.c.code)
    )
    return tx.execute(query).all()


def _with_order(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(after_sale)
        .join(orders, orders.c.id == after_sale.c.order_id)
        .join(account, account.c.id == orders.c.account_id)
        .join(order_line, order_line.c.id == after_sale.c.order_line_id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (after_sale.c.state, wanted.state),
        (after_sale.c.goods, wanted.goods),
        (orders.c.account_id, wanted.account_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.search:
        text = wanted.search
        number = (orders.c.external_no == text, after_sale.c.refund_no == text)
        found.append(or_(*number, order_line.c.title.contains(text, autoescape=True)))
    return found
