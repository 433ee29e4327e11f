"""Products as people edit them: one at a time, audited; what follows for orders is set going."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.orders import again
from orderloom.services.users.people import User
from orderloom.store import locks
from orderloom.store.among import among
from orderloom.store.bulk import insert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import products as rows
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import sku, sku_part

MOST_PARTS = 50


@dataclass(frozen=True)
class Described:
    """What a person says of a product."""

    title: str
    spec: str | None = None
    barcode: str | None = None


@dataclass(frozen=True)
class MadeOf:
    """One part of a product: `quantity` a piece; a gift comes along, with each piece or `once`."""

    part_id: int
    quantity: int
    gift: bool = False
    once: bool = False


def add(tx: Tx, code: str, described: Described, user: User, now: int) -> int:
    """A new product; raises Conflict for a code that is taken."""
    (id_,) = reserve(tx, 1)
    try:
        tx.execute(sku.insert().values(id=id_, code=code, created_at=now, **asdict(described)))
    except IntegrityError as error:
        raise Conflict("products.code_taken", "code", sku=code) from error
    add_audit(tx, now, user.login, "product.add", code, {"title": described.title})
    return id_


def describe(tx: Tx, product_id: int, described: Described, user: User, now: int) -> None:
    """Change how a product is called; raises NotFound."""
    code = _lock(tx, [product_id])[product_id]
    tx.execute(update(sku).where(sku.c.id == product_id).values(**asdict(described)))
    add_audit(tx, now, user.login, "product.describe", code, asdict(described))


def make_of(tx: Tx, product_id: int, parts: Sequence[MadeOf], user: User, now: int) -> int:
    """Say what a product is made of and what comes along with it.

    Orders that nothing is out for yet are worked on again; returns how many. Raises NotFound for
    an unknown product, InputError for parts that cannot be.
    """
    locks.alone(tx, locks.CATALOGUE)
    codes = _lock(tx, [product_id, *(part.part_id for part in parts)])
    _check(tx, product_id, parts, codes)
    tx.execute(delete(sku_part).where(sku_part.c.sku_id == product_id))
    made = [
        {"id": new, "sku_id": product_id, **asdict(part)}
        for new, part in zip(reserve(tx, len(parts)), parts, strict=True)
    ]
    insert_many(tx, sku_part, made)
    told = [{**asdict(part), "part_id": codes[part.part_id]} for part in parts]
    add_audit(tx, now, user.login, "product.parts", codes[product_id], {"parts": told})
    return again.put_back(tx, rows.open_orders_with([product_id]))


def _lock(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    """Codes by id of these products, locked in one order; NotFound if one does not exist."""
    wanted = set(ids)
    query = select(sku.c.id, sku.c.code).where(among(sku.c.id, wanted)).order_by(sku.c.id)
    found = {row.id: row.code for row in tx.execute(query.with_for_update())}
    for missing in sorted(wanted - set(found)):
        raise NotFound("products.not_found", str(missing))
    return found


def _check(tx: Tx, product_id: int, parts: Sequence[MadeOf], codes: dict[int, str]) -> None:
    if len(parts) > MOST_PARTS:
        raise InputError("products.too_many_parts", "parts", most=MOST_PARTS)
    bundle = any(not part.gift for part in parts)
    seen: set[tuple[int, bool]] = set()
    for part in parts:
        about = {"sku": codes[part.part_id]}
        if (part.part_id, part.gift) in seen:
            raise InputError("products.part_twice", "parts", **about)
        seen.add((part.part_id, part.gift))
        if part.part_id == product_id and bundle:
            raise InputError("products.part_of_itself", "parts", **about)
        if part.once and not part.gift:
            raise InputError("products.only_gifts_once", "parts", **about)
    for other in rows.bundles_among(tx, [part.part_id for part in parts]):
        if other != product_id:
            raise InputError("products.part_is_bundle", "parts", sku=codes[other])
    if bundle:
        _check_no_part(tx, product_id, codes[product_id])


def _check_no_part(tx: Tx, product_id: int, code: str) -> None:
    """A bundle is never a part itself: nobody would know how to pack it."""
    for whole in rows.made_of(tx, product_id):
        if whole.id != product_id:
            raise InputError("products.bundle_is_part", "parts", sku=code, other=whole.code)
