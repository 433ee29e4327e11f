"""Making fulfilments and the messages that carry them out of the hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import update

from orderloom.engine.bundles import Piece
from orderloom.engine.routing import Placement
from orderloom.services import outbox
from orderloom.services.batch import Batch
from orderloom.services.orderbook import FulfilmentState, OrderState, Record
from orderloom.services.outbox import Outgoing
from orderloom.store.db import Tx
from orderloom.store.tables import order_flag


def fulfil(
    batch: Batch,
    order: OrderState,
    placement: Placement,
    pieces: Sequence[Piece],
    courier: str | None,
    signature: str,
) -> None:
    """One fulfilment per warehouse, its stock allocated, its hand-over in the outbox."""
    for role, part in placement.parcels.items():
        version = 1 + max((f.row["version"] for f in order.fulfilments), default=0)
        made = _fulfilment(batch, order, role, courier, signature, version)
        mine = [piece for piece in pieces if piece.sku in part]
        made.lines = list(_lines(batch, order, made, mine))
        order.fulfilments.append(made)
        _send(batch, order, made, role, mine)
    order.changed = True


def _fulfilment(
    batch: Batch,
    order: OrderState,
    role: str,
    courier: str | None,
    signature: str,
    version: int,
) -> FulfilmentState:
    id_ = batch.ids.next()
    leaving = batch.hand_over(role)
    due = leaving[2] if leaving else batch.now
    row = {
        "id": id_,
        "order_id": order.id,
        "warehouse_id": batch.bound.warehouses[role],
        "no": f"F{id_}",
        "version": version,
        "state": "waiting",
        "courier": courier,
        "signature": signature,
        "hand_over_at": due,
        "created_at": batch.now,
        "updated_at": batch.now,
    }
    return FulfilmentState(row, is_new=True, changed=True)


def _lines(
    batch: Batch, order: OrderState, made: FulfilmentState, pieces: Sequence[Piece]
) -> Iterator[Record]:
    warehouse = made.row["warehouse_id"]
    for piece in pieces:
        yield {
            "id": batch.ids.next(),
            "fulfilment_id": made.row["id"],
            "order_line_id": order.lines[piece.line_no]["id"],
            "stock_id": batch.stock.allocate((warehouse, piece.sku), piece.quantity),
            "quantity": piece.quantity,
            "state": "allocated",
        }


def _send(
    batch: Batch, order: OrderState, made: FulfilmentState, role: str, pieces: Sequence[Piece]
) -> None:
    leaving = batch.hand_over(role)
    if leaving is None:
        return
    step, connection_id, due = leaving
    body = {**step.options, **_body(batch, order, made, pieces)}
    message = Outgoing(connection_id, made.subject, "fulfilment.create", 1, body, due, order.id)
    batch.messages.append(message)


_RECEIVER = {
    "name": "receiver_name",
    "mobile": "phone",
    "province": "province",
    "city": "city",
    "district": "district",
    "town": "town",
    "address": "address",
    "oaid": "receiver_token",
}


def _body(
    batch: Batch, order: OrderState, made: FulfilmentState, pieces: Sequence[Piece]
) -> dict[str, Any]:
    """What a warehouse needs to know, in the hub's own words (docs/messages.md)."""
    canonical = order.canonical
    return {
        "fulfilment_no": made.row["no"],
        "warehouse_code": batch.bound.warehouse_codes[made.row["warehouse_id"]],
        "shop_nick": batch.bound.account.title,
        "source_platform": batch.platform,
        "order_no": order.external_no,
        "placed_at": canonical["placed_at"],
        "paid_at": canonical["paid_at"],
        "total": canonical["paid"],
        "currency": canonical["currency"],
        "courier": made.row["courier"],
        "buyer_note": canonical["buyer_note"],
        "seller_note": canonical["seller_note"],
        "receiver": {name: canonical[source] for name, source in _RECEIVER.items()},
        "lines": list(_line_bodies(batch, order, pieces)),
    }


def _line_bodies(
    batch: Batch, order: OrderState, pieces: Sequence[Piece]
) -> Iterator[dict[str, Any]]:
    """What is packed. Warehouses want each number once, so parts of one order line are counted."""
    seen: Counter[str] = Counter()
    for piece in pieces:
        row, product = order.lines[piece.line_no], batch.products[piece.sku]
        seen[piece.line_no] += 1
        nth = seen[piece.line_no]
        yield {
            "line_no": piece.line_no if nth == 1 else f"{piece.line_no}-{nth}",
            "item_code": product.code,
            "title": row["title"] if piece.sku == row["sku_id"] else product.title,
            "quantity": piece.quantity,
            "price": piece.price,
        }


_NOT_FOR_CANCEL = frozenset({"receiver", "lines", "buyer_note", "seller_note"})


def ask_cancel(batch: Batch, order: OrderState, fulfilment: FulfilmentState) -> bool:
    """Ask whoever was told of the fulfilment to stop it; their answer decides (see `receipts`).

    False when nobody was told, so that there is nobody to ask.
    """
    told = outbox.told(batch.tx, order.id, fulfilment.subject, "fulfilment.create")
    if told is None:
        return False
    body = {name: value for name, value in told.body.items() if name not in _NOT_FOR_CANCEL}
    # A refused cancellation may be asked for again after the order changed once more.
    version = order.row["revision"]
    batch.messages.append(
        Outgoing(
            told.connection_id,
            fulfilment.subject,
            "fulfilment.cancel",
            version,
            body,
            batch.now,
            order.id,
        )
    )
    return True


def flag(batch: Batch, order: OrderState, kind: str, code: str, reason: Record) -> Record:
    """A hold's row: `kind` risk, manual or platform; open until released."""
    return {
        "id": batch.ids.next(),
        "order_id": order.id,
        "kind": kind,
        "code": code,
        "reason": reason,
        "raised_at": batch.now,
        "released_at": None,
        "released_by": None,
    }


def update_flag(tx: Tx, flag: Record) -> None:
    """Write a hold that was released or raised again."""
    tx.execute(
        update(order_flag)
        .where(order_flag.c.id == flag["id"])
        .values({k: flag[k] for k in ("reason", "raised_at", "released_at", "released_by")})
    )
