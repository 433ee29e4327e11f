"""Labels: the list of a day by warehouse, and print data for the vendor's print component."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import labels as shapes
from orderloom.api.smorest import Resource
from orderloom.services.fulfilling import labels_view
from orderloom.store.queries.labels import LabelFilter

labels = Resource("labels", "/labels")

Record = dict[str, Any]
_PURPOSE = "labels"
_COUNTS_SECONDS = 2.0


@labels.call("GET")
@needs("viewer")
@labels.takes(shapes.LabelQuery, "query")
@labels.gives(200, shapes.LabelPage)
def list_labels(asked: Record) -> Record:
    hub = current_hub()
    after = cursors.read_id(hub.signer, _PURPOSE, asked["cursor"])
    wanted = LabelFilter(asked["due_from"], asked["due_to"], asked["warehouse"], asked["state"])
    with hub.database.read() as tx:
        page = labels_view.page(tx, wanted, after, asked["limit"])
    return {"items": page.items, "next": cursors.write_id(hub.signer, _PURPOSE, page.next)}


@labels.call("GET", "/counts")
@needs("viewer")
@labels.takes(shapes.Day, "query")
@labels.gives(200, shapes.LabelCounts)
def count_labels(asked: Record) -> Record:
    hub, day = current_hub(), (asked["due_from"], asked["due_to"])

    def count() -> Record:
        with hub.database.read() as tx:
            return {"warehouses": labels_view.counts(tx, *day)}

    return hub.cache.get(("labels", day), _COUNTS_SECONDS, count)


@labels.call("POST", "/print")
@needs("ops")
@labels.takes(shapes.PrintRequest)
@labels.gives(200, shapes.Printables)
def print_labels(asked: Record) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        found = labels_view.hand_out(tx, asked["ids"], current_user(), hub.clock.now())
    return {"labels": found}
