"""Refunds and returns: one record a line, following what the channel says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState, Record
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import after_sale

OPEN = frozenset({"requested", "returning"})
_NOTHING = frozenset({"none", "withdrawn"})
_TOLD = ("state", "refund_no", "amount", "quantity")


def follow(tx: Tx, batch: Batch, orders: Sequence[OrderState]) -> None:
    """Open, change and close records as the lines' refund states say; each change is noted."""
    lines = list(_lines(orders))
    known = _known(tx, [line["id"] for order, line in lines if not order.is_new])
    for order, line in lines:
        before = known.get(line["id"])
        after = _after(batch, order, line, before)
        if after is not None and after != before:
            (batch.opened if before is None else batch.followed).append(after)
            _note(order, line, before, after)


def _lines(orders: Sequence[OrderState]) -> Iterator[tuple[OrderState, Record]]:
    """The lines a record may have to follow: with a refund, or changed so that one may be over."""
    for order in orders:
        for line in (*order.new_lines, *order.changed_lines):
            if not order.is_new or line["refund_state"] not in _NOTHING:
                yield order, line


def _known(tx: Tx, line_ids: Sequence[int]) -> dict[int, Record]:
    if not line_ids:
        return {}
    query = select(after_sale).where(among(after_sale.c.order_line_id, line_ids))
    return {row["order_line_id"]: dict(row) for row in tx.execute(query).mappings()}


def _after(batch: Batch, order: OrderState, line: Record, before: Record | None) -> Record | None:
    """The record as it should be; None where there is none and none is wanted."""
    state = _state(line["refund_state"], before)
    if state is None:
        return None
    record = before or _opened(batch, order, line)
    again = state in OPEN and record["state"] not in OPEN
    after = {
        **record,
        "state": state,
        "kind": "return" if state == "returning" else record["kind"],
        "refund_no": line["refund_no"] or record["refund_no"],
        "opened_at": batch.now if again else record["opened_at"],
        "closed_at": _closed_at(batch, state, record),
    }
    if line["refund_state"] not in _NOTHING:
        after |= _claimed(line, record)
    after["goods"] = _goods(state, record["goods"])
    return after if after == before else {**after, "changed_at": batch.now}


def _goods(state: str, before: str) -> str:
    """Whether goods are on their way back; what a person received stays received."""
    if before == "none" and state == "returning":
        return "awaited"
    return "none" if before == "awaited" and state in ("rejected", "withdrawn") else before


def _state(told: str, before: Record | None) -> str | None:
    """A record that was open and is no more talked of was withdrawn; what is refunded stays so."""
    if told not in _NOTHING:
        return told
    if before is None:
        return None
    return str(before["state"]) if before["state"] == "refunded" else "withdrawn"


def _closed_at(batch: Batch, state: str, record: Mapping[str, object]) -> object:
    if state in OPEN:
        return None
    return record["closed_at"] if record["state"] == state else batch.now


def _claimed(line: Record, record: Record) -> Record:
    """Pieces and money asked back; where the channel says no more, all of the line."""
    amount = line["refund_amount"]
    return {
        "quantity": line["refund_quantity"] or line["quantity"] or record["quantity"],
        "amount": line["paid_share"] if amount is None else amount,
    }


def _opened(batch: Batch, order: OrderState, line: Record) -> Record:
    return {
        "id": batch.ids.next(),
        "order_id": order.id,
        "order_line_id": line["id"],
        "kind": "refund",
        "state": "",
        "refund_no": None,
        "quantity": 0,
        "amount": 0,
        "opened_at": batch.now,
        "changed_at": batch.now,
        "closed_at": None,
        "goods": "none",
        "received": None,
    }


def _note(order: OrderState, line: Record, before: Record | None, after: Record) -> None:
    if before is not None and all(before[name] == after[name] for name in _TOLD):
        return
    order.note(
        "after_sale",
        line=line["title"],
        refund_state=after["state"],
        refund_no=after["refund_no"],
        refund_quantity=after["quantity"],
        refund_amount=after["amount"],
    )
