"""Stock as people set it: what was counted on the shelf, and what must stay there."""

from __future__ import annotations

from orderloom.errors import InputError, NotFound
from orderloom.services.orders import again
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.stocking import shortage, stock
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import products as rows
from orderloom.store.queries.orders import warehouse_titles
from orderloom.store.queries.people import add_audit


def set_safety(
    tx: Tx, warehouse_id: int, product_id: int, pieces: int, user: User, now: int
) -> int:
    """Pieces that are not promised to orders. Orders that were short may go on; returns how many.

    What is allocated already stays. Raises NotFound, InputError for a bundle.
    """
    where = _check(tx, warehouse_id, product_id)
    stock.set_safety(tx, {(warehouse_id, product_id): pieces}, now)
    add_audit(tx, now, user.login, "stock.safety", where, {"pieces": pieces})
    return again.put_back(tx, rows.short_of([product_id]))


def set_on_hand(
    tx: Tx,
    plans: PlanCache,
    warehouse_id: int,
    product_id: int,
    pieces: int,
    user: User,
    now: int,
    zone: str,
) -> tuple[int, list[int]]:
    """A count by a person: how many short orders go on, and rows others must give way on.

    The latter want `shortage.give_way` in a transaction of its own. Raises NotFound, InputError.
    """
    where = _check(tx, warehouse_id, product_id)
    counts = {(warehouse_id, product_id): pieces}
    counted = shortage.count(tx, plans, counts, "count", now, zone)
    add_audit(tx, now, user.login, "stock.count", where, {"pieces": pieces})
    orders = again.put_back(tx, rows.short_of(counted.more)) if counted.more else 0
    return orders, counted.over


def _check(tx: Tx, warehouse_id: int, product_id: int) -> str:
    """What the audit calls the place."""
    titles = warehouse_titles(tx)
    found = rows.by_ids(tx, [product_id])
    if warehouse_id not in titles or not found:
        raise NotFound("products.not_found", str(product_id))
    if rows.bundles_among(tx, [product_id]):
        raise InputError("products.bundle_has_no_stock", "product", sku=found[0].code)
    return f"{titles[warehouse_id]}/{found[0].code}"
