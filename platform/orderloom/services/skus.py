"""Which of the hub's products a channel's line means. An unknown one is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from orderloom.engine.canonical import to_ship
from orderloom.services.batch import Batch
from orderloom.services.exceptions import Raised
from orderloom.services.orderbook import OrderState, Record
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import channel_sku, sku


def resolve(tx: Tx, batch: Batch, account_id: int, orders: Sequence[OrderState]) -> None:
    """Set `sku_id` on every line; raise an exception for each order with an unknown one."""
    rows = [row for order in orders for row in order.lines.values()]
    links = _links(tx, account_id, {code for row in rows for code in _codes(row)})
    by_code: Mapping[str, int] = {}
    if batch.bound.skus_by_code:
        wanted = {row["sku_code"] for row in rows if row["sku_code"]}
        by_code = _by_code(tx, wanted)
    for order in orders:
        _resolve_order(batch, order, links, by_code)
    batch.sku_codes.update((id_, code) for code, id_ in by_code.items())
    used = {row["sku_id"] for row in rows if row["sku_id"]} - set(batch.sku_codes)
    if used:
        batch.sku_codes.update(_code_of(tx, used))


def _codes(row: Record) -> list[str]:
    """How the channel may name a product, most specific first."""
    return [code for code in (row["channel_sku_id"], row["sku_code"]) if code]


def _resolve_order(
    batch: Batch, order: OrderState, links: Mapping[str, int], by_code: Mapping[str, int]
) -> None:
    over = order.canonical["payment_state"] in ("closed", "refunded")
    wanted = set() if over else {line["external_line_no"] for line in to_ship(order.canonical)}
    order.unknown_skus = []
    for number, row in order.lines.items():
        found = next((links[code] for code in _codes(row) if code in links), None)
        found = found or by_code.get(row["sku_code"] or "")
        if found != row["sku_id"]:
            row["sku_id"] = found
            if row not in order.new_lines and row not in order.changed_lines:
                order.changed_lines.append(row)
        if found is None and number in wanted:
            order.unknown_skus.append(row["sku_code"] or row["channel_sku_id"] or row["title"])
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


def _links(tx: Tx, account_id: int, codes: Iterable[str]) -> dict[str, int]:
    query = select(channel_sku.c.channel_code, channel_sku.c.sku_id).where(
        channel_sku.c.account_id == account_id, among(channel_sku.c.channel_code, codes)
    )
    return dict(tx.execute(query).all())


def _by_code(tx: Tx, codes: Iterable[str]) -> dict[str, int]:
    query = select(sku.c.code, sku.c.id).where(among(sku.c.code, codes))
    return dict(tx.execute(query).all())


def _code_of(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    query = select(sku.c.id, sku.c.code).where(among(sku.c.id, ids))
    return dict(tx.execute(query).all())
