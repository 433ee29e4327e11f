"""Making fulfilments and the messages that carry them out of the hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import update

from orderloom.engine.bundles import Piece
from orderloom.engine.canonical import Order
from orderloom.engine.regions import official
from orderloom.engine.routing import Placement
from orderloom.services.delivering import outbox
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.fulfilling import labels
from orderloom.services.orders.batch import Batch, WayOut
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, Record
from orderloom.store.db import Tx
from orderloom.store.tables import order_flag

CREATE = "fulfilment.create"


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
    ways = batch.ways_out(role)
    way = ways.get(CREATE) or ways.get(labels.CREATE)
    row = {
        "id": id_,
        "order_id": order.id,
        "warehouse_id": batch.bound.warehouses[role],
        "no": f"F{id_}",
        "version": version,
        "state": "waiting",
        "courier": courier,
        "signature": signature,
        "hand_over_at": way.due if way else batch.now,
        "heard_at": batch.now,
        "barred": False,
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
            "shipped": 0,
            "state": "allocated",
        }


def _send(
    batch: Batch, order: OrderState, made: FulfilmentState, role: str, pieces: Sequence[Piece]
) -> None:
    """Ask for a label and tell the warehouse, or only the one if the other has to wait for it."""
    ways = batch.ways_out(role)
    warehouse, label = ways.get(CREATE), ways.get(labels.CREATE)
    body = _body(batch, order, made, pieces)
    if label is not None:
        labels.ask(batch, order, made, label, body)
    if warehouse is not None and not (label is not None and warehouse.step.label_first):
        _tell(batch, order, made, warehouse, body)


def tell_now(
    batch: Batch, order: OrderState, made: FulfilmentState, body: Mapping[str, Any]
) -> None:
    """Tell the warehouse of a fulfilment it was not told of yet, if there is one to tell.

    `body`: what the label was asked for with, and its number.
    """
    role = batch.bound.role_of(made.row["warehouse_id"])
    ways = batch.ways_out(role) if role else {}
    if CREATE not in ways or outbox.told(batch.tx, order.id, made.subject, CREATE) is not None:
        return
    theirs = ways[labels.CREATE].step.options if labels.CREATE in ways else {}
    content = {name: value for name, value in body.items() if name not in theirs}
    _tell(batch, order, made, ways[CREATE], content)


def _tell(
    batch: Batch, order: OrderState, made: FulfilmentState, way: WayOut, body: Mapping[str, Any]
) -> None:
    due = max(batch.now, made.row["hand_over_at"])
    content = {**way.step.options, **body}
    batch.messages.append(
        Outgoing(way.connection_id, made.subject, CREATE, 1, content, due, order.id)
    )


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
    """What warehouses and label services need to know, in the hub's own words."""
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
        "receiver": _receiver(canonical),
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


def _receiver(canonical: Order) -> dict[str, Any]:
    found = {name: canonical[source] for name, source in _RECEIVER.items()}
    masked = [name for name, source in _RECEIVER.items() if source in canonical["masked"]]
    return {**found, "province": official(found["province"]), "masked": masked}


_NOT_FOR_CANCEL = frozenset({"receiver", "buyer_note", "seller_note"})


def ask_cancel(batch: Batch, order: OrderState, fulfilment: FulfilmentState) -> bool:
    """Ask whoever was told of the fulfilment to stop it; their answer decides (see `receipts`).

    False when nobody was told, so that there is nobody to ask.
    """
    told = outbox.told(batch.tx, order.id, fulfilment.subject, CREATE)
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
