"""Doing what rules say once: messages, tasks, records; about an order, a record, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.blueprint.installed import RECORD_EVENT
from orderloom.blueprint.own_fields import OwnModel
from orderloom.engine.rules import Act, Notify, RuleList, Saving, Send, Task, judge
from orderloom.errors import InputError, RuleError
from orderloom.services.deciding.effects import Effects
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.orderbook import OrderState
from orderloom.services.records import writing
from orderloom.services.telling import alerting

Record = dict[str, Any]


@dataclass(frozen=True)
class About:
    """What something is done about.

    `subject` and `version` make a message one: written twice, it is sent once. `event`: the effect
    by which another system is told; `told`: what it is told; `values`: what alerts may say.
    """

    subject: str
    version: int
    event: str
    told: Mapping[str, Any]
    values: Mapping[str, Any]
    order: OrderState | None = None


def about_record(
    model: OwnModel, id_: int, values: Mapping[str, Any], rules: RuleList, version: int
) -> About:
    """A record, for messages about it by this list."""
    known = {"model": model.key, "id": str(id_), "values": dict(values)}
    each = {field.key: values.get(field.key) for field in model.fields}
    told, said = {"record": known}, {"record": each, "model": dict(model.title)}
    return About(f"record:{id_}/{rules.id}", version, RECORD_EVENT, told, said)


class Doing:
    """The acts about one thing. Two rows that ask for the same message give one."""

    def __init__(self, effects: Effects, about: About) -> None:
        self._effects, self._about = effects, about
        self._told: set[Act] = set()

    def do(self, one: Act, place: str) -> None:
        """`place`: the row it is done for. Raises InputError for a record that cannot be."""
        about, effects = self._about, self._effects
        match one:
            case Saving():
                model = effects.bound.blueprint.models[one.model]
                order_id = about.order.id if about.order else None
                effects.writes.append(writing.wanted(model, one, order_id))
            case Task():
                effects.raised.append(self._task(one, place))
            case Notify() if one not in self._told:
                self._told.add(one)
                subject = f"{about.subject}/{one.alert}"
                tell = (one.alert, about.values, subject, about.version, about.order)
                alerting.tell(effects, *tell)
            case Send() if one not in self._told:
                self._told.add(one)
                effects.messages.append(self._event(one, place))

    def _event(self, one: Send, place: str) -> Outgoing:
        """What there is to know of it, and the row that sends it."""
        about, effects = self._about, self._effects
        list_id, _, row_id = place.partition("@")[0].partition("/")
        return Outgoing(
            effects.bound.connections[one.send_to],
            f"{about.subject}/{about.event}",
            about.event,
            about.version,
            {"rule": {"list": list_id, "row": row_id}, **about.told},
            effects.now,
            about.order.id if about.order else None,
        )

    def _task(self, task: Task, place: str) -> Raised:
        order = self._about.order
        return Raised(
            "task",
            "task.open",
            f"task:{self._about.subject}/{place}",
            f"task.open/{place.partition('@')[0]}",
            {"title": dict(task.title)},
            account_id=order.account_id if order else None,
            order_id=order.id if order else None,
        )


def judge_and_do(effects: Effects, rules: RuleList, seen: Mapping[str, Any], about: About) -> bool:
    """Judge something that is no order, and do what follows; whether anything did.

    What cannot be worked out or written is told to a person, and stops nothing else.
    """
    doing = Doing(effects, about)
    try:
        acts = judge([rules], seen, about.subject).acts
        for place, row in acts.items():
            for one in row:
                doing.do(one, place)
    except (RuleError, InputError) as error:
        params = {**error.params, "where": error.where}
        subject, cause = f"rule:{about.subject}/{rules.id}", f"{error.code}/{error.where}"
        effects.raised.append(Raised("task", error.code, subject, cause, params))
        return False
    return bool(acts)
