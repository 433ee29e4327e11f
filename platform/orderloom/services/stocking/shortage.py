"""Counts from a warehouse, and what follows when there is less, or more, than was thought.

Less: the newest allocations that nobody has picked yet give way; their orders are settled anew and
go to another warehouse or become short. What has been handed over already is left to a person.
More: orders that were short get it, the earliest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from orderloom.errors import NotFound
from orderloom.services.fulfilling import undo
from orderloom.services.hub.exceptions import Raised, raise_all, resolve
from orderloom.services.orders import anew
from orderloom.services.orders.orderbook import FulfilmentState, OrderState, load_by_id
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.stocking import stock
from orderloom.services.stocking.stock import Held, Key
from orderloom.store.among import among, pairs_among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries.products import short_of
from orderloom.store.tables import (
    fulfilment,
    fulfilment_line,
    orders,
    sku,
    warehouse,
)
from orderloom.store.tables import stock as stocks

REFILLED_AT_ONCE = 200


@dataclass(frozen=True)
class Counted:
    """`over`: stock rows others allocated from meanwhile: call `give_way` in a new transaction.

    `more`: products of which there is more than before: call `refill` in a new transaction.
    """

    over: list[int] = field(default_factory=list)
    more: list[int] = field(default_factory=list)


def count(
    tx: Tx,
    plans: PlanCache,
    counts: Mapping[Key, int],
    reason: str,
    now: int,
    zone: str,
    held: Held | None = None,
) -> Counted:
    """Take over what a warehouse counted: (warehouse id, sku id) -> pieces on hand.

    `held`: the counts are of what is free (see `stock.count`). InputError for a negative count.
    """
    before = tx.execute(
        select(stocks).where(pairs_among(stocks.c.warehouse_id, stocks.c.sku_id, counts))
    ).all()
    on_top = held([row.id for row in before]) if held else {}
    there = {
        row.id: counts[row.warehouse_id, row.sku_id] + extra
        for row in before
        if (extra := on_top.get(row.id, 0)) is not None
    }
    short = {
        row.id: gap
        for row in before
        if row.id in there and (gap := row.allocated - there[row.id]) > 0
    }
    # Orders are locked before stock rows, as everywhere.
    victims = load_by_id(tx, _newest(tx, short))
    stock.count(tx, counts, reason, now, held)
    over = _yield(tx, plans, victims, {row.id for row in before}, now, zone)
    known = {(row.warehouse_id, row.sku_id) for row in before}
    more = {row.sku_id for row in before if there.get(row.id, 0) > row.on_hand}
    more |= {key[1] for key, pieces in counts.items() if key not in known and pieces > 0}
    return Counted(over, sorted(more))


def give_way(
    tx: Tx, plans: PlanCache, stock_ids: Collection[int], now: int, zone: str
) -> list[int]:
    """Let allocations beyond what is on hand give way; returns the rows that need another call."""
    victims = load_by_id(tx, _newest(tx, _excess(tx, stock_ids, locked=False)))
    return _yield(tx, plans, victims, stock_ids, now, zone)


def refill(tx: Tx, plans: PlanCache, skus: Collection[int], now: int, zone: str) -> int:
    """Settle orders anew that were short of these products; returns how many were looked at."""
    wanted = short_of(skus).order_by(orders.c.placed_at, orders.c.id).limit(REFILLED_AT_ONCE)
    found = load_by_id(tx, tx.execute(wanted).scalars().all())
    found.sort(key=lambda order: (order.canonical["placed_at"], order.id))
    for work in _by_account(tx, plans, found, now, zone).values():
        work.finish()
    return len(found)


def _newest(tx: Tx, short: Mapping[int, int]) -> list[int]:
    """The orders of the newest waiting allocations, as many as the gaps ask for."""
    query = (
        select(fulfilment.c.order_id, fulfilment_line.c.stock_id, fulfilment_line.c.quantity)
        .join(fulfilment, fulfilment.c.id == fulfilment_line.c.fulfilment_id)
        .where(among(fulfilment_line.c.stock_id, short), fulfilment_line.c.state == "allocated")
        .where(fulfilment.c.state == "waiting")
        .order_by(fulfilment.c.id.desc())
    )
    gaps, chosen = dict(short), set()
    for order_id, stock_id, quantity in tx.execute(query):
        if gaps[stock_id] > 0:
            gaps[stock_id] -= quantity
            chosen.add(order_id)
    return sorted(chosen)


def _excess(tx: Tx, stock_ids: Iterable[int], *, locked: bool) -> dict[int, int]:
    """Stock row -> pieces allocated beyond what is on hand."""
    query = select(stocks.c.id, stocks.c.allocated - stocks.c.on_hand).where(
        among(stocks.c.id, stock_ids), stocks.c.allocated > stocks.c.on_hand
    )
    query = query.order_by(stocks.c.id)
    return dict(tx.execute(query.with_for_update() if locked else query).all())


def _yield(
    tx: Tx,
    plans: PlanCache,
    victims: Sequence[OrderState],
    stock_ids: Collection[int],
    now: int,
    zone: str,
) -> list[int]:
    """Cancel the newest waiting fulfilments until the gaps are closed, and settle their orders."""
    gaps = _excess(tx, stock_ids, locked=True)
    works = _by_account(tx, plans, victims, now, zone)
    stuck: set[int] = set()  # on their way this very moment
    for order, made in _newest_first(victims):
        work = works.get(order.account_id)
        if work and _closes_a_gap(made, gaps):
            if undo.forget(work.batch, order, made):
                _close(made, gaps)
                order.changed = True
            else:
                stuck.add(made.row["id"])
    for work in works.values():
        work.finish()
    return _report(tx, stock_ids, stuck, now)


def _newest_first(found: Sequence[OrderState]) -> list[tuple[OrderState, FulfilmentState]]:
    pairs = [(o, f) for o in found for f in o.fulfilments if f.state == "waiting"]
    return sorted(pairs, key=lambda pair: pair[1].row["id"], reverse=True)


def _closes_a_gap(made: FulfilmentState, gaps: Mapping[int, int]) -> bool:
    return any(gaps.get(line["stock_id"], 0) > 0 for line in made.lines)


def _close(made: FulfilmentState, gaps: dict[int, int]) -> None:
    for line in made.lines:
        if line["stock_id"] in gaps:
            gaps[line["stock_id"]] -= line["quantity"]


def _by_account(
    tx: Tx, plans: PlanCache, found: Sequence[OrderState], now: int, zone: str
) -> dict[int, anew.Work]:
    """Accounts without a live plan are left out: nobody could say where their orders should go."""
    works = {}
    for account_id in sorted({order.account_id for order in found}):
        mine = [order for order in found if order.account_id == account_id]
        try:
            works[account_id] = anew.begin(tx, plans, account_id, mine, now, zone)
        except NotFound:
            continue
    return works


def _report(tx: Tx, stock_ids: Collection[int], stuck: Collection[int], now: int) -> list[int]:
    """Tell a person of what is out already; returns rows that somebody may still give way on."""
    gaps = _excess(tx, stock_ids, locked=False)
    again, raised = [], []
    for row in _lacking(tx, gaps):
        out = _allocations(tx, row.id)
        if any(f.state == "waiting" and f.id not in stuck for f in out):
            again.append(row.id)
        else:
            raised.append(_counted_short(row, gaps[row.id], out))
    told = {item.subject for item in raised}
    settled = [f"stock:{id_}" for id_ in stock_ids if f"stock:{id_}" not in told]
    resolve(tx, settled, now)
    raise_all(tx, raised, now)
    return again


def _lacking(tx: Tx, gaps: Iterable[int]) -> Sequence[AnyRow]:
    query = (
        select(stocks.c.id, sku.c.code, warehouse.c.title)
        .join(sku, sku.c.id == stocks.c.sku_id)
        .join(warehouse, warehouse.c.id == stocks.c.warehouse_id)
        .where(among(stocks.c.id, gaps))
        .order_by(stocks.c.id)
    )
    return tx.execute(query).all()


def _allocations(tx: Tx, stock_id: int) -> Sequence[AnyRow]:
    query = (
        select(fulfilment.c.id, fulfilment.c.no, fulfilment.c.state)
        .join(fulfilment_line, fulfilment_line.c.fulfilment_id == fulfilment.c.id)
        .where(fulfilment_line.c.stock_id == stock_id, fulfilment_line.c.state == "allocated")
        .order_by(fulfilment.c.id.desc())
    )
    return tx.execute(query).all()


def _counted_short(row: AnyRow, gap: int, out: Sequence[AnyRow]) -> Raised:
    names = [made.no for made in out[:20]]
    params = {"sku": row.code, "warehouse": row.title, "lacking": gap, "fulfilments": names}
    code = "stock.counted_short"
    return Raised("stock", code, f"stock:{row.id}", f"{code}/{row.code}", params)
