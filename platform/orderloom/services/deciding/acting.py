"""What rules do beyond routing: values and tags; messages, tasks and records once for a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orderloom.blueprint.installed import ORDER_EVENT
from orderloom.engine.rules import Act, Hold, Judgement, Saving, tagged
from orderloom.errors import InputError
from orderloom.services.deciding.doing import About, Doing
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState, Record
from orderloom.services.records import writing


def give(order: OrderState, judgement: Judgement) -> Record:
    """Give the order the rules' tags and values; returns what they replaced."""
    given: Record = dict(judgement.changes)
    if judgement.tags:
        given["tags"] = tagged(order.canonical, judgement.tags)
    before = {
        name: order.canonical.get(name)
        for name, value in given.items()
        if order.canonical.get(name) != value
    }
    if before:
        order.canonical.update(given)
        order.changed = True
    return before


def act(
    batch: Batch, order: OrderState, acts: Mapping[str, Sequence[Act]], holds: Sequence[Hold]
) -> list[str]:
    """Do what has not been done for this order yet; returns the rows ("list/row") it was for.

    `holds`: those that are new, for texts.
    """
    known: list[str] = order.row["acted"] or []
    fresh = _writable(batch, order, {p: acts[p] for p in acts if p not in known})
    if not fresh:
        return []
    doing = Doing(batch, _about(batch, order, holds, version=1 + len(known)))
    for place in fresh:
        for one in acts[place]:
            doing.do(one, place)
    order.row["acted"] = [*known, *fresh]
    order.changed = True
    return fresh


def _writable(batch: Batch, order: OrderState, acts: Mapping[str, Sequence[Act]]) -> list[str]:
    """The rows whose records can all be written.

    A row whose record cannot be written does nothing yet; a person is told why.
    """
    models, found = batch.bound.blueprint.models, []
    if models:
        batch.resolve(order, f"record:{order.id}")
    for place, row in acts.items():
        try:
            for one in row:
                if isinstance(one, Saving):
                    writing.wanted(models[one.model], one)
        except InputError as error:
            batch.raised.append(_unwritable(order, place, error))
        else:
            found.append(place)
    return found


def _unwritable(order: OrderState, place: str, error: InputError) -> Raised:
    return Raised(
        "rule",
        error.code,
        f"record:{order.id}",
        f"{error.code}/{place}/{error.where}",
        {**error.params, "where": place},
        account_id=order.account_id,
        order_id=order.id,
    )


def _about(batch: Batch, order: OrderState, holds: Sequence[Hold], version: int) -> About:
    """The order as the hub knows it (docs/canonical-order.md), and why it is held anew."""
    known = {"shop": batch.bound.account.title, "platform": batch.platform}
    values = {
        "order": {**order.canonical, "platform": batch.platform},
        "holds": [{"code": hold.code, "title": dict(hold.title)} for hold in holds],
    }
    told = {**known, "order": dict(order.canonical)}
    return About(f"order:{order.id}", version, ORDER_EVENT, told, values, order)
