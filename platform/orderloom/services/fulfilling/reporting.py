"""Telling a shop's platform under which number an order was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from orderloom.engine.canonical import to_ship
from orderloom.engine.shipment import unpacked
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.fulfilling.parcels import Parcels
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, Record
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import outbox

EFFECT = "shipment.report"
_SHIPPED_ELSEWHERE = ("shipped", "finished")


def report(batch: Batch, orders: Sequence[OrderState], parcels: Parcels) -> None:
    """A message for each parcel that carries something of the order its platform was not told of.

    May be called after every piece of news. What the platform calls shipped already, though it
    heard nothing of us, was sent by somebody else and is left alone. After a first report it may
    call the whole order shipped (Pinduoduo, JD): further parcels are reported all the same.
    """
    reported = _reported(batch.tx, [order.id for order in orders])
    for order in orders:
        messages = reported.get(order.id, [])
        told = {number for body in messages for number in body["line_nos"]}
        count = len(messages)
        if not messages and order.canonical["delivery_state"] in _SHIPPED_ELSEWHERE:
            continue
        for made, row in _in_order(order, parcels):
            lines = [no for no in _lines(batch, order, made, row, parcels) if no not in told]
            if lines and row["tracking_no"]:
                count += 1
                whole = not told and _wanted(order) <= set(lines)
                body = _body(order, made, row, lines, whole=whole)
                batch.messages.append(_message(batch, order, count, body))
                told.update(lines)


def _reported(tx: Tx, order_ids: Sequence[int]) -> dict[int, list[Record]]:
    """The messages there are already, by order."""
    query = select(outbox.c.order_id, outbox.c.body).where(
        among(outbox.c.order_id, order_ids), outbox.c.effect == EFFECT
    )
    found: dict[int, list[Record]] = {}
    for order_id, body in tx.execute(query):
        found.setdefault(order_id, []).append(body)
    return found


def _in_order(order: OrderState, parcels: Parcels) -> Iterator[tuple[FulfilmentState, Record]]:
    """The order's parcels in the order they were told of."""
    pairs = [(made, row) for made in order.fulfilments for row in parcels.left(made.row["id"])]
    yield from sorted(pairs, key=lambda pair: pair[1]["id"])


def _lines(
    batch: Batch, order: OrderState, made: FulfilmentState, row: Record, parcels: Parcels
) -> list[str]:
    """The platform's numbers of the lines in a parcel; none while nobody knows what is in it."""
    if not row["contents"] and made.state != "shipped":
        return []
    numbers = {line["id"]: number for number, line in order.lines.items()}
    packed = [
        (numbers[line["order_line_id"]], batch.products[line["sku_id"]].code) for line in made.lines
    ]
    others = [other["contents"] for other in parcels.left(made.row["id"]) if other is not row]
    return unpacked(packed, row["contents"], others)


def _wanted(order: OrderState) -> set[str]:
    return {line["external_line_no"] for line in to_ship(order.canonical)}


def _body(
    order: OrderState, made: FulfilmentState, row: Record, lines: list[str], *, whole: bool
) -> Record:
    return {
        "order_no": order.external_no,
        "fulfilment_no": made.row["no"],
        "courier": row["courier"],
        "tracking_no": row["tracking_no"],
        "line_nos": lines,
        "whole": whole,
        "receiver_token": order.canonical["receiver_token"],
        "shipped_at": row["shipped_at"],
    }


def _message(batch: Batch, order: OrderState, version: int, body: Record) -> Outgoing:
    to = batch.bound.account.connection_id
    return Outgoing(to, f"order:{order.id}", EFFECT, version, body, batch.now, order.id)
