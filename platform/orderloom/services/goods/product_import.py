"""A table of products, links or stock taken over: what is new, what changes, what is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from orderloom.services.goods.product_files import Entry, Fault, Table
from orderloom.services.orders import again
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.stocking import shortage, stock
from orderloom.services.users.people import User
from orderloom.store import locks
from orderloom.store.among import among
from orderloom.store.bulk import insert_many, update_many, upsert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import links as link_rows
from orderloom.store.queries import products as rows
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import channel_sku, sku, warehouse
from orderloom.store.tables import stock as levels

Key = stock.Key


@dataclass
class Work:
    """One table on its way in. `apply`: False only looks."""

    tx: Tx
    plans: PlanCache
    user: User
    now: int
    zone: str
    apply: bool
    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    orders: int = 0
    over: list[int] = field(default_factory=list)  # others must give way on these stock rows

    def refuse(self, entry: Entry, code: str, **params: Any) -> None:
        self.faults.append(Fault(entry.row, f"product_file.{code}", params))


def take_over(work: Work, kind: str, table: Table) -> None:
    """Sort the rows into new, changed, the same and refused; write them if `work.apply`."""
    locks.alone(work.tx, locks.CATALOGUE)
    work.faults = list(table.faults)
    _TAKE[kind](work, table)
    work.faults.sort(key=lambda fault: fault.row)
    if work.apply:
        told = {name: len(getattr(work, name)) for name in ("new", "changed", "same", "faults")}
        add_audit(work.tx, work.now, work.user.login, f"import.{kind}", kind, told)


def _products(work: Work, table: Table) -> None:
    known = _known_products(work.tx, table)
    seen: set[str] = set()
    for entry in table.entries:
        code, values = entry.values["code"], entry.values
        row = known.get(code)
        if code in seen:
            work.refuse(entry, "twice", name=code)
        elif row is None and not values.get("title"):
            work.refuse(entry, "no_title", name=code)
        elif row is None:
            work.new.append(entry)
        elif any(v and row[name] != v for name, v in values.items()):
            work.changed.append(entry)
        else:
            work.same.append(entry)
        seen.add(code)
    if work.apply:
        _write_products(work, known)


def _known_products(tx: Tx, table: Table) -> dict[str, Mapping[str, Any]]:
    codes = {entry.values["code"] for entry in table.entries}
    query = select(sku).where(among(sku.c.code, codes))
    return {row["code"]: dict(row) for row in tx.execute(query).mappings()}


def _write_products(work: Work, known: Mapping[str, Mapping[str, Any]]) -> None:
    ids = reserve(work.tx, len(work.new))
    new = [
        {**_words(entry, {}), "id": id_, "code": entry.values["code"], "created_at": work.now}
        for id_, entry in zip(ids, work.new, strict=True)
    ]
    insert_many(work.tx, sku, new)
    changed = [
        {"id": known[e.values["code"]]["id"], **_words(e, known[e.values["code"]])}
        for e in work.changed
    ]
    update_many(work.tx, sku, changed)
    waiting = link_rows.coded([row["code"] for row in new])
    work.orders = again.put_back(work.tx, waiting) if new else 0


def _words(entry: Entry, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says; an empty cell changes nothing."""
    return {
        name: entry.values.get(name) or known.get(name) for name in ("title", "spec", "barcode")
    }


def _links(work: Work, table: Table) -> None:
    products = _known_products(work.tx, table)
    shops = link_rows.accounts(work.tx)
    by_title = {row.title: row.id for row in shops}
    only = shops[0].id if len(shops) == 1 else None
    wanted: dict[tuple[int, str], int] = {}
    names = {entry.values["name"] for entry in table.entries}
    known = {(r.account_id, r.channel_code): r.sku_id for r in link_rows.elsewhere(work.tx, names)}
    for entry in table.entries:
        shop, code = entry.values.get("shop", ""), entry.values["code"]
        key = (by_title.get(shop, only if not shop else None), entry.values["name"])
        if key[0] is None:
            work.refuse(entry, "no_shop", name=shop)
        elif code not in products:
            work.refuse(entry, "no_product", name=code)
        elif (at := (key[0], key[1])) in wanted:
            work.refuse(entry, "twice", name=key[1])
        else:
            wanted[at] = products[code]["id"]
            _sort(work, entry, known.get(at), wanted[at])
    if work.apply and wanted:
        made = [
            {"id": new, "account_id": at[0], "channel_code": at[1], "sku_id": product}
            for new, (at, product) in zip(
                reserve(work.tx, len(wanted)), wanted.items(), strict=True
            )
        ]
        upsert_many(work.tx, channel_sku, made, ("account_id", "channel_code"))
        work.orders = again.put_back(work.tx, link_rows.now_linked(names))


def _sort(work: Work, entry: Entry, before: Any, after: Any) -> None:
    if before is None:
        work.new.append(entry)
    else:
        (work.same if before == after else work.changed).append(entry)


def _stock(work: Work, table: Table) -> None:
    products = _known_products(work.tx, table)
    bundles = set(rows.bundles_among(work.tx, [row["id"] for row in products.values()]))
    places = {}
    for row in work.tx.execute(select(warehouse)):
        places[row.code] = places[row.title] = row.id
    on_hand: dict[Key, int] = {}
    safety: dict[Key, int] = {}
    ids = {row["id"] for row in products.values()}
    known = {
        (r.warehouse_id, r.sku_id): (r.on_hand, r.safety)
        for r in work.tx.execute(select(levels).where(among(levels.c.sku_id, ids)))
    }
    for entry in table.entries:
        code, place = entry.values["code"], places.get(entry.values["warehouse"])
        counts = [_whole(entry.values.get(name, "")) for name in ("on_hand", "safety")]
        if code not in products:
            work.refuse(entry, "no_product", name=code)
        elif place is None:
            work.refuse(entry, "no_warehouse", name=entry.values["warehouse"])
        elif products[code]["id"] in bundles:
            work.refuse(entry, "bundle", name=code)
        elif -1 in counts or counts == [None, None]:
            work.refuse(entry, "no_count", name=code)
        elif (key := (place, products[code]["id"])) in on_hand or key in safety:
            work.refuse(entry, "twice", name=code)
        else:
            before = known.get(key)
            pieces, kept = (
                (old if new is None else new)
                for old, new in zip(before or (0, 0), counts, strict=True)
            )
            _sort(work, entry, before, (pieces, kept))
            on_hand[key], safety[key] = int(pieces or 0), int(kept or 0)
    if work.apply:
        _write_stock(work, on_hand, safety)


def _whole(text: str) -> int | None:
    """The count in a cell; None for an empty one, -1 for what is none."""
    plain = text.replace(",", "").removesuffix(".0")
    if not plain:
        return None
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else -1


def _write_stock(work: Work, on_hand: Mapping[Key, int], safety: Mapping[Key, int]) -> None:
    counted = shortage.count(work.tx, work.plans, on_hand, "count", work.now, work.zone)
    stock.set_safety(work.tx, safety, work.now)
    work.over = counted.over
    work.orders = again.put_back(work.tx, rows.short_of({key[1] for key in on_hand}))


_TAKE: dict[str, Callable[[Work, Table], None]] = {
    "products": _products,
    "links": _links,
    "stock": _stock,
}
