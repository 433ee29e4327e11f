"""Links: what shops call products, and the names that wait for one."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.products import add, shelf
from orderloom.api.schemas import products as shapes
from orderloom.api.smorest import Resource
from orderloom.errors import InputError
from orderloom.services.goods import links as service
from orderloom.services.goods import products_view as view

links = Resource("links", "/links")

Record = dict[str, Any]
_PURPOSE = "links"


@links.call("GET")
@needs("viewer")
@links.takes(shapes.LinkQuery, "query")
@links.gives(200, shapes.LinkPage)
def list_links(asked: Record) -> Record:
    hub = current_hub()
    before = cursors.read_id(hub.signer, _PURPOSE, asked["cursor"])
    search = (asked["q"] or "").strip() or None
    with hub.database.read() as tx:
        page = view.links(tx, asked["account"], search, before, asked["limit"])
        shops = view.shops(tx)
    following = cursors.write_id(hub.signer, _PURPOSE, page.next)
    return {"items": page.items, "next": following, "accounts": shops}


@links.call("GET", "/unlinked")
@needs("viewer")
@links.takes(shapes.UnlinkedQuery, "query")
@links.gives(200, shapes.UnlinkedNames)
def list_unlinked(asked: Record) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        return {"items": view.unlinked(tx, shelf(hub, tx), asked["order"])}


@links.call("POST")
@needs("ops")
@links.takes(shapes.LinkGiven)
@links.gives(200, shapes.Followed)
def set_link(given: Record) -> Record:
    hub = current_hub()
    product_id, new = given["product_id"], given["product"]
    if (product_id is None) == (new is None):
        raise InputError("links.one_product", "product_id")
    with hub.database.write() as tx:
        chosen = add(tx, new) if product_id is None else product_id
        shops, now = set(given["accounts"]), hub.clock.now()
        return {"orders": service.link(tx, given["name"], shops, chosen, current_user(), now)}


@links.call("DELETE", "/<ident:link_id>")
@needs("ops")
@links.gives(204)
def remove_link(link_id: int) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        service.unlink(tx, link_id, current_user(), hub.clock.now())
