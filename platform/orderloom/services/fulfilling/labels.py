"""Labels: a waybill number for each fulfilment, given back when the fulfilment is taken back.

A number asked for is known only when the receipt comes. So whoever cancels or sends a fulfilment
meanwhile leaves its label alone, and the receipt finds that nobody needs the number any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from orderloom.services.delivering import outbox
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.delivering.sending import Sent
from orderloom.services.orders.batch import Batch, WayOut
from orderloom.services.orders.orderbook import FulfilmentState, OrderState
from orderloom.store.among import among
from orderloom.store.tables import label

CREATE, CANCEL = "label.create", "label.cancel"


def ask(
    batch: Batch, order: OrderState, made: FulfilmentState, way: WayOut, body: Mapping[str, Any]
) -> None:
    """Ask for the number of a new fulfilment when its step is due."""
    content = {**way.step.options, **body}
    batch.messages.append(
        Outgoing(way.connection_id, made.label_subject, CREATE, 1, content, way.due, order.id)
    )
    batch.labels.append(
        {
            "id": batch.ids.next(),
            "fulfilment_id": made.row["id"],
            "connection_id": way.connection_id,
            "due_at": way.due,
        }
    )


def take_back(batch: Batch, order: OrderState, made: FulfilmentState) -> None:
    """A cancelled fulfilment needs no number: never ask for it, or give it back."""
    taken = outbox.take_back(batch.tx, order.id, made.label_subject)
    if taken is None:
        told = outbox.told(batch.tx, order.id, made.label_subject, CREATE)
        if told is not None and told.state == "sent":
            _give_back(batch, order, made, told.connection_id, told.receipt)
    elif taken:
        batch.resolved.extend(f"outbox:{id_}" for id_ in taken)
        _change(batch, made, state="cancelled")


def let_go(batch: Batch, about: Sequence[OrderState]) -> None:
    """Never ask for the numbers of goods that left without one."""
    gone = {f.row["id"]: (order, f) for order in about for f in order.fulfilments if _gone(f)}
    unknown = select(label.c.fulfilment_id).where(
        among(label.c.fulfilment_id, gone), label.c.state == "waiting"
    )
    for id_ in batch.tx.execute(unknown).scalars():
        take_back(batch, *gone[id_])


def _gone(made: FulfilmentState) -> bool:
    """True when nobody needs a number any more that is not known yet."""
    return made.state in ("cancelled", "shipped")


def received(batch: Batch, order: OrderState, made: FulfilmentState, item: Sent) -> bool:
    """Keep the number a receipt brought; False when there is none, or nobody needs it any more."""
    receipt = item.receipt
    if receipt.ok and _gone(made):
        facts = {"reference": receipt.reference, **receipt.detail}
        _give_back(batch, order, made, item.letter.connection_id, facts)
        return False
    if not receipt.ok:
        if _gone(made):
            take_back(batch, order, made)
        return False
    _keep(batch, made, item)
    return True


def given_back(batch: Batch, made: FulfilmentState) -> None:
    """The number is void now."""
    _change(batch, made, state="cancelled")


def _keep(batch: Batch, made: FulfilmentState, item: Sent) -> None:
    number, courier = item.receipt.detail["tracking_no"], item.receipt.detail["courier"]
    made.row["courier"] = courier  # the label's word counts: it is on the parcel
    made.changed = True
    _change(
        batch,
        made,
        state="made",
        courier=courier,
        tracking_no=number,
        printing=dict(item.receipt.attachment),
        made_at=batch.now,
    )
    batch.parcels.append(
        {
            "id": batch.ids.next(),
            "fulfilment_id": made.row["id"],
            "courier": courier,
            "tracking_no": number,
            "contents": {},
            "shipped_at": None,
        }
    )


def _give_back(
    batch: Batch,
    order: OrderState,
    made: FulfilmentState,
    connection_id: int,
    receipt: Mapping[str, Any],
) -> None:
    names = ("courier", "tracking_no", "reference")
    body = {"fulfilment_no": made.row["no"], **{name: receipt.get(name) for name in names}}
    batch.messages.append(
        Outgoing(connection_id, made.label_subject, CANCEL, 1, body, batch.now, order.id)
    )
    batch.void_parcels.append(made.row["id"])
    _change(batch, made, state="cancelling")


def _change(batch: Batch, made: FulfilmentState, **values: Any) -> None:
    batch.label_changes[made.row["id"]] = {"fulfilment_id": made.row["id"], **values}
