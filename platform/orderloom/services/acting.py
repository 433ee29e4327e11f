"""What rules do beyond routing: values and tags; messages and tasks once for an order and row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.engine.rules import Act, Hold, Judgement, Notify, Send, Task, tagged
from orderloom.errors import InputError
from orderloom.services.batch import Batch
from orderloom.services.exceptions import Raised
from orderloom.services.orderbook import OrderState, Record
from orderloom.services.outbox import Outgoing

EVENT = "order.event"  # the effect by which another system is told of an order


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
    fresh = [place for place in acts if place not in known]
    if not fresh:
        return []
    doing = _Doing(batch, order, holds, version=1 + len(known))
    for place in fresh:
        for one in acts[place]:
            doing.do(one, place)
    order.row["acted"] = [*known, *fresh]
    order.changed = True
    return fresh


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
                self._tell(one.send_to, EVENT, EVENT, self._event(place))

    def _tell(self, role: str, lane: str, effect: str, body: Record) -> None:
        batch, order = self._batch, self._order
        connection_id = batch.bound.connections[role]
        subject = f"order:{order.id}/{lane}"
        batch.messages.append(
            Outgoing(connection_id, subject, effect, self._version, body, batch.now, order.id)
        )

    def _notify(self, name: str) -> None:
        """Rendered now: it tells what was true when it happened."""
        found = self._batch.bound.blueprint.alerts[name]
        values = {
            "order": {**self._order.canonical, "platform": self._batch.platform},
            "holds": [{"code": hold.code, "title": dict(hold.title)} for hold in self._holds],
        }
        try:
            body = found.render(values)
        except InputError as error:
            self._batch.raised.append(self._unwritten(name, error))
        else:
            self._tell(found.send_to, name, f"alert.{name}", body)

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
        title = {"title": dict(task.title)}
        return self._raised("task", "task.open", f"task:{self._order.id}/{place}", place, title)

    def _unwritten(self, name: str, error: InputError) -> Raised:
        """A text that cannot be filled in must not stop the order."""
        params: dict[str, Any] = {**error.params, "where": error.where}
        subject = f"alert:{self._order.id}/{name}"
        return self._raised("rule", error.code, subject, str(error.where), params)

    def _raised(
        self, kind: str, code: str, subject: str, cause: str, params: dict[str, Any]
    ) -> Raised:
        order = self._order
        return Raised(
            kind,
            code,
            subject,
            f"{code}/{cause}",
            params,
            account_id=order.account_id,
            order_id=order.id,
        )
