"""Connections: what there is, trying one, adding, changing, pausing, and the roles they fill."""

from __future__ import annotations

from typing import Any

from orderloom.api.access import current_user, needs
from orderloom.api.hooks import address_of
from orderloom.api.hub import Hub, current_hub
from orderloom.api.schemas import connections as shapes
from orderloom.api.smorest import Resource
from orderloom.clock import midnight
from orderloom.connect import ConnectorError, Seller
from orderloom.services.connecting import connections_view, managing, roles, trial
from orderloom.services.connecting.connections import stored, trouble
from orderloom.services.connecting.managing import Place
from orderloom.services.orders.showing import problem

connections = Resource("connections", "/connections")

Record = dict[str, Any]


@connections.call("GET")
@needs("ops")
@connections.gives(200, shapes.Connections)
def list_connections() -> Record:
    hub = current_hub()
    now = hub.clock.now()
    with hub.database.read() as tx:
        found = connections_view.overview(tx, hub.registry, now, midnight(now, hub.zone))
        for one in found:
            one["address"] = address_of(hub.signer, tx, one["id"]) if one["pushed"] else None
        return {"connections": found, "roles": roles.overview(tx, hub.registry)}


@connections.call("GET", "/connectors")
@needs("ops")
@connections.gives(200, shapes.Connectors)
def list_connectors() -> Record:
    return {"items": connections_view.connectors(current_hub().registry)}


@connections.call("POST")
@needs("admin")
@connections.takes(shapes.ConnectionNew)
@connections.gives(201, shapes.ConnectionMade)
def add_connection(asked: Record) -> Record:
    hub, key, title = current_hub(), asked["connector"], asked["title"].strip()
    place = _place(asked)
    with hub.database.read() as tx:
        settings = managing.filled_in(tx, hub.gateway, key, asked["settings"], place)
        managing.check_title(tx, title)
    seller = _seller(hub, key, settings)
    with hub.database.write() as tx:
        facts = (settings, seller, current_user(), hub.clock.now())
        new = managing.add(tx, hub.gateway, key, title, *facts)
        if place is not None:
            managing.fill(tx, hub.gateway, new, place, current_user(), hub.clock.now())
    return {"id": new}


@connections.call("POST", "/trial")
@needs("admin")
@connections.takes(shapes.TrialAsked)
@connections.gives(200, shapes.Trial)
def try_settings(asked: Record) -> Record:
    hub, key = current_hub(), asked["connector"]
    with hub.database.read() as tx:
        if asked["connection_id"] is None:
            place = _place(asked)
            settings = managing.filled_in(tx, hub.gateway, key, asked["settings"], place)
        else:
            row = managing.known(tx, asked["connection_id"])
            key, settings = row.connector, managing.merged(hub.gateway, row, asked["settings"])
    return _tried(hub, key, settings, asked["connection_id"])


@connections.call("GET", "/<ident:connection_id>")
@needs("admin")
@connections.gives(200, shapes.ConnectionForm)
def get_connection(connection_id: int) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        return managing.form(tx, hub.gateway, connection_id)


@connections.call("PUT", "/<ident:connection_id>")
@needs("admin")
@connections.takes(shapes.ConnectionChange)
@connections.gives(204)
def change_connection(asked: Record, connection_id: int) -> None:
    hub, title = current_hub(), asked["title"].strip()
    with hub.database.read() as tx:
        row = managing.known(tx, connection_id)
        settings = managing.merged(hub.gateway, row, asked["settings"])
    is_other = settings != stored(hub.gateway, row)
    seller = _seller(hub, row.connector, settings) if is_other else None
    with hub.database.write() as tx:
        if is_other:
            managing.check_unchanged(tx, hub.gateway, row)
        if seller is not None:
            managing.check_shop(tx, connection_id, seller)
        values = (title, settings if is_other else None, asked["revision"])
        facts = (*values, current_user(), hub.clock.now())
        managing.change(tx, hub.gateway, connection_id, *facts)


@connections.call("DELETE", "/<ident:connection_id>")
@needs("admin")
@connections.gives(200, shapes.Removed)
def remove_connection(connection_id: int) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        return {"kept": managing.remove(tx, connection_id, current_user(), hub.clock.now())}


@connections.call("POST", "/<ident:connection_id>/trial")
@needs("ops")
@connections.gives(200, shapes.Trial)
def try_connection(connection_id: int) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        row = managing.known(tx, connection_id)
        settings = stored(hub.gateway, row)
    tried = _tried(hub, row.connector, settings, connection_id)
    if tried["ok"]:
        with hub.database.write() as tx:
            managing.works(tx, connection_id, hub.clock.now())
    return tried


@connections.call("PUT", "/<ident:connection_id>/state")
@needs("admin")
@connections.takes(shapes.StateWanted)
@connections.gives(204)
def set_connection_state(asked: Record, connection_id: int) -> None:
    hub = current_hub()
    with hub.database.read() as tx:
        retired = managing.retired(tx, hub.gateway, connection_id)
    seller = _seller(hub, retired[0].connector, retired[1]) if retired else None
    with hub.database.write() as tx:
        if retired:
            managing.take_back(tx, hub.gateway, retired[0], seller, hub.clock.now())
        managing.set_state(tx, connection_id, asked["state"], current_user(), hub.clock.now())


@connections.call("PUT", "/<ident:connection_id>/every")
@needs("admin")
@connections.takes(shapes.EveryWanted)
@connections.gives(204)
def set_connection_every(asked: Record, connection_id: int) -> None:
    hub = current_hub()
    wanted = (asked["what"], asked["seconds"])
    with hub.database.write() as tx:
        managing.set_every(tx, connection_id, *wanted, current_user(), hub.clock.now())


@connections.call("POST", "/<ident:connection_id>/address")
@needs("admin")
@connections.gives(200, shapes.PushAddress)
def replace_push_address(connection_id: int) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        managing.new_address(tx, connection_id, current_user(), hub.clock.now())
        return {"address": address_of(hub.signer, tx, connection_id)}


@connections.call("PUT", "/roles")
@needs("admin")
@connections.takes(shapes.RoleFilled)
@connections.gives(204)
def fill_role(asked: Record) -> None:
    hub, wanted = current_hub(), (asked["blueprint"], asked["role"], asked["target"])
    with hub.database.write() as tx:
        roles.fill(tx, hub.gateway, *wanted, current_user(), hub.clock.now())


def _place(asked: Record) -> Place | None:
    return Place(**asked["place"]) if asked["place"] else None


def _seller(hub: Hub, key: str, settings: Record) -> Seller | None:
    """Whose shop it is, for a channel; the platform is asked, outside any transaction."""
    if not managing.needs_seller(hub.registry.get(key)):
        return None
    return trial.check(hub.gateway, key, settings)


def _tried(hub: Hub, key: str, settings: Record, connection_id: int | None) -> Record:
    try:
        seller = trial.check(hub.gateway, key, settings, str(connection_id or "trial"))
    except ConnectorError as error:
        return {"ok": False, "seller": None, "known": None, "problem": problem(trouble(error))}
    with hub.database.read() as tx:
        known = managing.known_as(tx, key, seller, connection_id)
    return {"ok": True, "seller": seller.title, "known": known, "problem": None}
