"""People who are told of things, what they were told, and the hub's own troubles."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import notifications as shapes
from orderloom.api.smorest import Resource
from orderloom.services.telling import alarms, contacts, told_view

notifications = Resource("notifications", "/notifications")

Record = dict[str, Any]
_PURPOSE = "notifications"


@notifications.call("GET")
@needs("viewer")
@notifications.gives(200, shapes.Notifications)
def get_notifications() -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        return {
            "contacts": contacts.everybody(tx),
            "connections": contacts.reachable_over(tx, hub.registry),
            "alerts": told_view.alerts(tx, hub.plans),
            "alarms": vars(alarms.wishes(tx)),
            "zones": _zones(),
        }


def _zones() -> list[str]:
    """The zones people live in: those of a region, not "Etc/GMT+3"."""
    return sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/")


@notifications.call("GET", "/history")
@needs("viewer")
@notifications.takes(shapes.ToldQuery, "query")
@notifications.gives(200, shapes.ToldPage)
def list_told(asked: Record) -> Record:
    hub = current_hub()
    before = cursors.read_id(hub.signer, _PURPOSE, asked["cursor"])
    wanted = (asked["state"], asked["contact"], before, asked["limit"])
    with hub.database.read() as tx:
        found = told_view.history(tx, *wanted, hub.clock.now())
    return {"items": found.items, "next": cursors.write_id(hub.signer, _PURPOSE, found.next)}


@notifications.call("POST", "/contacts")
@needs("ops")
@notifications.takes(shapes.ContactIn)
@notifications.gives(201, shapes.ContactAdded)
def add_contact(asked: Record) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        new = contacts.add(tx, hub.registry, _form(asked), current_user(), hub.clock.now())
    return {"id": new}


@notifications.call("PUT", "/contacts/<ident:contact_id>")
@needs("ops")
@notifications.takes(shapes.ContactChange)
@notifications.gives(204)
def change_contact(asked: Record, contact_id: int) -> None:
    hub, revision = current_hub(), asked.pop("revision")
    form, user = _form(asked), current_user()
    with hub.database.write() as tx:
        contacts.change(tx, hub.registry, contact_id, revision, form, user, hub.clock.now())


@notifications.call("DELETE", "/contacts/<ident:contact_id>")
@needs("ops")
@notifications.gives(204)
def remove_contact(contact_id: int) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        contacts.remove(tx, contact_id, current_user(), hub.clock.now())


@notifications.call("POST", "/contacts/<ident:contact_id>/test")
@needs("ops")
@notifications.gives(202, shapes.TestSent)
def test_contact(contact_id: int) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        return {"messages": contacts.test(tx, contact_id, current_user(), hub.clock.now())}


@notifications.call("PUT", "/alarms")
@needs("ops")
@notifications.takes(shapes.AlarmsIn)
@notifications.gives(204)
def set_alarms(asked: Record) -> None:
    hub = current_hub()
    wanted = alarms.Wishes(**{**asked, "recipients": tuple(asked["recipients"])})
    with hub.database.write() as tx:
        alarms.set_wishes(tx, wanted, current_user(), hub.clock.now())


def _form(asked: Record) -> contacts.Form:
    """What was typed, without the blanks around it."""
    trimmed = {name: asked[name].strip() for name in ("name", "mail", "mobile")}
    groups = tuple(dict.fromkeys(group.strip() for group in asked["groups"]))
    ways = tuple((way["connection_id"], tuple(way["severities"])) for way in asked["ways"])
    return contacts.Form(**{**asked, **trimmed, "groups": groups, "ways": ways})
