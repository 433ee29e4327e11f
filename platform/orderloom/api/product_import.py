"""Tables of products, links and stock: looked through first, then taken over."""

from __future__ import annotations

from typing import Any

from flask import request

from orderloom.api.access import current_user, needs, takes_file
from orderloom.api.bodies import file_body
from orderloom.api.hub import current_hub
from orderloom.api.products import give_way
from orderloom.api.schemas import products as shapes
from orderloom.api.smorest import Resource
from orderloom.services.goods import product_files
from orderloom.services.goods.product_import import Work, take_over
from orderloom.store.db import Tx
from orderloom.texts import both, both_how

product_import = Resource("product_import", "/product-import")

Record = dict[str, Any]
_LISTED = 100
_SHOWN = 20


@product_import.call("POST")
@needs("ops")
@takes_file
@product_import.takes_file
@product_import.takes(shapes.TableQuery, "query")
@product_import.gives(200, shapes.TableReport)
def import_table(asked: Record) -> Record:
    hub, kind, apply = current_hub(), asked["kind"], asked["apply"]
    with hub.uploads.passing(*file_body(request)) as path:
        table = product_files.read(path, kind)
    with hub.database.write() as tx:
        work = _work(tx, apply=apply)
        take_over(work, kind, table)
    give_way(hub, work.over)
    return _report(work)


def _work(tx: Tx, *, apply: bool) -> Work:
    hub = current_hub()
    return Work(tx, hub.plans, current_user(), hub.clock.now(), hub.zone, apply)


def _report(work: Work) -> Record:
    sorts = (("new", work.new), ("changed", work.changed), ("same", work.same))
    shown = [
        {"row": entry.row, "what": what, "values": entry.values}
        for what, entries in sorts
        for entry in entries[:_SHOWN]
    ]
    faults = [
        {
            "row": fault.row,
            "message": both(fault.code, fault.params),
            "how": both_how(fault.code, fault.params),
        }
        for fault in work.faults[:_LISTED]
    ]
    counts = {what: len(entries) for what, entries in sorts}
    refused = {"refused": len(work.faults), "orders": work.orders, "faults": faults}
    return {**counts, **refused, "rows": shown[:_SHOWN]}
