"""Orders that people type in: a pasted receiver taken apart, the order, how it stands."""

from __future__ import annotations

from typing import Any

from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import entry as shapes
from orderloom.api.smorest import Resource
from orderloom.engine import receivers
from orderloom.services.hub.work import lane_number
from orderloom.services.incoming import entry as service
from orderloom.services.incoming.entry import Form, Line
from orderloom.services.incoming.intake import shard_of

entry = Resource("entry", "/orders")

Record = dict[str, Any]


@entry.call("POST", "/receiver")
@needs("ops")
@entry.takes(shapes.PastedText)
@entry.gives(200, shapes.PastedReceiver)
def take_receiver_apart(given: Record) -> Record:
    return receivers.take_apart(given["text"])._asdict()


@entry.call("POST")
@needs("ops")
@entry.takes(shapes.NewOrder)
@entry.gives(201, shapes.Entered)
def enter_order(given: Record) -> Record:
    hub, form = current_hub(), _form(given)
    with hub.database.write() as tx:
        now = hub.clock.now()
        number = service.enter(tx, hub.plans, hub.registry, form, current_user(), now)
        standing = service.standing(tx, form.account_id, number)
    hub.wake("process", [lane_number(form.account_id, shard_of(number))])
    return standing


def _form(given: Record) -> Form:
    words = {name: given[name] for name in ("buyer", "buyer_note", "seller_note")}
    amounts = {name: given[name] for name in ("paid", "freight", "discount")}
    return Form(
        account_id=given["account"],
        token=given["token"],
        placed_at=given["placed_at"],
        receiver=given["receiver"],
        lines=[Line(**line) for line in given["lines"]],
        is_paid=given["payment"] == "paid",
        **amounts,
        **words,
    )


@entry.call("GET", "/entered")
@needs("viewer")
@entry.takes(shapes.EnteredQuery, "query")
@entry.gives(200, shapes.Entered)
def get_entered(asked: Record) -> Record:
    with current_hub().database.read() as tx:
        return service.standing(tx, asked["account"], asked["number"])
