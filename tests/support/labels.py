"""A label step for a hub under test."""

from __future__ import annotations

from typing import Any

from connectors.simulators import cainiao
from orderloom.services import connections, publish
from tests.support.hub import Hub

ROLE = "labels"
BLUEPRINT = "fashion-order-hub"


def add_label_step(
    hub: Hub, *, label_first: bool = False, hand_over: Any = "at_once", **settings: Any
) -> int:
    """Both warehouses' fulfilments get a label from Cainiao; the connection's id."""
    values = {**cainiao.demo_settings("http://127.0.0.1:80/cainiao"), **settings}
    with hub.write() as tx:
        now = hub.clock.now()
        id_ = connections.create(tx, hub.context.gateway, "cainiao", "菜鸟面单", values, now)

    def change(document: dict[str, Any]) -> None:
        title = {"zh": "取面单", "en": "Get labels"}
        document["roles"].append({"key": ROLE, "title": title, "kind": "connection"})
        warehouses = document["outbound"][0]["warehouses"]
        step = {"id": "labels", "title": title, "warehouses": warehouses, "send_to": ROLE}
        document["outbound"].append({**step, "hand_over": hand_over})
        document["outbound"][0]["label_first"] = label_first

    hub.republish(change)
    with hub.write() as tx:
        publish.bind_role(tx, BLUEPRINT, ROLE, id_)
    hub.connections["cainiao"] = id_
    return id_
