"""Acting on what warehouses told: fulfilments move, goods leave the books, shops are told.

News is kept before (`confirmations`), so this may die at any moment and be done again; it may hear
the same in different words, late, or in another order (`engine.shipment`, `shipping`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select, update

from orderloom.connect import Registry
from orderloom.services.fulfilling import labels, reporting, shipping, undo
from orderloom.services.fulfilling.parcels import Parcels
from orderloom.services.goods import skus
from orderloom.services.hub.exceptions import Raised, open_among, raise_all
from orderloom.services.orders import own_fields
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, load_by_id
from orderloom.services.orders.settle import settle
from orderloom.services.publishing.runtime import PlanCache, bind
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import confirmation, fulfilment, orders, outbox

News = Row[Any]
Where = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Sorted:
    """News by the shop of its order; `strange`: of fulfilments this warehouse was not given."""

    by_account: dict[int, list[News]] = field(default_factory=dict)
    strange: list[News] = field(default_factory=list)


def sort(tx: Tx, connection_id: int, news: Sequence[News]) -> Sorted:
    """Which order each piece of news is about."""
    found, done = _given(tx, connection_id, {one.fulfilment_no for one in news}), Sorted()
    for one in news:
        if one.fulfilment_no in found:
            done.by_account.setdefault(found[one.fulfilment_no], []).append(one)
        else:
            done.strange.append(one)
    return done


def _given(tx: Tx, connection_id: int, numbers: Collection[str]) -> dict[str, int]:
    """Fulfilment number -> account, of those that were handed over through a connection."""
    told = select(outbox.c.id).where(
        outbox.c.connection_id == connection_id,
        outbox.c.subject == "fulfilment:" + fulfilment.c.no,
        outbox.c.effect == "fulfilment.create",
        outbox.c.state.in_(("sending", "sent")) | outbox.c.doubtful,
    )
    query = (
        select(fulfilment.c.no, orders.c.account_id)
        .join(orders, orders.c.id == fulfilment.c.order_id)
        .where(among(fulfilment.c.no, numbers), told.exists())
    )
    return dict(tx.execute(query).all())


def set_aside(tx: Tx, news: Sequence[News], now: int) -> None:
    """A person looks at news of what the hub never handed over."""
    for one in news:
        trouble = {"code": "fulfilment.unknown", "params": {"fulfilment": one.fulfilment_no}}
        _mark(tx, [one], "failed", trouble=trouble)
    raise_all(tx, [_strange(one) for one in news], now)


def fail(tx: Tx, one: News, code: str, now: int) -> None:
    """Set one piece of news aside that could not be acted on."""
    params = {"fulfilment": one.fulfilment_no}
    _mark(tx, [one], "failed", trouble={"code": code, "params": params})
    raised = Raised(shipping.KIND, code, f"confirmation:{one.id}", code, params)
    raise_all(tx, [raised], now)


def _strange(one: News) -> Raised:
    code, params = "fulfilment.unknown", {"fulfilment": one.fulfilment_no, "event": one.event}
    subject = f"unknown:{one.connection_id}/{one.fulfilment_no}"
    return Raised(shipping.KIND, code, subject, f"{code}/{one.connection_id}", params)


def apply(
    tx: Tx,
    plans: PlanCache,
    registry: Registry,
    account_id: int,
    news: Sequence[News],
    now: int,
    zone: str,
) -> list[int]:
    """Act on news of one shop's orders. The caller commits.

    Returns stock rows that lost goods promised to others: call `shortage.give_way` for them in a
    new transaction. Raises NotFound while nothing is published for the shop.
    """
    numbers = {one.fulfilment_no for one in news}
    query = select(fulfilment.c.order_id).where(among(fulfilment.c.no, numbers)).distinct()
    about = load_by_id(tx, sorted(tx.execute(query).scalars()))
    batch = Batch(tx, bind(tx, plans, account_id), now, zone, len(about))
    own_fields.recall(tx, batch.bound.blueprint.own, about)
    skus.resolve(tx, batch, account_id, about)
    work = _Work(
        batch,
        {made.row["no"]: (order, made) for order in about for made in order.fulfilments},
        Parcels.load(tx, [order.id for order in about]),
        _recalled(tx, about),
    )
    for one in news:
        work.hear(one)
    freed = [order for order in about if any(map(undo.holds_stock, order.fulfilments))]
    if freed:
        settle(tx, batch, freed)
    if reporting.EFFECT in registry.get(batch.bound.account.connector).effects:
        reporting.report(batch, about, work.parcels)
    labels.let_go(batch, about)
    over = batch.stock.taken_from_others()
    work.parcels.write(tx)  # before: a parcel that left stays, though its number is given back
    batch.flush(about)
    _mark_done(tx, news, work.by_no)
    return over


@dataclass
class _Work:
    """Hears the news of one batch, one after the other."""

    batch: Batch
    by_no: Mapping[str, tuple[OrderState, FulfilmentState]]
    parcels: Parcels
    recalled: Collection[int]

    def hear(self, one: News) -> None:
        order, made = self.by_no[one.fulfilment_no]
        made.row["heard_at"], made.changed = self.batch.now, True
        match one.event:
            case "accepted":
                shipping.accepted(self.batch, order, made)
            case "refused":
                code = "fulfilment.refused"
                shipping.refused(self.batch, order, made, code, one.reason)
            case "cancelled" if made.state == "cancelling":
                shipping.stopped(self.batch, order, made)
            case "cancelled":
                code = "fulfilment.cancelled_by_warehouse"
                shipping.refused(self.batch, order, made, code, one.reason)
            case _:
                self._left(order, made, one)

    def _left(self, order: OrderState, made: FulfilmentState, one: News) -> None:
        at = one.at or one.received_at
        final = one.event == "shipped"
        for row in self.parcels.hear(self.batch, made, one.parcels, at, final=final):
            order.note(
                "parcel",
                fulfilment=made.row["no"],
                courier=row["courier"],
                tracking_no=row["tracking_no"],
                contents=row["contents"],
            )
        shipping.shipped(
            self.batch,
            order,
            made,
            [row["contents"] for row in self.parcels.left(made.row["id"])],
            final=final,
            recalled=made.row["id"] in self.recalled,
        )


def _recalled(tx: Tx, about: Sequence[OrderState]) -> set[int]:
    """Fulfilments whose warehouse refused to stop them, so that somebody should know."""
    ids = {f"cancel:{made.row['id']}": made.row["id"] for o in about for made in o.fulfilments}
    return {ids[subject] for subject in open_among(tx, ids)}


def _mark_done(
    tx: Tx, news: Sequence[News], by_no: Mapping[str, tuple[OrderState, FulfilmentState]]
) -> None:
    by_order: dict[int, list[News]] = {}
    for one in news:
        by_order.setdefault(by_no[one.fulfilment_no][0].id, []).append(one)
    for order_id, mine in by_order.items():
        _mark(tx, mine, "done", order_id=order_id)


def _mark(tx: Tx, news: Sequence[News], state: str, **values: Any) -> None:
    found = update(confirmation).where(among(confirmation.c.id, (one.id for one in news)))
    tx.execute(found.values(state=state, **values))
