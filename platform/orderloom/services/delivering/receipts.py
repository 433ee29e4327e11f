"""What the outside answered, put to the orders it was about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orderloom.services.delivering import outbox
from orderloom.services.delivering.sending import Sent
from orderloom.services.fulfilling import handover, labels, shipping, undo
from orderloom.services.goods import skus
from orderloom.services.orders import orderbook, own_fields
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, load_by_id
from orderloom.services.orders.settle import settle
from orderloom.services.publishing.runtime import PlanCache, bind
from orderloom.store.db import Tx

_Follow = Callable[[Batch, OrderState, FulfilmentState, Sent], None]


def lock(tx: Tx, sent: Sequence[Sent]) -> None:
    """Lock the orders of messages that will be recorded: orders are locked first, as everywhere."""
    about = {s.letter.order_id for s in sent if s.letter.effect in _EFFECTS}
    orderbook.lock(tx, sorted(id_ for id_ in about if id_ is not None))


def follow(tx: Tx, plans: PlanCache, final: Sequence[Sent], now: int, zone: str) -> None:
    """Move fulfilments as their receipts say, and settle orders that are free to go again."""
    about = {s.letter.order_id: s for s in final if s.letter.effect in _EFFECTS}
    orders = load_by_id(tx, sorted(id_ for id_ in about if id_ is not None))
    for account_id in sorted({order.account_id for order in orders}):
        mine = [order for order in orders if order.account_id == account_id]
        batch = Batch(tx, bind(tx, plans, account_id), now, zone, len(mine))
        own_fields.recall(tx, batch.bound.blueprint.own, mine)
        for order in mine:
            for item in final:
                _follow_one(batch, order, item)
        _settle_freed(tx, batch, mine)
        batch.flush(mine)


def _follow_one(batch: Batch, order: OrderState, item: Sent) -> None:
    if item.letter.order_id != order.id or item.letter.effect not in _EFFECTS:
        return
    subject = item.letter.subject
    found = next((f for f in order.fulfilments if subject in (f.subject, f.label_subject)), None)
    if found is not None:
        _EFFECTS[item.letter.effect](batch, order, found, item)


def _created(batch: Batch, order: OrderState, fulfilment: FulfilmentState, item: Sent) -> None:
    order.changed = True
    if item.receipt.ok and fulfilment.state == "waiting":
        undo.move(batch, fulfilment, "handed_over")
    elif not item.receipt.ok and fulfilment.state == "cancelling":
        undo.forget(batch, order, fulfilment)  # the warehouse never took it


def _cancelled(batch: Batch, order: OrderState, fulfilment: FulfilmentState, item: Sent) -> None:
    order.changed = True
    if item.receipt.ok and fulfilment.state in ("cancelling", "handed_over"):
        shipping.stopped(batch, order, fulfilment)
    elif not item.receipt.ok and not item.doubtful and fulfilment.state in _ON_ITS_WAY:
        # Answered is answered: this message must not keep a later one from leaving.
        outbox.drop(batch.tx, item.letter.id)
        batch.resolved.append(f"outbox:{item.letter.id}")
        if fulfilment.state == "cancelling":
            gone = any(line["shipped"] for line in fulfilment.lines)
            undo.move(batch, fulfilment, "partly_shipped" if gone else "handed_over")
            batch.raised.append(undo.refused(order, fulfilment))


# Of a fulfilment that left meanwhile the warehouse told already, and a person knows.
_ON_ITS_WAY = ("cancelling", "partly_shipped", "shipped")


def _labelled(batch: Batch, order: OrderState, fulfilment: FulfilmentState, item: Sent) -> None:
    if labels.received(batch, order, fulfilment, item) and fulfilment.state == "waiting":
        order.changed = True
        known = {name: item.receipt.detail[name] for name in ("tracking_no", "courier")}
        handover.tell_now(batch, order, fulfilment, {**item.letter.body, **known})


def _unlabelled(batch: Batch, order: OrderState, fulfilment: FulfilmentState, item: Sent) -> None:
    if item.receipt.ok:
        labels.given_back(batch, fulfilment)


_EFFECTS: dict[str, _Follow] = {
    "fulfilment.create": _created,
    "fulfilment.cancel": _cancelled,
    labels.CREATE: _labelled,
    labels.CANCEL: _unlabelled,
}


def _settle_freed(tx: Tx, batch: Batch, orders: Sequence[OrderState]) -> None:
    """An order whose fulfilment is now cancelled gives its stock back and may be placed anew."""
    freed = [order for order in orders if any(map(undo.holds_stock, order.fulfilments))]
    if freed:
        skus.resolve(tx, batch, freed[0].account_id, freed)
        settle(tx, batch, freed)
