"""Taking a fulfilment back: silently while nothing has left, by asking the warehouse afterwards."""

from __future__ import annotations

from orderloom.engine.states import FULFILMENT
from orderloom.services.delivering import outbox
from orderloom.services.fulfilling import handover, labels
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import FulfilmentState, OrderState


def cancel(batch: Batch, order: OrderState, fulfilment: FulfilmentState) -> None:
    """Cancel at once if nothing has left, else ask the warehouse for it."""
    order.changed = True
    if fulfilment.state == "waiting" and forget(batch, order, fulfilment):
        return
    if not handover.ask_cancel(batch, order, fulfilment):
        batch.raised.append(refused(order, fulfilment))
        return
    move(batch, fulfilment, "cancelling")
    order.note("state", fulfilment=fulfilment.row["no"], to="cancelling")


def forget(batch: Batch, order: OrderState, fulfilment: FulfilmentState) -> bool:
    """Cancel a fulfilment no warehouse can have heard of, messages and all; False if one may."""
    taken = outbox.take_back(batch.tx, order.id, fulfilment.subject)
    if taken is None:
        return False
    batch.resolved.extend(f"outbox:{id_}" for id_ in taken)
    end(batch, order, fulfilment)
    return True


def end(batch: Batch, order: OrderState, fulfilment: FulfilmentState) -> None:
    """The fulfilment is cancelled for good, and its label with it."""
    move(batch, fulfilment, "cancelled")
    order.note("cancelled", fulfilment=fulfilment.row["no"])
    labels.take_back(batch, order, fulfilment)


def refused(order: OrderState, fulfilment: FulfilmentState) -> Raised:
    """The warehouse does not stop it: somebody has to call them."""
    return Raised(
        "change",
        "fulfilment.cancel_refused",
        f"cancel:{fulfilment.row['id']}",
        "fulfilment.cancel_refused",
        {"fulfilment": fulfilment.row["no"]},
        account_id=order.account_id,
        order_id=order.id,
    )


def move(batch: Batch, fulfilment: FulfilmentState, state: str) -> None:
    """To another state, if the table of transitions allows it; ends what a refusal had opened."""
    if fulfilment.state == "refused":
        batch.resolved.append(f"refused:{fulfilment.row['id']}")
    fulfilment.row["state"] = FULFILMENT.move(fulfilment.state, state)
    fulfilment.row["updated_at"] = fulfilment.row["heard_at"] = batch.now
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
            batch.stock.release(line["stock_id"], line["quantity"] - line["shipped"])
            line["state"] = "shipped" if line["shipped"] else "released"
            fulfilment.changed = True
