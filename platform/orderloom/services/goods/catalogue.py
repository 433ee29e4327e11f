"""Products, warehouses and opening stock, taken over in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from orderloom.services.stocking import stock as door
from orderloom.store.among import among
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import sku, warehouse


def add_skus(tx: Tx, skus: Sequence[tuple[str, str]], now: int) -> dict[str, int]:
    """(code, title) pairs; known codes are left alone. Returns code -> id of all of them."""
    rows = [
        {"id": new, "code": code, "title": title, "created_at": now}
        for new, (code, title) in zip(reserve(tx, len(skus)), skus, strict=True)
    ]
    insert_new(tx, sku, rows, ("code",))
    query = select(sku.c.code, sku.c.id).where(among(sku.c.code, (code for code, _ in skus)))
    return dict(tx.execute(query).all())


def add_warehouses(tx: Tx, warehouses: Sequence[tuple[str, str]], now: int) -> dict[str, int]:
    """(code, title) pairs; returns code -> id."""
    rows = [
        {"id": new, "code": code, "title": title, "created_at": now}
        for new, (code, title) in zip(reserve(tx, len(warehouses)), warehouses, strict=True)
    ]
    insert_new(tx, warehouse, rows, ("code",))
    codes = [code for code, _ in warehouses]
    query = select(warehouse.c.code, warehouse.c.id).where(warehouse.c.code.in_(codes))
    return dict(tx.execute(query).all())


def set_stock(
    tx: Tx, levels: Mapping[tuple[int, int], tuple[int, int]], reason: str, now: int
) -> list[int]:
    """(warehouse id, sku id) -> (on hand, safety); returns rows now allocated beyond the count."""
    over = door.count(tx, {key: on_hand for key, (on_hand, _) in levels.items()}, reason, now)
    door.set_safety(tx, {key: safety for key, (_, safety) in levels.items()}, now)
    return over
