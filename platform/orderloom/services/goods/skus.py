"""Which of the hub's products a channel's line means. An unknown one is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, select

from orderloom.engine.canonical import to_ship
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.batch import Batch, Product
from orderloom.services.orders.orderbook import OrderState, Record
from orderloom.store import locks
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import channel_sku, sku, sku_part

Named = Mapping[str, Any] | RowMapping  # a line, as a row
# What one piece of a product is made of: [product, pieces, gift, once an order] each.
Parts = list[list[int | bool]]
# Once a fulfilment is out, the order keeps the products and the parts it was made from.
_OUT = frozenset({"handed_over", "refused", "partly_shipped", "cancelling", "shipped"})


def resolve(tx: Tx, batch: Batch, account_id: int, orders: Sequence[OrderState]) -> None:
    """Set `sku_id` and `parts` on every line; raise an exception for each with an unknown one."""
    locks.share(tx, locks.CATALOGUE)
    rows = [row for order in orders for row in order.lines.values()]
    links = _links(tx, account_id, {name for row in rows for name in names_of(row)})
    by_code: Mapping[str, int] = {}
    if batch.bound.skus_by_code:
        by_code = _by_code(tx, batch, {row["sku_code"] for row in rows if row["sku_code"]})
    loose = [(order, row) for order in orders for row in _loose(order)]
    for order, row in loose:
        _link(order, row, links, by_code)
    _resolve_parts(tx, loose)
    _name(tx, batch, rows)
    for order in orders:
        _report(batch, order)


def names_of(row: Named) -> list[str]:
    """How the channel names a line's product, most specific first; its title only for want of any.

    One of them is what the product is linked by.
    """
    item = None if row["channel_sku_id"] else row["channel_item_id"]
    return [name for name in (row["channel_sku_id"], row["sku_code"], item) if name] or [
        row["title"]
    ]


def name_of(row: Named) -> str:
    """What people call an unknown product: the seller's own code where there is one."""
    return str(row["sku_code"] or names_of(row)[0])


def _loose(order: OrderState) -> list[Record]:
    """The lines whose product may still change."""
    out = any(made.state in _OUT for made in order.fulfilments)
    return [row for row in order.lines.values() if not out or row["sku_id"] is None]


def _link(
    order: OrderState, row: Record, links: Mapping[str, int], by_code: Mapping[str, int]
) -> None:
    found = next((links[name] for name in names_of(row) if name in links), None)
    found = found or by_code.get(row["sku_code"] or "")
    if found != row["sku_id"]:
        order.change_line(row, {"sku_id": found})


def _resolve_parts(tx: Tx, loose: Sequence[tuple[OrderState, Record]]) -> None:
    """Take over what the products are made of now."""
    made_of = parts_of(tx, {row["sku_id"] for _, row in loose if row["sku_id"]})
    for order, row in loose:
        parts = made_of.get(row["sku_id"])
        if parts != row["parts"]:
            order.change_line(row, {"parts": parts})


def parts_of(tx: Tx, skus: Iterable[int]) -> dict[int, Parts]:
    """Product -> what it is made of, for those that are made of anything."""
    query = select(sku_part).where(among(sku_part.c.sku_id, skus)).order_by(sku_part.c.id)
    found: dict[int, Parts] = {}
    for row in tx.execute(query):
        found.setdefault(row.sku_id, []).append([row.part_id, row.quantity, row.gift, row.once])
    return found


def _name(tx: Tx, batch: Batch, rows: Sequence[Record]) -> None:
    """Fetch what the products and their parts are called."""
    used = {row["sku_id"] for row in rows if row["sku_id"]}
    used |= {int(part[0]) for row in rows for part in row["parts"] or ()}
    missing = used - set(batch.products)
    if missing:
        query = select(sku.c.id, sku.c.code, sku.c.title).where(among(sku.c.id, missing))
        batch.products.update((r.id, Product(r.code, r.title)) for r in tx.execute(query))


def _report(batch: Batch, order: OrderState) -> None:
    over = order.canonical["payment_state"] in ("closed", "refunded")
    wanted = set() if over else {line["external_line_no"] for line in to_ship(order.canonical)}
    order.unknown_skus = [
        name_of(row)
        for number, row in order.lines.items()
        if row["sku_id"] is None and number in wanted
    ]
    subject = f"sku:{order.id}"
    if order.unknown_skus:
        batch.raised.append(_unknown(order, subject))
    else:
        batch.resolve(order, subject)


def _unknown(order: OrderState, subject: str) -> Raised:
    names = ", ".join(sorted(set(order.unknown_skus)))
    return Raised(
        "sku",
        "sku.unknown",
        subject,
        f"sku.unknown/{names}",
        {"skus": names},
        account_id=order.account_id,
        inbox_id=order.inbox_ids[-1] if order.inbox_ids else None,
        order_id=order.id,
    )


def _links(tx: Tx, account_id: int, names: Iterable[str]) -> dict[str, int]:
    query = select(channel_sku.c.channel_code, channel_sku.c.sku_id).where(
        channel_sku.c.account_id == account_id, among(channel_sku.c.channel_code, names)
    )
    return dict(tx.execute(query).all())


def _by_code(tx: Tx, batch: Batch, codes: Iterable[str]) -> dict[str, int]:
    query = select(sku.c.id, sku.c.code, sku.c.title).where(among(sku.c.code, codes))
    found = tx.execute(query).all()
    batch.products.update((row.id, Product(row.code, row.title)) for row in found)
    return {row.code: row.id for row in found}
