"""What people see of products: the catalogue, one product, and names that wait for a link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from orderloom.engine.likeness import Known, Shelf
from orderloom.errors import NotFound
from orderloom.services.goods.skus import name_of
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import links as link_rows
from orderloom.store.queries import products as rows
from orderloom.store.queries.products import Kind
from orderloom.store.tables import sku, warehouse

Record = dict[str, Any]
MOST_NAMES = 200


@dataclass(frozen=True)
class Page:
    """`next`: the code the following page starts behind, None at the end."""

    items: list[Record]
    next: str | None
    total: int


def catalogue(tx: Tx, kind: Kind, search: str | None, after: str | None, limit: int) -> Page:
    """One page of products with parts and stock."""
    found = rows.page(tx, kind, search, after, limit + 1)
    last = found[limit - 1].code if len(found) > limit else None
    return Page(_shown(tx, found[:limit]), last, rows.count(tx, kind, search))


def product(tx: Tx, product_id: int) -> Record:
    """One product with what it is in and what channels call it; raises NotFound."""
    found = rows.by_ids(tx, [product_id])
    if not found:
        raise NotFound("products.not_found", str(product_id))
    using = [_named(row) for row in rows.made_of(tx, product_id)]
    links = [_link(row) for row in rows.links(tx, [product_id])]
    return {**_shown(tx, found)[0], "used_in": using, "linked": links}


def _shown(tx: Tx, found: Sequence[AnyRow]) -> list[Record]:
    ids = [row.id for row in found]
    parts: dict[int, list[AnyRow]] = defaultdict(list)
    for part in rows.parts(tx, ids):
        parts[part.sku_id].append(part)
    inside = {part.part_id for several in parts.values() for part in several}
    levels: dict[int, list[AnyRow]] = defaultdict(list)
    for level in rows.levels(tx, {*ids, *inside}):
        levels[level.sku_id].append(level)
    links = rows.link_counts(tx, ids)
    return [
        {
            **row._mapping,
            "bundle": any(not part.gift for part in parts[row.id]),
            "parts": [_part(part) for part in parts[row.id]],
            "stock": [_level(level) for level in levels[row.id]],
            "sets": _sets([part for part in parts[row.id] if not part.gift], levels),
            "links": links.get(row.id, 0),
        }
        for row in found
    ]


def _part(part: AnyRow) -> Record:
    product = {"id": part.part_id, "code": part.code, "title": part.title}
    return {"product": product, "quantity": part.quantity, "gift": part.gift, "once": part.once}


def _level(level: AnyRow) -> Record:
    return {
        "warehouse": {"id": level.warehouse_id, "title": level.warehouse},
        "on_hand": level.on_hand,
        "allocated": level.allocated,
        "safety": level.safety,
        "free": _free(level),
    }


def _free(level: AnyRow) -> int:
    return int(level.on_hand - level.allocated - level.safety)


def _sets(parts: Sequence[AnyRow], levels: Mapping[int, Sequence[AnyRow]]) -> list[Record]:
    """How many of a bundle each warehouse could put together now."""
    possible: dict[int, list[int]] = defaultdict(list)
    titles: dict[int, str] = {}
    for part in parts:
        for level in levels.get(part.part_id, ()):
            titles[level.warehouse_id] = level.warehouse
            possible[level.warehouse_id].append(max(_free(level), 0) // part.quantity)
    return [
        {
            "warehouse": {"id": place, "title": titles[place]},
            "free": min(counts) if len(counts) == len(parts) else 0,
        }
        for place, counts in possible.items()
    ]


def _named(row: AnyRow) -> Record:
    return {"id": row.id, "code": row.code, "title": row.title}


def _link(row: AnyRow) -> Record:
    account = {"id": row.account_id, "title": row.account}
    return {"id": row.id, "account": account, "name": row.channel_code}


@dataclass(frozen=True)
class Links:
    """`next`: the id the following page starts below, None at the end."""

    items: list[Record]
    next: int | None


def links(
    tx: Tx, account_id: int | None, search: str | None, before: int | None, limit: int
) -> Links:
    """One page of links, newest first."""
    found = link_rows.page(tx, account_id, search, before, limit + 1)
    items = [
        {
            **_link(row),
            "platform": row.platform,
            "product": {"id": row.sku_id, "code": row.sku, "title": row.sku_title},
        }
        for row in found[:limit]
    ]
    return Links(items, found[limit - 1].id if len(found) > limit else None)


def shops(tx: Tx) -> list[Record]:
    """All shops, by title."""
    return [dict(row._mapping) for row in link_rows.accounts(tx)]


def warehouses(tx: Tx) -> list[Record]:
    """All warehouses, by code."""
    query = select(warehouse.c.id, warehouse.c.title).order_by(warehouse.c.code)
    return [dict(row._mapping) for row in tx.execute(query)]


def version(tx: Tx) -> tuple[int, int]:
    """Changes when products are added."""
    count, last = tx.execute(select(func.count(), func.max(sku.c.id)).select_from(sku)).one()
    return count, last or 0


def shelf(tx: Tx) -> Shelf:
    """All products, to be compared with."""
    columns = (sku.c.id, sku.c.code, sku.c.title, sku.c.spec, sku.c.barcode)
    return Shelf(Known(*row) for row in tx.execute(select(*columns).order_by(sku.c.code)))


def unlinked(tx: Tx, products: Shelf, order_id: int | None) -> list[Record]:
    """Names seen in orders that no product is known for, most frequent first, with proposals.

    `order_id`: only the names in that order; what is told of them is of all orders.
    """
    wanted = None if order_id is None else {_entry(r) for r in link_rows.unlinked_of(tx, order_id)}
    names = None if wanted is None else {name for name, _ in wanted}
    groups: dict[tuple[str, int | None], list[AnyRow]] = defaultdict(list)
    for row in link_rows.unlinked(tx, names, MOST_NAMES):
        if wanted is None or _entry(row) in wanted:
            groups[_entry(row)].append(row)
    proposals = _Proposals(tx, products, {name for name, _ in groups})
    return [_unlinked(name, alike, proposals) for (name, _), alike in groups.items()]


def _entry(row: AnyRow) -> tuple[str, int | None]:
    """The seller's own code means the same in all shops, so it is one entry; others do not."""
    name = name_of(row._mapping)
    return name, None if row.sku_code == name else row.account_id


def _unlinked(name: str, alike: Sequence[AnyRow], proposals: _Proposals) -> Record:
    first = alike[0]
    shops = {row.account_id: (row.account, row.platform) for row in alike}
    return {
        "name": name,
        "title": first.title,
        "spec": first.spec,
        "accounts": [
            {"id": id_, "title": title, "platform": platform}
            for id_, (title, platform) in shops.items()
        ],
        "orders": sum(row.orders for row in alike),
        "waiting": sum(row.waiting for row in alike),
        "seen_at": max(row.seen_at for row in alike),
        "matches": proposals.of(name, f"{first.title} {first.spec or ''}"),
    }


def matches(tx: Tx, products: Shelf, name: str, text: str) -> list[Record]:
    """Products a name may mean, best first."""
    return _Proposals(tx, products, {name}).of(name, text)


class _Proposals:
    """Products a name may mean: what other shops mean by it, then what is most like it."""

    def __init__(self, tx: Tx, products: Shelf, names: set[str]) -> None:
        self._tx = tx
        self._shelf = products
        self._elsewhere: dict[str, dict[int, str]] = defaultdict(dict)
        for row in link_rows.elsewhere(tx, names):
            self._elsewhere[row.channel_code][row.sku_id] = row.account

    def of(self, name: str, text: str) -> list[Record]:
        linked = self._elsewhere.get(name, {})
        alike = [match for match in self._shelf.like(name, text) if match.id not in linked]
        known = {row.id: row for row in rows.by_ids(self._tx, [*linked, *(m.id for m in alike)])}
        same: Record = {"score": 1.0, "why": "other_shop"}
        return [
            *({"product": _named(known[id_]), **same, "shop": s} for id_, s in linked.items()),
            *(
                {"product": _named(known[m.id]), "score": m.score, "why": m.why, "shop": None}
                for m in alike
                if m.id in known  # the shelf may be a moment old
            ),
        ]
