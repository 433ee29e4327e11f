"""Facts: what rules read beyond the order itself, fetched once per batch as of the order's time.

A rule names a fact with its arguments, e.g. {"fact": ["orders_of_customer", 1440]}. Compiling the
plan lists them; this file fetches them; the engine only reads `data["$facts"]`. What each one
means is said in engine/facts.py. A fact that cannot be judged is None, and is told as that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select

from orderloom.engine.jsonlogic import fact_of
from orderloom.engine.sameness import goods_key, receiver_key
from orderloom.services.deciding import usual_amount
from orderloom.services.orders.batch import Batch
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import orders

if TYPE_CHECKING:
    from orderloom.services.orders.settle import Case

MINUTE = 60_000
MEMORY = 180 * 24 * 60 * MINUTE  # how far back a row of vague addresses is followed
Same = tuple[Any, ...] | None  # what makes two orders alike; None: nobody can tell


def fetch(tx: Tx, batch: Batch, cases: Sequence[Case]) -> None:
    """Fill `case.facts` for every fact the blueprint's rules read."""
    for key in batch.facts:
        name, arguments = fact_of(key)
        # A fact that cannot be had is not supplied: the rule that asks for it says so.
        with suppress(LookupError, TypeError, ValueError):
            _FACTS[name](tx, batch, cases, key, arguments)


def _count_alike(
    cases: Sequence[Case],
    key: str,
    minutes: int,
    same: Callable[[Case], Same],
    stored: Callable[[Sequence[Case], int], Iterable[tuple[Any, ...]]],
) -> None:
    """Count orders alike in the `minutes` up to each one, it and those before it included.

    `stored(cases, since)`: (order id, placed at, *what makes it alike) of the ones known already.
    """
    for case in cases:
        case.facts[key] = None
    judged = [case for case in cases if same(case) is not None]
    if not judged:
        return
    times: dict[Same, dict[int, int]] = {}
    since = min(_placed(case) for case in judged) - minutes * MINUTE
    for id_, at, *alike in stored(judged, since):
        times.setdefault(tuple(alike), {})[id_] = at
    for case in judged:
        at = _placed(case)
        mine = times.setdefault(same(case), {})
        mine[case.order.id] = at
        case.facts[key] = sum(at - minutes * MINUTE < other <= at for other in mine.values())


def _placed(case: Case) -> int:
    at: int = case.order.canonical["placed_at"]
    return at


def _orders_of_customer(
    tx: Tx, batch: Batch, cases: Sequence[Case], key: str, arguments: Sequence[Any]
) -> None:
    def same(case: Case) -> Same:
        return (_customer(case),) if _customer(case) else None

    def stored(judged: Sequence[Case], since: int) -> Iterable[tuple[Any, ...]]:
        found = select(orders.c.id, orders.c.placed_at, orders.c.customer_ref)
        return tx.execute(found.where(_by_customer(batch, judged), orders.c.placed_at > since))

    _count_alike(cases, key, int(arguments[0]), same, stored)


def _by_customer(batch: Batch, cases: Sequence[Case]) -> ColumnElement[bool]:
    """Orders of the same customers; a customer is one platform's."""
    customers = sorted({_customer(case) for case in cases})
    return (orders.c.platform == batch.platform) & among(orders.c.customer_ref, customers)


def _customer(case: Case) -> str:
    canonical = case.order.canonical
    masked = "customer_ref" in canonical["masked"]
    return "" if masked else str(canonical["customer_ref"] or "")


def _repeats_of_receiver(
    tx: Tx, batch: Batch, cases: Sequence[Case], key: str, arguments: Sequence[Any]
) -> None:
    def same(case: Case) -> Same:
        receiver = receiver_key(case.order.canonical, batch.platform)
        return (receiver, goods_key(case.order.canonical)) if receiver else None

    def stored(judged: Sequence[Case], since: int) -> Iterable[tuple[Any, ...]]:
        columns = (orders.c.id, orders.c.placed_at, orders.c.receiver_key, orders.c.goods_key)
        receivers = sorted({(same(case) or ("",))[0] for case in judged})
        recent = select(*columns).where(orders.c.placed_at > since)
        return tx.execute(recent.where(among(orders.c.receiver_key, receivers)))

    _count_alike(cases, key, int(arguments[0]), same, stored)


def _lookalikes(
    tx: Tx, batch: Batch, cases: Sequence[Case], key: str, arguments: Sequence[Any]
) -> None:
    def same(case: Case) -> Same:
        order = case.order.canonical
        return order["province"], order["city"], order["total"], goods_key(order)

    def stored(judged: Sequence[Case], since: int) -> Iterable[tuple[Any, ...]]:
        alike = (orders.c.province, orders.c.city, orders.c.total, orders.c.goods_key)
        recent = select(orders.c.id, orders.c.placed_at, *alike).where(
            orders.c.placed_at > since, orders.c.account_id == batch.bound.account.id
        )
        return tx.execute(recent)

    _count_alike(cases, key, int(arguments[0]), same, stored)


def _vague_in_a_row(
    tx: Tx, batch: Batch, cases: Sequence[Case], key: str, arguments: Sequence[Any]
) -> None:
    """Consecutive by the time they were placed; orders with hidden addresses are passed over."""
    for case in cases:
        case.facts[key] = None
    judged = [case for case in cases if _customer(case) and _vague(case) is not None]
    if not judged:
        return
    first = min(_placed(case) for case in judged) - MEMORY
    query = select(
        orders.c.customer_ref, orders.c.id, orders.c.placed_at, orders.c.address_vague
    ).where(_by_customer(batch, judged), orders.c.placed_at > first)
    known: dict[str, dict[int, tuple[int, bool]]] = {}
    for customer, id_, at, vague in tx.execute(query.where(orders.c.address_vague.is_not(None))):
        known.setdefault(customer, {})[id_] = (at, vague)
    for case in judged:
        mine = known.setdefault(_customer(case), {})
        mine[case.order.id] = (_placed(case), bool(_vague(case)))
        case.facts[key] = _run(mine, case)


def _vague(case: Case) -> bool | None:
    issues = case.order.canonical.get("address_issues")
    return None if issues is None else bool(issues)


def _run(known: dict[int, tuple[int, bool]], case: Case) -> int:
    """How many of the customer's orders up to this one were vague without a break."""
    until = (_placed(case), case.order.id)
    newest_first = sorted(((at, id_, vague) for id_, (at, vague) in known.items()), reverse=True)
    count = 0
    for at, id_, vague in newest_first:
        if (at, id_) <= until:
            if not vague:
                break
            count += 1
    return count


def _percent_of_usual(
    tx: Tx, batch: Batch, cases: Sequence[Case], key: str, arguments: Sequence[Any]
) -> None:
    usual = usual_amount.of_shop(tx, batch.bound.account.id, int(arguments[0]), batch.now)
    for case in cases:
        total: int = case.order.canonical["total"]
        case.facts[key] = total * 100 // usual if usual else None


_Fetch = Callable[[Tx, Batch, "Sequence[Case]", str, Sequence[Any]], None]
_FACTS: dict[str, _Fetch] = {
    "orders_of_customer": _orders_of_customer,
    "repeats_of_receiver": _repeats_of_receiver,
    "lookalikes": _lookalikes,
    "vague_in_a_row": _vague_in_a_row,
    "percent_of_usual_amount": _percent_of_usual,
}
