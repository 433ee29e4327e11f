"""Outbound lists: what left each warehouse on which day, to be looked at and taken away."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, send_file

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.language import locale
from orderloom.api.schemas import outbound as shapes
from orderloom.api.smorest import Resource
from orderloom.services.fulfilling import outbound_lists, outbound_view

outbound = Resource("outbound", "/outbound")

Record = dict[str, Any]
_PURPOSE = "outbound"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@outbound.call("GET")
@needs("viewer")
@outbound.takes(shapes.ListQuery, "query")
@outbound.gives(200, shapes.OutboundLists)
def list_outbound_lists(asked: Record) -> Record:
    hub = current_hub()
    before = cursors.read_id(hub.signer, _PURPOSE, asked["cursor"])
    with hub.database.read() as tx:
        page = outbound_view.lists(tx, asked["warehouse"], before, asked["limit"])
        places = outbound_view.warehouses(tx)
    following = cursors.write_id(hub.signer, _PURPOSE, page.next)
    return {"items": page.items, "next": following, "warehouses": places}


@outbound.call("POST")
@needs("ops")
@outbound.takes(shapes.ListWanted)
@outbound.gives(201, shapes.OutboundList)
def make_outbound_list(asked: Record) -> Record:
    hub, user = current_hub(), current_user()
    wanted = (asked["warehouse_id"], asked["day"])
    with hub.database.write() as tx:
        new = outbound_lists.make_now(tx, *wanted, user, hub.clock.now(), hub.zone)
        return outbound_view.one(tx, new)


@outbound.call("GET", "/<ident:list_id>")
@needs("ops")
@outbound.takes(shapes.EntryQuery, "query")
@outbound.gives(200, shapes.Entries)
def get_outbound_list(asked: Record, list_id: int) -> Record:
    hub, purpose = current_hub(), f"{_PURPOSE}/{list_id}"
    after = cursors.read_id(hub.signer, purpose, asked["cursor"])
    with hub.database.read() as tx:
        head = outbound_view.one(tx, list_id)
        page = outbound_view.entries(tx, list_id, after or 0, asked["limit"])
    if after is None:
        _note_taken(head, "api")
    following = cursors.write_id(hub.signer, purpose, page.next)
    return {"list": head, "items": page.items, "next": following}


@outbound.call("GET", "/<ident:list_id>/file")
@needs("ops")
@outbound.gives(200)
def get_outbound_file(list_id: int) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        with current_hub().database.read() as tx:
            head = outbound_view.one(tx, list_id)
            title = outbound_view.write(tx, head, path, locale())
        _note_taken(head, "xlsx")
        content = path.open("rb")  # goes on being readable when the folder is gone
    name = re.sub(r"[^\w-]+", "-", title)
    return send_file(content, _XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def _note_taken(head: Record, form: str) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        outbound_view.note_taken(tx, head, form, current_user(), hub.clock.now())
