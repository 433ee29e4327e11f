"""Live tables: seen by everybody, edited without publishing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import tables as shapes
from orderloom.api.smorest import Resource
from orderloom.services.publishing import live_tables, tables_view

tables = Resource("tables", "/tables")

Record = dict[str, Any]
_PURPOSE = "table"


@tables.call("GET")
@needs("viewer")
@tables.gives(200, shapes.Tables)
def list_tables() -> Record:
    with current_hub().database.read() as tx:
        return {"items": tables_view.lists(tx)}


@tables.call("GET", "/<ident:table_id>")
@needs("viewer")
@tables.gives(200, shapes.WholeTable)
def get_table(table_id: int) -> Record:
    with current_hub().database.read() as tx:
        return tables_view.table(tx, table_id)


@tables.call("PUT", "/<ident:table_id>")
@needs("ops")
@tables.takes(shapes.TableGiven)
@tables.gives(200, shapes.WholeTable)
def change_table(given: Record, table_id: int) -> Record:
    return _changed(live_tables.save, table_id, given["entries"], given["version"])


@tables.call("POST", "/<ident:table_id>/restore")
@needs("ops")
@tables.takes(shapes.TableRestore)
@tables.gives(200, shapes.WholeTable)
def restore_table(given: Record, table_id: int) -> Record:
    return _changed(live_tables.restore, table_id, given["version"], given["current"])


def _changed(change: Callable[..., object], table_id: int, *wanted: Any) -> Record:
    """The table as it is once whoever is logged in has changed it."""
    hub, user = current_hub(), current_user()
    with hub.database.write() as tx:
        change(tx, table_id, *wanted, user, hub.clock.now())
        return tables_view.table(tx, table_id)


@tables.call("GET", "/<ident:table_id>/versions")
@needs("viewer")
@tables.takes(shapes.TableHistoryQuery, "query")
@tables.gives(200, shapes.TableVersions)
def list_table_versions(asked: Record, table_id: int) -> Record:
    hub, purpose = current_hub(), f"{_PURPOSE}/{table_id}"
    before = cursors.read_id(hub.signer, purpose, asked["cursor"])
    with hub.database.read() as tx:
        page = tables_view.history(tx, table_id, before, asked["limit"])
    return {"items": page.items, "next": cursors.write_id(hub.signer, purpose, page.next)}
