"""Goods that come back: a person says what arrived and what can be sold again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.orders import again
from orderloom.services.stocking import stock
from orderloom.services.users.people import User
from orderloom.store.bulk import insert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import AnyRow
from orderloom.store.queries import after_sales as rows
from orderloom.store.queries.after_sales import Wanted
from orderloom.store.queries.orders import warehouse_titles
from orderloom.store.queries.people import add_audit
from orderloom.store.queries.products import short_of
from orderloom.store.tables import after_sale, timeline

Record = dict[str, Any]
_MAY_COME_BACK = frozenset({"requested", "returning", "refunded"})


@dataclass(frozen=True)
class Arrived:
    """Pieces of one product: fit to be sold again, and not."""

    product_id: int
    sellable: int
    damaged: int


@dataclass(frozen=True)
class Page:
    """`next`: the id the following page starts below, None at the end."""

    items: list[Record]
    next: int | None
    counts: dict[str, int]


def listed(tx: Tx, wanted: Wanted, before: int | None, limit: int) -> Page:
    """One page of after-sales, newest first, and how many there are of each state."""
    found = rows.page(tx, wanted, before, limit + 1)
    last = found[limit - 1].id if len(found) > limit else None
    items = [
        {**row._mapping, "account": {"id": row.account_id, "title": row.account}}
        for row in found[:limit]
    ]
    return Page(items, last, rows.counts(tx))


def goods(tx: Tx, id_: int) -> list[Record]:
    """What of a line has left, by product, and what of it has come back; raises NotFound."""
    found = rows.by_id(tx, id_)
    if found is None:
        raise NotFound("after_sales.not_found", str(id_))
    back = _back(found)
    return [
        {
            "product": {"id": row.id, "code": row.code, "title": row.title},
            "shipped": int(row.pieces),
            "received": back[row.id],
        }
        for row in rows.shipped(tx, found.order_line_id)
    ]


def receive(
    tx: Tx, id_: int, warehouse_id: int, arrived: Sequence[Arrived], user: User, now: int
) -> int:
    """Book what can be sold again into stock; short orders that waited for it go on: how many.

    Raises NotFound, Conflict where nothing can come back, InputError for more than has left.
    """
    found = rows.for_change(tx, id_)
    title = warehouse_titles(tx).get(warehouse_id)
    if found is None or title is None:
        raise NotFound("after_sales.not_found", str(id_))
    if found.state not in _MAY_COME_BACK:
        raise Conflict("after_sales.closed", str(id_))
    pieces = [one for one in arrived if one.sellable or one.damaged]
    codes = _check(tx, found, pieces)
    put: Counter[stock.Key] = Counter()
    for one in pieces:
        put[warehouse_id, one.product_id] += one.sellable
    stock.receive(tx, put, found.refund_no or str(found.order_id), now)
    receipt = {
        "at": now,
        "by": user.login,
        "warehouse": title,
        "pieces": [{**vars(one), "code": codes[one.product_id]} for one in pieces],
    }
    _store(tx, found, receipt, user, now)
    return again.put_back(tx, short_of([product for _, product in put]))


def _check(tx: Tx, found: AnyRow, pieces: Sequence[Arrived]) -> dict[int, str]:
    """Codes by product of what has left; InputError for pieces that cannot be."""
    left = {row.id: row for row in rows.shipped(tx, found.order_line_id)}
    if not left:
        raise Conflict("after_sales.not_shipped", str(found.id))
    if not pieces:
        raise InputError("after_sales.nothing", "pieces")
    back = _back(found)
    for one in pieces:
        back[one.product_id] += one.sellable + one.damaged
        if one.product_id not in left or back[one.product_id] > left[one.product_id].pieces:
            raise InputError("after_sales.too_many", "pieces")
    return {id_: row.code for id_, row in left.items()}


def _back(found: AnyRow) -> Counter[int]:
    """Pieces by product that came back so far."""
    back: Counter[int] = Counter()
    for receipt in found.received or ():
        for piece in receipt["pieces"]:
            back[piece["product_id"]] += piece["sellable"] + piece["damaged"]
    return back


def _store(tx: Tx, found: AnyRow, receipt: Record, user: User, now: int) -> None:
    received = [*(found.received or ()), receipt]
    changes = {"goods": "received", "received": received, "changed_at": now}
    tx.execute(update(after_sale).where(after_sale.c.id == found.id).values(changes))
    told = [
        f"{piece['code']} × {piece['sellable'] + piece['damaged']}" for piece in receipt["pieces"]
    ]
    detail = {"action": "receive", "warehouse": receipt["warehouse"], "skus": told}
    (new,) = reserve(tx, 1)
    row = {"id": new, "order_id": found.order_id, "at": now, "kind": "manual", "actor": user.login}
    insert_many(tx, timeline, [{**row, "detail": detail}])
    add_audit(tx, now, user.login, "after_sale.receive", str(found.id), receipt)
