"""Counts of a warehouse taken over: which products to ask for, and what its numbers mean to us.

A warehouse says what may still be sold; what it holds for orders it was told of is not in there.
So what is on hand is that number and our pieces it holds (docs/adr/0014). Goods that leave change
neither sum, whoever hears of them first; only what is told or called off this very moment would,
and such a product is left for the next time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from orderloom.connect import StockCount
from orderloom.services.publishing.runtime import PlanCache, live_hash
from orderloom.services.stocking import shortage
from orderloom.services.stocking.stock import Held
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import hub
from orderloom.store.tables import (
    confirmation,
    fulfilment,
    fulfilment_line,
    outbox,
    sku,
    warehouse,
)

AT_ONCE = 20
CREATE, CANCEL = "fulfilment.create", "fulfilment.cancel"
_THERE = ("handed_over", "partly_shipped", "cancelling")

Cursor = Mapping[str, int]


@dataclass(frozen=True)
class Question:
    """Products to be counted in one warehouse; `cursor`: where the next question begins."""

    warehouse_id: int
    warehouse_code: str
    skus: Mapping[str, int]  # code -> id
    cursor: Cursor | None


def question(
    tx: Tx, plans: PlanCache, connection_id: int, cursor: Cursor | None
) -> Question | None:
    """The next products to ask a connection for; None when it has no warehouse (any more)."""
    places = _warehouses(tx, plans, connection_id)
    at = cursor or {"warehouse": 0, "after": 0}
    ahead = [place for place in places if place[0] >= at["warehouse"]]
    if not ahead:
        return None
    place, code = ahead[0]
    after = at["after"] if place == at["warehouse"] else 0
    query = select(sku.c.code, sku.c.id).where(sku.c.id > after).order_by(sku.c.id)
    found = tx.execute(query.limit(AT_ONCE)).all()
    if len(found) == AT_ONCE:
        rest: Cursor | None = {"warehouse": place, "after": found[-1].id}
    else:
        rest = {"warehouse": ahead[1][0], "after": 0} if len(ahead) > 1 else None
    return Question(place, code, {row.code: row.id for row in found}, rest)


def _warehouses(tx: Tx, plans: PlanCache, connection_id: int) -> list[tuple[int, str]]:
    """(id, code) of the warehouses whose fulfilments leave over a connection."""
    current = live_hash(tx)
    if current is None:
        return []
    roles = {(row.key, row.role): row.target_id for row in hub.bindings(tx)}
    ids = {
        roles.get((compiled.key, role))
        for compiled in plans.get(tx, current).blueprints.values()
        for step in compiled.outbound
        if roles.get((compiled.key, step.send_to)) == connection_id
        for role in step.warehouses
    }
    query = select(warehouse.c.id, warehouse.c.code).where(
        among(warehouse.c.id, (id_ for id_ in ids if id_ is not None))
    )
    return [tuple(row) for row in tx.execute(query.order_by(warehouse.c.id))]


def book(
    tx: Tx,
    plans: PlanCache,
    connection_id: int,
    asked: Question,
    counts: Sequence[StockCount],
    asked_at: int,
    now: int,
    zone: str,
) -> shortage.Counted:
    """Take over what a warehouse answered to a question put at `asked_at`. The caller commits."""
    free = {
        (asked.warehouse_id, asked.skus[one.item_code]): one.available
        for one in counts
        if one.item_code in asked.skus
    }
    held = _held_by(tx, connection_id, asked_at)
    return shortage.count(tx, plans, free, "count", now, zone, held)


def _held_by(tx: Tx, connection_id: int, asked_at: int) -> Held:
    """What a warehouse holds for us beside what it calls free, by stock row.

    None: something about the row is on its way between us and the warehouse.
    """

    def held(stock_ids: Sequence[int]) -> dict[int, int | None]:
        amounts: dict[int, int | None] = dict(_promised(tx, stock_ids))
        return amounts | dict.fromkeys(_unsettled(tx, connection_id, asked_at, stock_ids))

    return held


def _promised(tx: Tx, stock_ids: Sequence[int]) -> dict[int, int]:
    pieces = func.sum(fulfilment_line.c.quantity - fulfilment_line.c.shipped)
    query = (
        select(fulfilment_line.c.stock_id, pieces)
        .join(fulfilment, fulfilment.c.id == fulfilment_line.c.fulfilment_id)
        .where(among(fulfilment_line.c.stock_id, stock_ids))
        .where(fulfilment_line.c.state == "allocated", fulfilment.c.state.in_(_THERE))
        .group_by(fulfilment_line.c.stock_id)
    )
    return {id_: int(amount) for id_, amount in tx.execute(query)}


def _unsettled(tx: Tx, connection_id: int, asked_at: int, stock_ids: Sequence[int]) -> set[int]:
    """Rows of which the warehouse may know more, or less, than we do: look again later."""
    moving = or_(
        outbox.c.state == "sending",
        (outbox.c.state == "waiting") & outbox.c.doubtful,
        (outbox.c.state == "sent") & (outbox.c.sent_at >= asked_at),
    )
    told = (
        select(fulfilment_line.c.stock_id)
        .join(fulfilment, fulfilment.c.id == fulfilment_line.c.fulfilment_id)
        .join(outbox, outbox.c.order_id == fulfilment.c.order_id)
        .where(outbox.c.connection_id == connection_id, moving)
        .where(outbox.c.effect.in_((CREATE, CANCEL)))
    )
    heard = (
        select(fulfilment_line.c.stock_id)
        .join(fulfilment, fulfilment.c.id == fulfilment_line.c.fulfilment_id)
        .join(confirmation, confirmation.c.fulfilment_no == fulfilment.c.no)
        .where(confirmation.c.connection_id == connection_id, confirmation.c.state == "waiting")
    )
    both = told.union(heard)
    return set(tx.execute(both).scalars()) & set(stock_ids)
