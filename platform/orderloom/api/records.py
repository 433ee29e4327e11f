"""Records of the blueprints' own models, to be looked at."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import records as shapes
from orderloom.api.smorest import Resource
from orderloom.services.records import view

records = Resource("records", "/records")

Record = dict[str, Any]


@records.call("GET")
@needs("viewer")
@records.gives(200, shapes.RecordModels)
def list_record_models() -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        return {"items": [view.described(model) for model in view.models(tx, hub.plans)]}


@records.call("GET", "/<key>")
@needs("viewer")
@records.takes(shapes.RecordQuery, "query")
@records.gives(200, shapes.Records)
def list_records(asked: Record, key: str) -> Record:
    hub, purpose = current_hub(), f"records/{key}/{asked['q']}"
    before = cursors.read_id(hub.signer, purpose, asked["cursor"])
    with hub.database.read() as tx:
        model = view.model_of(tx, hub.plans, key)
        page = view.page(tx, model, asked["q"], before, asked["limit"])
    following = cursors.write_id(hub.signer, purpose, page.next)
    return {"model": view.described(model), "items": page.items, "next": following}
