"""One transaction's worth of work: everything a batch decides, written in bulk at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from orjson import Fragment
from sqlalchemy import delete

from orderloom.blueprint.scope import Outbound
from orderloom.engine import states
from orderloom.engine.canonical import Order, after_sale_of
from orderloom.engine.rules import RuleList
from orderloom.engine.sameness import goods_key, receiver_key
from orderloom.services.deciding import recording
from orderloom.services.deciding.effects import Effects
from orderloom.services.delivering import outbox
from orderloom.services.orders import own_fields
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, Record
from orderloom.services.publishing.runtime import Bound
from orderloom.services.stocking.stock import StockDoor
from orderloom.store.among import among
from orderloom.store.bulk import insert_many, insert_new, update_many
from orderloom.store.db import Tx
from orderloom.store.tables import (
    after_sale,
    customer,
    decision,
    fulfilment,
    fulfilment_line,
    label,
    order_flag,
    order_line,
    orders,
    parcel,
    timeline,
)

Documents = dict[int, Fragment]  # by order id
ROWS_PER_ORDER = 8  # ids to reserve at first; more are fetched when needed


class Prepared(NamedTuple):
    """What follows from an order's canonical data alone.

    `document`: these as JSON, once: the order's row and its decision hold the same.
    """

    document: Fragment
    receiver_key: str | None
    goods_key: str


class Product(NamedTuple):
    """What one of the hub's products is called."""

    code: str
    title: str


@dataclass(frozen=True)
class WayOut:
    """One way a warehouse's fulfilments leave: the step, the connection it goes to, and when."""

    step: Outbound
    connection_id: int
    due: int


class Batch(Effects):
    """Collects rows; `flush` writes them in an order foreign keys accept."""

    bound: Bound

    def __init__(self, tx: Tx, bound: Bound, now: int, zone: str, size: int) -> None:
        super().__init__(tx, bound, now, zone, size * ROWS_PER_ORDER)
        self.platform = bound.account.platform
        self.scheduled: RuleList | None = None  # the clock sent it, to be judged by this list, too
        self.stock = StockDoor(tx, now)
        self.decisions: list[Record] = []
        self.opened: list[Record] = []  # after-sales the channel told of for the first time
        self.followed: list[Record] = []  # after-sales that changed
        self.products: dict[int, Product] = {}
        self.labels: list[Record] = []
        self.label_changes: dict[int, Record] = {}  # by fulfilment id
        self.parcels: list[Record] = []
        self.void_parcels: list[int] = []  # fulfilments whose parcels will not leave
        self._prepared: dict[int, Prepared] = {}  # by order id
        self._ways_out: dict[str, Mapping[str, WayOut]] = {}

    @property
    def lists(self) -> Sequence[RuleList]:
        """The lists its orders are judged by."""
        stages = self.bound.blueprint.rules
        return stages if self.scheduled is None else (*stages, self.scheduled)

    @property
    def facts(self) -> Sequence[str]:
        """What these lists read beyond the orders."""
        known = self.bound.blueprint.facts
        if self.scheduled is None:
            return known
        more = self.bound.blueprint.triggered[self.scheduled.id].facts
        return sorted({*known, *more})

    def resolve(self, order: OrderState, *subjects: str) -> None:
        """Close exceptions about an order; there are none about one made just now."""
        if not order.is_new:
            self.resolved.extend(subjects)

    def ways_out(self, role: str) -> Mapping[str, WayOut]:
        """How fulfilments of a warehouse role leave, by effect."""
        if role not in self._ways_out:
            self._ways_out[role] = {
                effect: WayOut(step, id_, outbox.hand_over_at(step.schedule, self.now, self.zone))
                for effect, (step, id_) in self.bound.outbound_for(role).items()
            }
        return self._ways_out[role]

    def decide(self, order: OrderState, context: Record, outcome: Record) -> None:
        """Record what was decided and everything the engine saw for it; `flush` adds the order."""
        self.decisions.append(
            {
                "id": self.ids.next(),
                "order_id": order.id,
                "inbox_id": order.inbox_ids[-1] if order.inbox_ids else None,
                "plan_hash": self.bound.plan_hash,
                "at": self.now,
                "context": context,
                "outcome": outcome,
            }
        )

    def prepare(self, judged: Iterable[OrderState]) -> None:
        """Make what stock has no part in: once its rows are locked, other workers wait."""
        for order in judged:
            canonical = order.canonical
            document = Fragment(orjson.dumps(canonical))
            receiver = receiver_key(canonical, order.row["platform"])
            self._prepared[order.id] = Prepared(document, receiver, goods_key(canonical))

    def flush(self, worked: Sequence[OrderState]) -> None:
        """Write all of it. The caller commits."""
        self.prepare(order for order in worked if order.id not in self._prepared)
        for order in worked:
            _derive(order, self._prepared[order.id], self.now, self.bound.plan_hash)
        new = [order for order in worked if order.is_new]
        documents = {id_: prepared.document for id_, prepared in self._prepared.items()}
        insert_many(self.tx, orders, [_order_row(order, documents) for order in new])
        changed = [order for order in worked if order.changed and not order.is_new]
        update_many(self.tx, orders, [_order_row(order, documents) for order in changed])
        own_fields.write(self.tx, self.bound.blueprint.own, (*new, *changed))
        insert_many(self.tx, order_line, [r for order in worked for r in order.new_lines])
        update_many(self.tx, order_line, [r for order in worked for r in order.changed_lines])
        self._flush_fulfilments([f for order in worked for f in order.fulfilments])
        self._flush_labels()
        self.stock.settle()
        flags = [r for order in worked for r in order.new_flags]
        insert_new(self.tx, order_flag, flags, ("order_id", "kind", "code"))
        insert_many(self.tx, after_sale, self.opened)
        update_many(self.tx, after_sale, self.followed)
        insert_many(self.tx, decision, self._decided(documents))
        insert_many(self.tx, timeline, list(self._timeline(worked)))
        recording.bring_about(self)
        # Last: whoever writes the same customer waits until this transaction ends.
        insert_new(self.tx, customer, self._customers(new), ("platform", "external_id"))

    def _decided(self, documents: Documents) -> list[Record]:
        for row in self.decisions:
            row["context"]["order"] = documents[row["order_id"]]
        return self.decisions

    def _flush_fulfilments(self, all_: Sequence[FulfilmentState]) -> None:
        new = [f for f in all_ if f.is_new]
        insert_many(self.tx, fulfilment, [f.row for f in new])
        insert_many(self.tx, fulfilment_line, [line for f in new for line in f.lines])
        changed = [f for f in all_ if f.changed and not f.is_new]
        columns = ("id", "state", "courier", "heard_at", "barred", "updated_at")
        update_many(self.tx, fulfilment, [{k: f.row[k] for k in columns} for f in changed])
        parts = [{k: li[k] for k in ("id", "shipped", "state")} for f in changed for li in f.lines]
        update_many(self.tx, fulfilment_line, parts)

    def _flush_labels(self) -> None:
        insert_many(self.tx, label, self.labels)
        for columns in {tuple(row) for row in self.label_changes.values()}:
            rows = [row for row in self.label_changes.values() if tuple(row) == columns]
            update_many(self.tx, label, rows, key="fulfilment_id")
        insert_new(self.tx, parcel, self.parcels, ("fulfilment_id", "tracking_no"))
        if self.void_parcels:
            mine = among(parcel.c.fulfilment_id, self.void_parcels)
            self.tx.execute(delete(parcel).where(mine, parcel.c.shipped_at.is_(None)))

    def _customers(self, new: Iterable[OrderState]) -> list[Record]:
        """Who ordered for the first time, as far as this batch knows; all alike in order."""
        first: dict[str, Record] = {}
        for order in new:
            ref = order.canonical["customer_ref"]
            if ref and "customer_ref" not in order.canonical["masked"]:
                first.setdefault(ref, self._customer(ref, order.canonical["placed_at"]))
        return [first[ref] for ref in sorted(first)]

    def _customer(self, ref: str, at: int) -> Record:
        return {
            "id": self.ids.next(),
            "platform": self.platform,
            "external_id": ref,
            "first_order_at": at,
        }

    def _timeline(self, worked: Sequence[OrderState]) -> Iterable[Record]:
        for order in worked:
            for entry in order.notes:
                yield {
                    "id": self.ids.next(),
                    "order_id": order.id,
                    "at": self.now,
                    "actor": "hub",
                    **entry,
                }


def _derive(order: OrderState, prepared: Prepared, now: int, plan_hash: str) -> None:
    """Bring the derived columns of the order's row up to date."""
    canonical, row = order.canonical, order.row
    before = dict(row)
    fulfil = states.fulfil_state([f.state for f in order.fulfilments], short=order.short)
    after = states.after_sale_state([after_sale_of(line) for line in canonical["lines"]])
    hold = states.hold_state(order.open_flags)
    active = [f for f in order.fulfilments if f.state in states.ACTIVE]
    row["payment_state"] = canonical["payment_state"]
    row["hold_state"], row["fulfil_state"], row["after_sale_state"] = hold, fulfil, after
    row["state"] = states.one_word(
        canonical["payment_state"],
        canonical["delivery_state"],
        hold,
        fulfil,
        after,
        stuck=order.stuck or bool(order.unknown_skus),
    )
    issues = canonical.get("address_issues")
    row["address_vague"] = None if issues is None else bool(issues)
    row["receiver_key"], row["goods_key"] = prepared.receiver_key, prepared.goods_key
    row["warehouse_id"] = active[0].row["warehouse_id"] if active else None
    row["courier"] = active[0].row["courier"] if active else None
    if order.is_new or order.changed or row != before:
        order.changed = True
        row["plan_hash"], row["updated_at"] = plan_hash, now
        if not order.is_new:
            row["revision"] += 1


_COPIED = (
    "parent_no",
    "currency",
    "total",
    "paid",
    "freight",
    "discount",
    "item_count",
    "placed_at",
    "paid_at",
    "modified_at",
    "ship_by",
    "customer_ref",
    "receiver_name",
    "province",
    "city",
    "tags",
)


def _order_row(order: OrderState, documents: Documents) -> Record:
    canonical: Order = order.canonical
    copied: dict[str, Any] = {name: canonical[name] for name in _COPIED}
    return {**order.row, **copied, "canonical": documents[order.id]}
