"""Facts: what rules read beyond the order itself, fetched once per batch as of the order's time.

A rule names a fact with its arguments, e.g. {"fact": ["orders_of_customer", 1440]}. Compiling the
plan lists them; this file fetches them; the engine only reads `data["$facts"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from orderloom.engine.jsonlogic import fact_of
from orderloom.services.batch import Batch
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import orders

if TYPE_CHECKING:
    from orderloom.services.settle import Case

MINUTE = 60_000


def fetch(tx: Tx, batch: Batch, cases: Sequence[Case]) -> None:
    """Fill `case.facts` for every fact the blueprint's rules read."""
    for key in batch.bound.blueprint.facts:
        name, arguments = fact_of(key)
        # A fact that cannot be had is not supplied: the rule that asks for it says so.
        with suppress(LookupError, TypeError, ValueError):
            _FACTS[name](tx, batch, cases, key, arguments)


def _orders_of_customer(
    tx: Tx, batch: Batch, cases: Sequence[Case], key: str, arguments: Sequence[Any]
) -> None:
    """How many orders the same customer placed in the `minutes` up to this one, it included."""
    minutes = int(arguments[0])  # wrong arguments show before anything is fetched
    judged = [case for case in cases if _customer(case)]
    times = _placed_before(tx, batch.platform, judged, minutes * MINUTE)
    for case in cases:
        case.facts[key] = None  # unknown: the platform masks the customer
    for case in judged:
        mine = times.get(_customer(case), {})
        at = case.order.canonical["placed_at"]
        mine[case.order.id] = at
        case.facts[key] = sum(at - minutes * MINUTE < other <= at for other in mine.values())
        times[_customer(case)] = mine


def _customer(case: Case) -> str:
    canonical = case.order.canonical
    masked = "customer_ref" in canonical["masked"]
    return "" if masked else str(canonical["customer_ref"] or "")


def _placed_before(
    tx: Tx, platform: str, cases: Sequence[Case], window: int
) -> dict[str, dict[int, int]]:
    """Customer -> order id -> placed at, for the stored orders that can matter."""
    if not cases:
        return {}
    first = min(case.order.canonical["placed_at"] for case in cases) - window
    customers = sorted({_customer(case) for case in cases})
    query = select(orders.c.customer_ref, orders.c.id, orders.c.placed_at).where(
        orders.c.platform == platform,
        among(orders.c.customer_ref, customers),
        orders.c.placed_at > first,
    )
    found: dict[str, dict[int, int]] = {}
    for row in tx.execute(query):
        found.setdefault(row.customer_ref, {})[row.id] = row.placed_at
    return found


_Fetch = Callable[[Tx, Batch, "Sequence[Case]", str, Sequence[Any]], Any]
_FACTS: dict[str, _Fetch] = {"orders_of_customer": _orders_of_customer}
