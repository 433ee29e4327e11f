"""Labels of a hub under test: what Cainiao gave out, what the hub knows of it."""

from __future__ import annotations

from typing import Any

from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import Hub

GET = "cainiao.waybill.ii.get"
RECOVERED = 13  # seconds until the message of a worker that died may be sent again
OPS = User(1, "ops", "运营", "ops", "zh-CN")


def change_steps(hub: Hub, *, label_first: bool = True, **changes: Any) -> None:
    """Whether warehouses wait for their labels; `changes`: of the label step."""

    def change(document: dict[str, Any]) -> None:
        warehouse, labels = document["outbound"]
        warehouse["label_first"] = label_first
        labels.update(changes)

    hub.republish(change)


def told_at_once(database: Database, **options: Any) -> Hub:
    """A hub whose warehouses do not wait for labels."""
    hub = Hub(database, labels=True, **options)
    change_steps(hub, label_first=False)
    return hub


def waybills(hub: Hub) -> list[str]:
    """The state of every number that was given out."""
    return [one["state"] for one in hub.labels.office.waybills()]


def labels(hub: Hub) -> list[str]:
    return [row["state"] for row in hub.rows("SELECT state FROM label ORDER BY id")]


def parcels(hub: Hub) -> list[str]:
    return [row["tracking_no"] for row in hub.rows("SELECT tracking_no FROM parcel ORDER BY id")]


def told(hub: Hub) -> list[str]:
    """What became of each delivery order at the warehouse system."""
    return [order["status"] for order in hub.wms.orders()]


def place(hub: Hub, *numbers: int) -> None:
    hub.take(*(hub.trade(number) for number in numbers))


def cancel(hub: Hub, number: int = 1) -> None:
    hub.take(hub.trade(number, later=5, status="TRADE_CLOSED"))


def until_idle(hub: Hub) -> None:
    for _ in range(40):
        hub.advance(120)
        hub.work()
        hub.deliver()
        if not hub.value("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"):
            break
