"""Orders in memory: loaded for a batch, changed, and written back in a few bulk statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from orderloom.engine.canonical import Order
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import (
    fulfilment,
    fulfilment_line,
    order_flag,
    order_line,
    orders,
    stock,
)

Record = dict[str, Any]


@dataclass
class FulfilmentState:
    """One fulfilment with its lines, as rows."""

    row: Record
    lines: list[Record] = field(default_factory=list)
    is_new: bool = False
    changed: bool = False

    @property
    def state(self) -> str:
        return str(self.row["state"])

    @property
    def barred(self) -> bool:
        """Its warehouse shall not get the order again."""
        return bool(self.row["barred"])

    @property
    def subject(self) -> str:
        """The lane its messages leave in."""
        return f"fulfilment:{self.row['no']}"

    @property
    def label_subject(self) -> str:
        """The lane of its label."""
        return f"label:{self.row['no']}"


@dataclass
class OrderState:
    """One order while a batch works on it."""

    id: int
    account_id: int
    external_no: str
    canonical: Order
    row: Record
    is_new: bool = False
    changed: bool = False
    lines: dict[str, Record] = field(default_factory=dict)  # by external line number
    new_lines: list[Record] = field(default_factory=list)
    changed_lines: list[Record] = field(default_factory=list)
    fulfilments: list[FulfilmentState] = field(default_factory=list)
    flags: list[Record] = field(default_factory=list)
    new_flags: list[Record] = field(default_factory=list)
    unknown_skus: list[str] = field(default_factory=list)
    inbox_ids: list[int] = field(default_factory=list)
    notes: list[Record] = field(default_factory=list)  # timeline entries to write
    short: bool = False
    stuck: bool = False  # something keeps it from being routed

    @property
    def open_flags(self) -> list[str]:
        """The kinds of the holds that are not released."""
        return [f["kind"] for f in (*self.flags, *self.new_flags) if f["released_at"] is None]

    def change_line(self, row: Record, values: Record) -> None:
        """Change a line's row, and have it written."""
        row.update(values)
        if row not in self.new_lines and row not in self.changed_lines:
            self.changed_lines.append(row)

    def note(self, kind: str, **detail: Any) -> None:
        """Remember something for the order's story."""
        self.notes.append({"kind": kind, "detail": detail})


def load(tx: Tx, account_id: int, numbers: Sequence[str]) -> dict[str, OrderState]:
    """Known orders of an account by external number, with lines, fulfilments and flags; locked."""
    query = select(orders).where(
        orders.c.account_id == account_id, among(orders.c.external_no, numbers)
    )
    return {state.external_no: state for state in _load(tx, query)}


def load_by_id(tx: Tx, ids: Sequence[int]) -> list[OrderState]:
    """Known orders by id, in id order; locked."""
    return _load(tx, select(orders).where(among(orders.c.id, ids)))


def lock(tx: Tx, ids: Sequence[int]) -> None:
    """Keep others away from known orders until the transaction ends."""
    if ids:
        query = select(orders.c.id).where(among(orders.c.id, ids)).order_by(orders.c.id)
        tx.execute(query.with_for_update())


def _load(tx: Tx, query: Select[Any]) -> list[OrderState]:
    # A receipt and a new payload may meet at one order: whoever comes second must read it anew.
    locked = query.order_by(orders.c.id).with_for_update()
    rows = [dict(row) for row in tx.execute(locked).mappings()]
    states = {
        row["id"]: OrderState(
            row["id"],
            row["account_id"],
            row["external_no"],
            row.pop("canonical"),
            row,
            # As it was left: who does not settle it again must not change its state.
            short=row["fulfil_state"] == "short",
            stuck=row["state"] == "exception" and row["fulfil_state"] != "refused",
        )
        for row in rows
    }
    if states:
        _attach_lines(tx, states)
        _attach_fulfilments(tx, states)
        _attach_flags(tx, states)
    return list(states.values())


def _attach_lines(tx: Tx, states: dict[int, OrderState]) -> None:
    query = select(order_line).where(among(order_line.c.order_id, states))
    for row in tx.execute(query.order_by(order_line.c.id)).mappings():
        states[row["order_id"]].lines[row["external_line_no"]] = dict(row)


def _attach_fulfilments(tx: Tx, states: dict[int, OrderState]) -> None:
    query = select(fulfilment).where(among(fulfilment.c.order_id, states))
    found: dict[int, FulfilmentState] = {}
    for row in tx.execute(query.order_by(fulfilment.c.id)).mappings():
        found[row["id"]] = FulfilmentState(dict(row))
        states[row["order_id"]].fulfilments.append(found[row["id"]])
    if not found:
        return
    # The product is the stock row's: an order line may mean another one by now.
    lines = (
        select(fulfilment_line, stock.c.sku_id)
        .join(stock, stock.c.id == fulfilment_line.c.stock_id)
        .where(among(fulfilment_line.c.fulfilment_id, found))
    )
    for row in tx.execute(lines.order_by(fulfilment_line.c.id)).mappings():
        found[row["fulfilment_id"]].lines.append(dict(row))


def _attach_flags(tx: Tx, states: dict[int, OrderState]) -> None:
    query = select(order_flag).where(among(order_flag.c.order_id, states))
    for row in tx.execute(query.order_by(order_flag.c.id)).mappings():
        states[row["order_id"]].flags.append(dict(row))
