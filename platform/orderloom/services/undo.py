"""Taking a fulfilment back: silently while nothing has left, by asking the warehouse afterwards."""

from __future__ import annotations

from orderloom.engine.states import FULFILMENT
from orderloom.services import handover, outbox
from orderloom.services.batch import Batch
from orderloom.services.orderbook import FulfilmentState, OrderState


def cancel(batch: Batch, order: OrderState, fulfilment: FulfilmentState) -> None:
    """Cancel at once if the hand-over could be taken back, else ask for it."""
    if fulfilment.state == "waiting" and _nothing_left(batch, fulfilment):
        move(batch, fulfilment, "cancelled")
        order.note("cancelled", fulfilment=fulfilment.row["no"])
    else:
        handover.ask_cancel(batch, order, fulfilment)
        move(batch, fulfilment, "cancelling")
        order.note("state", fulfilment=fulfilment.row["no"], to="cancelling")
    order.changed = True


def _nothing_left(batch: Batch, fulfilment: FulfilmentState) -> bool:
    """True when its message was still ours, or there never was one."""
    role = batch.bound.role_of(fulfilment.row["warehouse_id"])
    if role is None or batch.bound.outbound_for(role) is None:
        return True
    return bool(outbox.annihilate(batch.tx, [fulfilment.subject]))


def move(batch: Batch, fulfilment: FulfilmentState, state: str) -> None:
    """To another state, if the table of transitions allows it."""
    fulfilment.row["state"] = FULFILMENT.move(fulfilment.state, state)
    fulfilment.row["updated_at"] = batch.now
    fulfilment.changed = True


def holds_stock(fulfilment: FulfilmentState) -> bool:
    """True for a cancelled fulfilment whose stock was not given back yet."""
    return fulfilment.state == "cancelled" and any(
        line["state"] == "allocated" for line in fulfilment.lines
    )


def release(batch: Batch, fulfilment: FulfilmentState) -> None:
    """Give the stock of a cancelled fulfilment back, once."""
    for line in fulfilment.lines:
        if line["state"] == "allocated":
            batch.stock.release(line["stock_id"], line["quantity"])
            line["state"] = "released"
            fulfilment.changed = True
