"""What rules do beyond routing: values and tags; messages, tasks and records once for a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orderloom.blueprint.installed import ORDER_EVENT
from orderloom.engine.rules import Act, Hold, Judgement, Notify, Saving, Send, Task, tagged
from orderloom.errors import InputError
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState, Record
from orderloom.services.records import writing
from orderloom.services.records.writing import Wanted
from orderloom.services.telling import alerting


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
    doing = _Doing(batch, order, holds, version=1 + len(known))
    for place, records in fresh.items():
        batch.writes.extend(records)
        for one in acts[place]:
            doing.do(one, place)
    order.row["acted"] = [*known, *fresh]
    order.changed = True
    return list(fresh)


def _writable(
    batch: Batch, order: OrderState, acts: Mapping[str, Sequence[Act]]
) -> dict[str, list[Wanted]]:
    """The rows whose records can all be written, with these records.

    A row whose record cannot be written does nothing yet; a person is told why.
    """
    models, found = batch.bound.blueprint.models, dict[str, list[Wanted]]()
    if models:
        batch.resolve(order, f"record:{order.id}")
    for place, row in acts.items():
        savings = [one for one in row if isinstance(one, Saving)]
        try:
            found[place] = [writing.wanted(models[s.model], s, order.id) for s in savings]
        except InputError as error:
            batch.raised.append(_unwritable(order, place, error))
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


class _Doing:
    """One order's messages and tasks. Two rows that ask for the same message give one."""

    def __init__(
        self, batch: Batch, order: OrderState, holds: Sequence[Hold], version: int
    ) -> None:
        self._batch, self._order, self._holds, self._version = batch, order, holds, version
        self._told: set[Act] = set()

    def do(self, one: Act, place: str) -> None:
        match one:
            case Task():
                self._batch.raised.append(self._task(one, place))
            case Notify() if one not in self._told:
                self._told.add(one)
                self._notify(one.alert)
            case Send() if one not in self._told:
                self._told.add(one)
                self._send(one.send_to, place)

    def _send(self, role: str, place: str) -> None:
        batch, order = self._batch, self._order
        connection_id, subject = batch.bound.connections[role], f"order:{order.id}/{ORDER_EVENT}"
        body = self._event(place)
        batch.messages.append(
            Outgoing(connection_id, subject, ORDER_EVENT, self._version, body, batch.now, order.id)
        )

    def _notify(self, name: str) -> None:
        batch, order = self._batch, self._order
        values = {
            "order": {**order.canonical, "platform": batch.platform},
            "holds": [{"code": hold.code, "title": dict(hold.title)} for hold in self._holds],
        }
        alerting.tell(batch, name, values, f"order:{order.id}/{name}", self._version, order)

    def _event(self, place: str) -> Record:
        """The order as the hub knows it (docs/canonical-order.md), and the row that sends it."""
        list_id, _, row_id = place.partition("/")
        return {
            "rule": {"list": list_id, "row": row_id},
            "shop": self._batch.bound.account.title,
            "platform": self._batch.platform,
            "order": dict(self._order.canonical),
        }

    def _task(self, task: Task, place: str) -> Raised:
        return Raised(
            "task",
            "task.open",
            f"task:{self._order.id}/{place}",
            f"task.open/{place}",
            {"title": dict(task.title)},
            account_id=self._order.account_id,
            order_id=self._order.id,
        )
