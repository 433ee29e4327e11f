"""The flow: the home screen's picture of the hub."""

from __future__ import annotations

from typing import Any

from orderloom.api.access import needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import flow as shapes
from orderloom.api.smorest import Resource
from orderloom.services.hub import flow_view

flow = Resource("flow", "/flow")

_SECONDS = 1.0


@flow.call("GET")
@needs("viewer")
@flow.gives(200, shapes.Flow)
def get_flow() -> dict[str, Any]:
    hub = current_hub()

    def look() -> dict[str, Any]:
        with hub.database.read() as tx:
            return flow_view.flow(tx, hub.plans, hub.clock.now(), hub.zone)

    return hub.cache.get("flow", _SECONDS, look)
