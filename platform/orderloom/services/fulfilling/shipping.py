"""What becomes of a fulfilment when its warehouse accepts, refuses, sends or cancels it.

Every road here may be taken twice, or after another one that excludes it: a warehouse that sends
what it was told to stop has sent it all the same. What should not have happened calls a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from orderloom.engine.shipment import Contents, left
from orderloom.services.fulfilling import undo
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, Record

KIND = "warehouse"


def accepted(batch: Batch, order: OrderState, made: FulfilmentState) -> None:
    """The warehouse has it, whatever it said before."""
    if made.state in ("waiting", "refused"):
        _move(batch, order, made, "handed_over")


def refused(batch: Batch, order: OrderState, made: FulfilmentState, code: str, reason: str) -> None:
    """It will not be sent, or no more of it: a person decides what to do instead."""
    if made.state == "cancelling" or any(line["shipped"] for line in made.lines):
        stopped(batch, order, made)
    elif made.state in ("waiting", "handed_over"):
        undo.move(batch, made, "refused")
        order.changed = True
        order.note("refused", fulfilment=made.row["no"], reason=reason)
        batch.raised.append(_raised(order, made, code, f"refused:{made.row['id']}", reason=reason))


def stopped(batch: Batch, order: OrderState, made: FulfilmentState) -> None:
    """Nothing more of it will leave. What was not sent is free again (`settle` sees to it)."""
    if made.state in ("shipped", "cancelled"):
        return
    if any(line["shipped"] for line in made.lines):
        _close(batch, order, made, asked_for=made.state == "cancelling")
        return
    undo.end(batch, order, made)
    order.changed = True
    batch.resolved.append(f"cancel:{made.row['id']}")


def shipped(
    batch: Batch,
    order: OrderState,
    made: FulfilmentState,
    parcels: Iterable[Contents],
    *,
    final: bool,
    recalled: bool,
) -> None:
    """Goods left: all parcels told of so far, and whether that is all there will be.

    `recalled`: the warehouse had been asked to stop it, and had refused.
    """
    before = made.state
    asked = [(_code(batch, line), line["quantity"]) for line in made.lines]
    gone = left(asked, parcels, final=final or before == "shipped")
    for line, share in zip(made.lines, gone.shares, strict=True):
        _leave(batch, made, line, share)
    _tell_what_should_not_be(batch, order, made, gone.beyond, recalled=recalled)
    all_left = all(line["shipped"] == line["quantity"] for line in made.lines)
    if final or all_left or before == "shipped":
        _close(batch, order, made, asked_for=False)
    else:
        _move(batch, order, made, "partly_shipped")


def _leave(batch: Batch, made: FulfilmentState, line: Record, share: int) -> None:
    """Take off both books what had not been taken off before."""
    pieces = share - line["shipped"]
    if pieces <= 0:
        return
    held = line["state"] == "allocated"
    batch.stock.ship(line["stock_id"], pieces, pieces if held else 0, made.row["no"])
    line["shipped"] = share
    if held and share == line["quantity"]:
        line["state"] = "shipped"
    made.changed = True


def _close(batch: Batch, order: OrderState, made: FulfilmentState, *, asked_for: bool) -> None:
    """Nothing more will leave: what is still promised is given back, and a person told of it."""
    undo.release(batch, made)
    _move(batch, order, made, "shipped")
    lacking = [line for line in made.lines if line["shipped"] < line["quantity"]]
    subject = f"short:{made.row['id']}"
    if lacking and not asked_for:
        amounts: Counter[str] = Counter()
        for line in lacking:
            amounts[_code(batch, line)] += line["quantity"] - line["shipped"]
        words = _pieces(amounts)
        batch.raised.append(_raised(order, made, "fulfilment.shipped_short", subject, skus=words))
    else:
        batch.resolved.append(subject)


def _code(batch: Batch, line: Record) -> str:
    """What the warehouse calls the product of a fulfilment's line."""
    return batch.products[line["sku_id"]].code


def _tell_what_should_not_be(
    batch: Batch,
    order: OrderState,
    made: FulfilmentState,
    beyond: Mapping[str, int],
    *,
    recalled: bool,
) -> None:
    id_ = made.row["id"]
    if made.state == "cancelled":
        code, subject = "fulfilment.shipped_after_cancel", f"cancel:{id_}"
        batch.raised.append(_raised(order, made, code, subject))
    elif recalled or made.state == "cancelling":
        code, subject = "fulfilment.shipped_though_cancelled", f"cancel:{id_}"
        batch.raised.append(_raised(order, made, code, subject))
    if beyond:
        code, subject = "fulfilment.shipped_other", f"beyond:{id_}"
        batch.raised.append(_raised(order, made, code, subject, skus=_pieces(beyond)))


def _move(batch: Batch, order: OrderState, made: FulfilmentState, state: str) -> None:
    """To another state, noted in the order's story."""
    order.changed = True
    if made.state != state:
        undo.move(batch, made, state)
        order.note("state", fulfilment=made.row["no"], to=state)


def _pieces(amounts: Mapping[str, int]) -> str:
    return ", ".join(f"{item} × {pieces}" for item, pieces in sorted(amounts.items()))


def _raised(
    order: OrderState, made: FulfilmentState, code: str, subject: str, **params: str
) -> Raised:
    return Raised(
        KIND,
        code,
        subject,
        code,
        {"fulfilment": made.row["no"], **params},
        account_id=order.account_id,
        order_id=order.id,
    )
