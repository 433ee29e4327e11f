"""Refunds and returns: the list, and goods that come back."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import after_sales as shapes
from orderloom.api.schemas.products import Followed
from orderloom.api.smorest import Resource
from orderloom.services.goods import products_view
from orderloom.services.orders import returns
from orderloom.services.orders.returns import Arrived
from orderloom.store.queries.after_sales import Wanted

after_sales = Resource("after_sales", "/after-sales")

Record = dict[str, Any]
_PURPOSE = "after_sales"


@after_sales.call("GET")
@needs("viewer")
@after_sales.takes(shapes.AfterSaleQuery, "query")
@after_sales.gives(200, shapes.AfterSalePage)
def list_after_sales(asked: Record) -> Record:
    hub = current_hub()
    before = cursors.read_id(hub.signer, _PURPOSE, asked["cursor"])
    search = (asked["q"] or "").strip() or None
    wanted = Wanted(asked["state"], asked["goods"], asked["account"], search)
    with hub.database.read() as tx:
        page = returns.listed(tx, wanted, before, asked["limit"])
    following = cursors.write_id(hub.signer, _PURPOSE, page.next)
    return {"items": page.items, "next": following, "counts": page.counts}


@after_sales.call("GET", "/<ident:after_sale_id>/goods")
@needs("viewer")
@after_sales.gives(200, shapes.Goods)
def get_goods(after_sale_id: int) -> Record:
    with current_hub().database.read() as tx:
        pieces = returns.goods(tx, after_sale_id)
        return {"pieces": pieces, "warehouses": products_view.warehouses(tx)}


@after_sales.call("POST", "/<ident:after_sale_id>/receive")
@needs("ops")
@after_sales.takes(shapes.ReceiptGiven)
@after_sales.gives(200, Followed)
def receive_goods(given: Record, after_sale_id: int) -> Record:
    hub, place = current_hub(), given["warehouse_id"]
    arrived = [Arrived(**piece) for piece in given["pieces"]]
    with hub.database.write() as tx:
        now = hub.clock.now()
        return {"orders": returns.receive(tx, after_sale_id, place, arrived, current_user(), now)}
