"""Products: the catalogue, what products are made of, and their stock."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import Hub, current_hub
from orderloom.api.schemas import products as shapes
from orderloom.api.smorest import Resource
from orderloom.engine.likeness import Shelf
from orderloom.services.goods import products as service
from orderloom.services.goods import products_view as view
from orderloom.services.goods.products import Described, MadeOf
from orderloom.services.stocking import levels, shortage
from orderloom.store.db import Tx

products = Resource("products", "/products")

Record = dict[str, Any]
_PURPOSE = "products"
_SHELF_SECONDS = 60.0
_MOST_TURNS = 20


@products.call("GET")
@needs("viewer")
@products.takes(shapes.ProductQuery, "query")
@products.gives(200, shapes.ProductPage)
def list_products(asked: Record) -> Record:
    hub = current_hub()
    after = cursors.read_text(hub.signer, _PURPOSE, asked["cursor"])
    search = (asked["q"] or "").strip() or None
    with hub.database.read() as tx:
        page = view.catalogue(tx, asked["kind"], search, after, asked["limit"])
        places = view.warehouses(tx)
    following = cursors.write_text(hub.signer, _PURPOSE, page.next)
    return {"items": page.items, "next": following, "total": page.total, "warehouses": places}


@products.call("POST")
@needs("ops")
@products.takes(shapes.NewProduct)
@products.gives(201, shapes.WholeProduct)
def add_product(given: Record) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        id_ = add(tx, given)
        return view.product(tx, id_)


def add(tx: Tx, given: Record) -> int:
    """A product as described in a request; its id."""
    code = given["code"].strip()
    return service.add(tx, code, described(given), current_user(), current_hub().clock.now())


def described(given: Record) -> Described:
    """What a person says of a product; blank is nothing."""
    words = {name: (given[name] or "").strip() or None for name in ("spec", "barcode")}
    return Described(given["title"].strip(), **words)


@products.call("GET", "/match")
@needs("viewer")
@products.takes(shapes.MatchQuery, "query")
@products.gives(200, shapes.Matches)
def match_products(asked: Record) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        found = view.matches(tx, shelf(hub, tx), asked["name"], asked["text"])
    return {"items": found}


def shelf(hub: Hub, tx: Tx) -> Shelf:
    """All products to be compared with, kept until one is added."""
    return hub.cache.get(("shelf", view.version(tx)), _SHELF_SECONDS, lambda: view.shelf(tx))


@products.call("GET", "/<ident:product_id>")
@needs("viewer")
@products.gives(200, shapes.WholeProduct)
def get_product(product_id: int) -> Record:
    with current_hub().database.read() as tx:
        return view.product(tx, product_id)


@products.call("PUT", "/<ident:product_id>")
@needs("ops")
@products.takes(shapes.ProductWords)
@products.gives(200, shapes.WholeProduct)
def change_product(given: Record, product_id: int) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        now = hub.clock.now()
        service.describe(tx, product_id, described(given), current_user(), now)
        return view.product(tx, product_id)


@products.call("PUT", "/<ident:product_id>/parts")
@needs("ops")
@products.takes(shapes.PartsGiven)
@products.gives(200, shapes.Followed)
def change_parts(given: Record, product_id: int) -> Record:
    hub = current_hub()
    parts = [
        MadeOf(part["product_id"], part["quantity"], part["gift"], part["once"])
        for part in given["parts"]
    ]
    with hub.database.write() as tx:
        now = hub.clock.now()
        return {"orders": service.make_of(tx, product_id, parts, current_user(), now)}


@products.call("PUT", "/<ident:product_id>/stock/<ident:warehouse_id>")
@needs("ops")
@products.takes(shapes.StockGiven)
@products.gives(200, shapes.Followed)
def change_stock(given: Record, product_id: int, warehouse_id: int) -> Record:
    hub, user = current_hub(), current_user()
    orders, over = 0, list[int]()
    with hub.database.write() as tx:
        now, key = hub.clock.now(), (warehouse_id, product_id)
        if given["safety"] is not None:
            orders += levels.set_safety(tx, *key, given["safety"], user, now)
        if given["on_hand"] is not None:
            pieces = given["on_hand"]
            more, over = levels.set_on_hand(tx, hub.plans, *key, pieces, user, now, hub.zone)
            orders += more
    give_way(hub, over)
    return {"orders": orders}


def give_way(hub: Hub, over: list[int]) -> None:
    """Let allocations beyond a count give way, each turn in a transaction of its own."""
    for _ in range(_MOST_TURNS):
        if not over:
            return
        with hub.database.write() as tx:
            over = shortage.give_way(tx, hub.plans, over, hub.clock.now(), hub.zone)
