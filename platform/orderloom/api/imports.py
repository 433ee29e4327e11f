"""Files of orders: shops to import into, templates, uploads, previews, progress, failed rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, request, send_file

from orderloom.api import cursors
from orderloom.api.access import current_user, needs, takes_file
from orderloom.api.bodies import file_body
from orderloom.api.hub import current_hub
from orderloom.api.language import locale
from orderloom.api.schemas import imports as shapes
from orderloom.api.schemas.values import Named, Paged
from orderloom.api.smorest import Resource
from orderloom.errors import Conflict
from orderloom.services.connecting import own_shops
from orderloom.services.files import (
    failed_rows,
    file_templates,
    import_keeping,
    import_preview,
    imports_view,
)
from orderloom.services.files import imports as service
from orderloom.services.publishing.runtime import account_facts
from orderloom.store.ids import reserve

imports = Resource("imports", "/imports")

Record = dict[str, Any]
_HISTORY, _FAILURES = "imports", "import-failures"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
}


@imports.call("GET", "/shops")
@needs("viewer")
@imports.gives(200, shapes.ImportShops)
def list_import_shops() -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        items = imports_view.shops(tx, hub.plans, hub.registry)
    return {"items": items, "most_bytes": hub.uploads.most}


@imports.call("POST", "/shops")
@needs("ops")
@imports.takes(shapes.NewOwnShop)
@imports.gives(201, Named)
def open_own_shop(given: Record) -> Record:
    hub, title = current_hub(), given["title"].strip()
    with hub.database.write() as tx:
        now = hub.clock.now()
        user, key = current_user(), given["blueprint"]
        return {
            "id": own_shops.open_shop(tx, hub.gateway, title, key, user, now),
            "title": title,
        }


@imports.call("GET", "/shops/<ident:account_id>/template")
@needs("viewer")
@imports.takes(shapes.TemplateQuery, "query")
@imports.gives(200)
def get_import_template(asked: Record, account_id: int) -> Response:
    hub, form = current_hub(), asked["form"]
    with hub.database.read() as tx:
        connector = hub.registry.get(account_facts(tx, account_id).connector)
    made = hub.uploads.made(account_id, form)
    file_templates.write(made, connector, form, locale())
    return _sent(made, f"orderloom-{connector.key}.{form}")


def _sent(made: Path, name: str) -> Response:
    """A file that is gone once it has been sent, or the server has died."""
    file = made.open("rb")
    made.unlink()
    kind = _TYPES[name.rpartition(".")[2]]
    return send_file(file, kind, as_attachment=True, download_name=name)


@imports.call("POST")
@needs("ops")
@takes_file
@imports.takes_file
@imports.takes(shapes.UploadQuery, "query")
@imports.gives(201, shapes.Import)
def upload_import(asked: Record) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        account_facts(tx, asked["account"])
        gone = import_keeping.make_room(tx, hub.uploads, hub.clock.now())
        (new,) = reserve(tx, 1)
    for id_ in gone:
        hub.uploads.drop(id_)
    size = hub.uploads.store(new, *file_body(request))
    with hub.database.write() as tx:
        now, user = hub.clock.now(), current_user()
        service.add(tx, new, asked["account"], asked["name"], size, user, now)
        return imports_view.one(tx, new)


@imports.call("GET")
@needs("viewer")
@imports.takes(Paged, "query")
@imports.gives(200, shapes.ImportPage)
def list_imports(asked: Record) -> Record:
    hub = current_hub()
    before = cursors.read_id(hub.signer, _HISTORY, asked["cursor"])
    with hub.database.read() as tx:
        items, last = imports_view.history(tx, before, asked["limit"])
    return {"items": items, "next": cursors.write_id(hub.signer, _HISTORY, last)}


@imports.call("GET", "/<ident:import_id>")
@needs("viewer")
@imports.gives(200, shapes.Import)
def get_import(import_id: int) -> Record:
    with current_hub().database.read() as tx:
        return imports_view.one(tx, import_id)


@imports.call("GET", "/<ident:import_id>/preview")
@needs("ops")
@imports.gives(200, shapes.Preview)
def preview_import(import_id: int) -> Record:
    hub = current_hub()
    with hub.database.read() as tx:
        row = service.get(tx, import_id)
        reading = imports_view.reading(tx, hub.plans, hub.registry, row.account_id)
    if not row.kept:
        raise Conflict("imports.file_gone", str(import_id))
    return import_preview.preview(hub.uploads.file(import_id), row.name, reading)


@imports.call("POST", "/<ident:import_id>/start")
@needs("ops")
@imports.gives(202)
def start_import(import_id: int) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        service.start(tx, import_id, current_user(), hub.clock.now())
    hub.wake(service.KIND, [import_id])


@imports.call("POST", "/<ident:import_id>/stop")
@needs("ops")
@imports.gives(204)
def stop_import(import_id: int) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        service.stop(tx, import_id, current_user(), hub.clock.now())


@imports.call("DELETE", "/<ident:import_id>")
@needs("ops")
@imports.gives(204)
def discard_import(import_id: int) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        service.discard(tx, import_id)
    hub.uploads.drop(import_id)


@imports.call("GET", "/<ident:import_id>/failures")
@needs("viewer")
@imports.takes(Paged, "query")
@imports.gives(200, shapes.ImportFailures)
def list_import_failures(asked: Record, import_id: int) -> Record:
    hub = current_hub()
    after = cursors.read_id(hub.signer, _FAILURES, asked["cursor"])
    with hub.database.read() as tx:
        items, last, total = imports_view.failures(tx, import_id, after, asked["limit"])
    following = cursors.write_id(hub.signer, _FAILURES, last)
    return {"items": items, "next": following, "total": total}


@imports.call("GET", "/<ident:import_id>/failed-rows")
@needs("ops")
@imports.gives(200)
def get_failed_rows(import_id: int) -> Response:
    hub = current_hub()
    with hub.database.read() as tx:
        row = service.get(tx, import_id)
        connector = hub.registry.get(account_facts(tx, row.account_id).connector)
        failures = service.failed_places(tx, import_id)
    if not row.kept:
        raise Conflict("imports.file_gone", str(import_id))
    if not failures:
        raise Conflict("imports.no_failed_rows", str(import_id))
    made, original = hub.uploads.made(import_id, "failed"), hub.uploads.file(import_id)
    form = failed_rows.write(original, made, connector, failures, locale())
    return _sent(made, f"{Path(row.name).stem}-failed.{form}")
