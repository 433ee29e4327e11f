"""Links from what a channel calls a product to the product; orders that lacked one go on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from orderloom.errors import InputError, NotFound
from orderloom.services.orders import again
from orderloom.services.users.people import User
from orderloom.store import locks
from orderloom.store.bulk import upsert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import links as rows
from orderloom.store.queries import products
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import channel_sku


def link(
    tx: Tx, name: str, account_ids: Collection[int], product_id: int, user: User, now: int
) -> int:
    """From now on these shops mean this product when they say `name`.

    Orders that waited for it, and open ones that meant another product by it, are worked on again;
    returns how many. Raises NotFound for an unknown product or shop.
    """
    locks.alone(tx, locks.CATALOGUE)
    titles = {row.id: row.title for row in rows.accounts(tx)}
    found = products.by_ids(tx, [product_id])
    if not found:
        raise NotFound("products.not_found", str(product_id))
    if not account_ids or not set(account_ids) <= set(titles):
        raise InputError("links.no_such_shop", "accounts")
    before = {row.sku_id for row in rows.known(tx, account_ids, name)} - {product_id}
    made = [
        {"id": new, "account_id": account_id, "channel_code": name, "sku_id": product_id}
        for new, account_id in zip(reserve(tx, len(account_ids)), sorted(account_ids), strict=True)
    ]
    upsert_many(tx, channel_sku, made, ("account_id", "channel_code"))
    told = {"product": found[0].code, "shops": [titles[id_] for id_ in sorted(account_ids)]}
    add_audit(tx, now, user.login, "link.set", name, told)
    count = again.put_back(tx, rows.named(name, account_ids))
    return count + (again.put_back(tx, rows.linked_to(name, account_ids, before)) if before else 0)


def unlink(tx: Tx, link_id: int, user: User, now: int) -> None:
    """Forget a link. Orders it served keep their product until something else changes them.

    Raises NotFound.
    """
    locks.alone(tx, locks.CATALOGUE)
    found = rows.by_id(tx, link_id)
    if found is None:
        raise NotFound("links.not_found", str(link_id))
    tx.execute(delete(channel_sku).where(channel_sku.c.id == link_id))
    add_audit(tx, now, user.login, "link.remove", found.channel_code, {"sku_id": found.sku_id})
