"""What channels call products: the links there are, and the names nobody has linked yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries.products import OPEN_STATES
from orderloom.store.tables import account, channel_sku, order_line, orders, sku

_NAMES = (order_line.c.sku_code, order_line.c.channel_sku_id, order_line.c.channel_item_id)
_UNLINKED = order_line.c.sku_id.is_(None)


def page(
    tx: Tx, account_id: int | None, search: str | None, before: int | None, limit: int
) -> Sequence[AnyRow]:
    """Links, newest first, with the titles of shop and product."""
    query = (
        select(
            channel_sku,
            account.c.title.label("account"),
            account.c.platform,
            sku.c.code.label("sku"),
            sku.c.title.label("sku_title"),
        )
        .join(account, account.c.id == channel_sku.c.account_id)
        .join(sku, sku.c.id == channel_sku.c.sku_id)
        .where(*_wanted(account_id, search))
        .order_by(channel_sku.c.id.desc())
        .limit(limit)
    )
    return tx.execute(query if before is None else query.where(channel_sku.c.id < before)).all()


def _wanted(account_id: int | None, search: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if account_id is not None:
        conditions.append(channel_sku.c.account_id == account_id)
    if search:
        columns = (channel_sku.c.channel_code, sku.c.code, sku.c.title)
        text = search.lower()
        found = (func.lower(column).contains(text, autoescape=True) for column in columns)
        conditions.append(or_(*found))
    return conditions


def by_id(tx: Tx, link_id: int) -> AnyRow | None:
    query = select(channel_sku).where(channel_sku.c.id == link_id).with_for_update()
    return tx.execute(query).one_or_none()


def known(tx: Tx, account_ids: Iterable[int], name: str) -> Sequence[AnyRow]:
    """The links these shops have for a name."""
    query = select(channel_sku).where(channel_sku.c.channel_code == name)
    return tx.execute(query.where(among(channel_sku.c.account_id, account_ids))).all()


def elsewhere(tx: Tx, names: Collection[str]) -> Sequence[AnyRow]:
    """Who links these names to what, in any shop."""
    query = select(channel_sku, account.c.title.label("account"))
    query = query.join(account, account.c.id == channel_sku.c.account_id)
    return tx.execute(query.where(among(channel_sku.c.channel_code, names))).all()


def unlinked(tx: Tx, names: Collection[str] | None, limit: int) -> Sequence[AnyRow]:
    """The lines no product is known for, alike ones together, the most frequent first.

    `names`: only lines that go by one of these.
    `orders`: how many orders have it; `waiting`: how many of them goods may still go out for.
    """
    line, amount = order_line.c, func.count(orders.c.id.distinct())
    alike = (line.sku_code, line.channel_sku_id, line.channel_item_id, line.title, line.spec)
    waiting = case((orders.c.state.in_(OPEN_STATES), orders.c.id))
    query = (
        select(
            orders.c.account_id,
            account.c.title.label("account"),
            account.c.platform,
            *alike,
            amount.label("orders"),
            func.count(waiting.distinct()).label("waiting"),
            func.max(orders.c.placed_at).label("seen_at"),
        )
        .select_from(order_line)
        .join(orders, orders.c.id == line.order_id)
        .join(account, account.c.id == orders.c.account_id)
        .where(_UNLINKED)
        .group_by(orders.c.account_id, account.c.title, account.c.platform, *alike)
        .order_by(amount.desc(), line.title)
        .limit(limit)
    )
    if names is not None:
        query = query.where(or_(*map(called, names)) if names else false())
    return tx.execute(query).all()


def unlinked_of(tx: Tx, order_id: int) -> Sequence[AnyRow]:
    """The lines of one order that no product is known for."""
    query = select(order_line, orders.c.account_id).join(
        orders, orders.c.id == order_line.c.order_id
    )
    return tx.execute(query.where(_UNLINKED, orders.c.id == order_id)).all()


def named(name: str, account_ids: Collection[int]) -> Select[Any]:
    """Orders of these shops with lines of this name that no product is known for."""
    mine = select(orders.c.id).join(order_line, order_line.c.order_id == orders.c.id)
    return mine.where(_UNLINKED, among(orders.c.account_id, account_ids), called(name))


def called(name: str) -> ColumnElement[bool]:
    """Whether a line goes by this name (see `skus.names_of`)."""
    nameless = [column.is_(None) for column in _NAMES]
    by_title = (order_line.c.title == name) & nameless[0] & nameless[1] & nameless[2]
    return or_(*(column == name for column in _NAMES), by_title)


def linked_to(name: str, account_ids: Collection[int], products: Collection[int]) -> Select[Any]:
    """Open orders of these shops whose lines of this name mean one of these products now."""
    mine = select(orders.c.id).join(order_line, order_line.c.order_id == orders.c.id)
    return mine.where(
        orders.c.state.in_(OPEN_STATES),
        among(orders.c.account_id, account_ids),
        among(order_line.c.sku_id, products),
        called(name),
    )


def coded(codes: Collection[str]) -> Select[Any]:
    """Orders with lines of these seller's codes that no product is known for."""
    mine = select(orders.c.id).join(order_line, order_line.c.order_id == orders.c.id)
    return mine.where(_UNLINKED, among(order_line.c.sku_code, codes))


def now_linked(names: Collection[str]) -> Select[Any]:
    """Orders with lines that no product is known for although their shop links one of these."""
    link = channel_sku.c
    mine = select(orders.c.id).join(order_line, order_line.c.order_id == orders.c.id)
    mine = mine.join(channel_sku, link.account_id == orders.c.account_id)
    said = or_(*(column == link.channel_code for column in (*_NAMES, order_line.c.title)))
    return mine.where(_UNLINKED, among(link.channel_code, names), said)


def accounts(tx: Tx) -> Sequence[AnyRow]:
    """All shops, by title."""
    query = select(account.c.id, account.c.title, account.c.platform)
    return tx.execute(query.order_by(account.c.title, account.c.id)).all()
