"""People to be told, and alerts that tell them, in a test's hub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.services.telling import contacts
from orderloom.services.users.people import User
from tests.support.hub import ZONE, Hub

OPS = User(1, "ops", "运营小周", "ops", "zh-CN")
ALL = ("info", "warning", "critical")


def form(name: str, ways: Mapping[int, tuple[str, ...]], **values: Any) -> contacts.Form:
    """What is said about a person; `values` replace the rest."""
    given = {
        "mail": f"{len(name)}@shop.example",
        "mobile": "13800000001",
        "locale": "zh-CN",
        "groups": (),
        "quiet": None,
        "paused": False,
    }
    return contacts.Form(name=name, ways=tuple(ways.items()), **{**given, **values})


def quiet(start: str, end: str, zone: str = ZONE) -> dict[str, str]:
    return {"from": start, "to": end, "zone": zone}


def add(hub: Hub, name: str, ways: Mapping[str, tuple[str, ...]], **values: Any) -> int:
    """Add a person; `ways`: connector -> severities."""
    over = {hub.connections[key]: severities for key, severities in ways.items()}
    registry = hub.context.gateway.registry
    with hub.write() as tx:
        return contacts.add(tx, registry, form(name, over, **values), OPS, hub.clock.now())


def let_alert(hub: Hub, *recipients: str, severity: str = "warning", send_to: str = "") -> None:
    """From now on the alert about risky orders goes to these."""

    def change(document: dict[str, Any]) -> None:
        alert = document["alerts"][0]
        alert |= {"recipients": list(recipients), "severity": severity}
        alert["send_to"] = send_to or alert["send_to"]

    hub.republish(change)


def alarm_an_order(hub: Hub, number: int = 1) -> None:
    """An order arrives that the blueprint's alert is about."""
    hub.take(hub.trade(number, payment="2000.00"))


def posts(hub: Hub, robot: str) -> list[dict[str, Any]]:
    return hub.robots[robot].posts()
