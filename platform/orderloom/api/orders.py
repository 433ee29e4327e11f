"""Orders: the grid, its facets, one order with its story."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import orders as shapes
from orderloom.api.smorest import Resource
from orderloom.services.deciding import why_not
from orderloom.services.orders import orders_view
from orderloom.store.queries.orders import OrderFilter

orders = Resource("orders", "/orders")

Record = dict[str, Any]
_FACETS_SECONDS = 3.0


@orders.call("GET")
@needs("viewer")
@orders.takes(shapes.OrderQuery, "query")
@orders.gives(200, shapes.OrderPage)
def list_orders(asked: Record) -> Record:
    hub, wanted, sort = current_hub(), _filter(asked), asked["sort"]
    after = cursors.read(hub.signer, wanted, sort, asked["cursor"])
    with hub.database.read() as tx:
        page = orders_view.grid(tx, wanted, sort, after, asked["limit"])
    following = cursors.write(hub.signer, wanted, sort, page.next)
    return {
        "items": page.items,
        "next": following,
        "total": page.total,
        "total_capped": page.capped,
    }


@orders.call("GET", "/facets")
@needs("viewer")
@orders.takes(shapes.OrderFilter, "query")
@orders.gives(200, shapes.Facets)
def list_facets(asked: Record) -> Record:
    hub, wanted = current_hub(), _filter(asked)

    def count() -> Record:
        with hub.database.read() as tx:
            return orders_view.facets(tx, wanted)

    return hub.cache.get(("facets", wanted), _FACETS_SECONDS, count)


@orders.call("GET", "/<ident:order_id>")
@needs("viewer")
@orders.gives(200, shapes.OrderStory)
def get_order(order_id: int) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        return orders_view.story(tx, hub.plans, hub.registry, order_id, hub.zone)


@orders.call("GET", "/<ident:order_id>/why-not")
@needs("viewer")
@orders.gives(200, shapes.WhyNot)
def get_why_not(order_id: int) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        return {"items": why_not.why_not(tx, hub.plans, order_id, hub.zone)}


def _filter(asked: Record) -> OrderFilter:
    return OrderFilter(
        states=asked["state"],
        platforms=asked["platform"],
        warehouses=asked["warehouse"],
        provinces=asked["province"],
        holds=asked["hold"],
        placed_from=asked["placed_from"],
        placed_to=asked["placed_to"],
        search=(asked["q"] or "").strip() or None,
    )
