"""The exceptions queue: what needs a person, and trying it again."""

from __future__ import annotations

from typing import Any

from orderloom.api import cursors
from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import exceptions as shapes
from orderloom.api.smorest import Resource
from orderloom.services.delivering import retry as retry_service
from orderloom.services.hub import exceptions_view

exceptions = Resource("exceptions", "/exceptions")

Record = dict[str, Any]
_PURPOSE = "exceptions"


@exceptions.call("GET")
@needs("viewer")
@exceptions.takes(shapes.ExceptionQuery, "query")
@exceptions.gives(200, shapes.ExceptionPage)
def list_exceptions(asked: Record) -> Record:
    hub = current_hub()
    before = cursors.read_id(hub.signer, _PURPOSE, asked["cursor"])
    with hub.database.read() as tx:
        found = exceptions_view.queue(tx, asked["state"], asked["code"], before, asked["limit"])
    following = cursors.write_id(hub.signer, _PURPOSE, found.next)
    return {"items": found.items, "next": following, "groups": found.groups}


@exceptions.call("POST", "/<ident:exception_id>/retry")
@needs("ops")
@exceptions.gives(202)
def retry(exception_id: int) -> None:
    _try_again(exception_id, elsewhere=False)


@exceptions.call("POST", "/<ident:exception_id>/elsewhere")
@needs("ops")
@exceptions.gives(202)
def send_elsewhere(exception_id: int) -> None:
    _try_again(exception_id, elsewhere=True)


@exceptions.call("POST", "/<ident:exception_id>/done")
@needs("ops")
@exceptions.gives(204)
def finish_exception(exception_id: int) -> None:
    hub = current_hub()
    with hub.database.write() as tx:
        retry_service.finish_exception(tx, exception_id, current_user(), hub.clock.now())


def _try_again(exception_id: int, *, elsewhere: bool) -> None:
    hub, user = current_hub(), current_user()
    with hub.database.write() as tx:
        facts = (exception_id, user, hub.clock.now(), hub.zone)
        retry_service.retry_exception(tx, hub.plans, *facts, elsewhere=elsewhere)
