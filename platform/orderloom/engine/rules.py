"""Decision lists: ordered rows of condition and actions, judged for one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from zlib import crc32

from orderloom.engine.jsonlogic import CompiledList
from orderloom.engine.routing import Route
from orderloom.engine.tables import CourierTable, Shares

Test = Callable[[Mapping[str, Any]], bool]
Formula = Callable[[Mapping[str, Any]], Any]
Stage = Literal["risk", "routing", "courier"]


@dataclass(frozen=True)
class Hold:
    """Keep the order back until a person releases it; `code` names the reason."""

    code: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Tag:
    """Put a word on the order."""

    tag: str


@dataclass(frozen=True)
class RouteTo:
    """Propose warehouses."""

    route: Route


@dataclass(frozen=True)
class Courier:
    """Choose a courier, in proportion to the weights."""

    weights: Shares


@dataclass(frozen=True)
class CourierBy:
    """Choose a courier by the order's province, as a live table says."""

    table: CourierTable


@dataclass(frozen=True)
class Assign:
    """Give one of the blueprint's own fields a value; None from `value` leaves it as it is."""

    field: str
    value: Formula


@dataclass(frozen=True)
class Save:
    """Create the record of a model that the values identify, or change it."""

    model: str
    values: tuple[tuple[str, Formula], ...]  # field -> what gives its value

    def worked_out(self, seen: Mapping[str, Any]) -> Saving:
        """With the values as they are now."""
        return Saving(self.model, tuple((field, value(seen)) for field, value in self.values))


@dataclass(frozen=True)
class Saving:
    """The record to save; None leaves a field as it is."""

    model: str
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Notify:
    """Send one of the blueprint's alerts."""

    alert: str


@dataclass(frozen=True)
class Send:
    """Tell another system of the order, over the connection of this role."""

    send_to: str


@dataclass(frozen=True)
class Task:
    """Ask a person to do something about the order."""

    title: Mapping[str, str]


# Done once for an order and row, however often the row matches.
Act = Notify | Send | Task | Saving
Action = Hold | Tag | RouteTo | Courier | CourierBy | Assign | Save | Notify | Send | Task
OTHERWISE = "$otherwise"  # stands for the row's id where no row matched


@dataclass(frozen=True)
class Row:
    """One row: matches when `test` says so."""

    id: str
    title: Mapping[str, str]
    test: Test
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class RuleList:
    """`first`: only the first matching row acts; `all`: every matching one. Else `otherwise`.

    `stage`: of an order's way; None for a list that is set off by something else. `moment`: the one
    a list runs for that the clock sets off.
    """

    id: str
    stage: Stage | None
    mode: Literal["first", "all"]
    rows: tuple[Row, ...]
    conditions: CompiledList  # the rows' conditions, compiled together: faster
    otherwise: tuple[Action, ...] = ()
    moment: int | None = None

    def place(self, row_id: str) -> str:
        """The name under which what a row does is done once."""
        return f"{self.id}/{row_id}" + ("" if self.moment is None else f"@{self.moment}")

    def matching(self, seen: Mapping[str, Any]) -> list[Row]:
        """The rows that act on what is seen, in order."""
        if self.mode == "all":
            return [self.rows[number] for number in self.conditions.matching(seen)]
        first = self.conditions.first(seen)
        return [] if first is None else [self.rows[first]]

    def acting(self, rows: Sequence[Row]) -> Iterator[tuple[str, Action]]:
        """What follows from these matching rows: (row id, action) in order."""
        for row in rows:
            for action in row.actions:
                yield row.id, action
        if not rows:
            for action in self.otherwise:
                yield OTHERWISE, action

    @cached_property
    def gives(self) -> bool:
        """Whether any of its actions gives the order something that later lists see."""
        actions = [action for row in self.rows for action in row.actions]
        return any(isinstance(action, Tag | Assign) for action in (*actions, *self.otherwise))

    def warm(self) -> None:
        """Generate the code now, so that forked processes find it ready."""
        _ = self.conditions.matching if self.mode == "all" else self.conditions.first


@dataclass
class Judgement:
    """What the rules want for one order, and which rows wanted it."""

    holds: list[Hold] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)  # own field -> its new value
    acts: dict[str, list[Act]] = field(default_factory=dict)  # `RuleList.place` -> done once
    route: Route | None = None
    courier: str | None = None
    courier_row: tuple[str, int] | None = None  # the live table and its row that chose it
    matched: dict[str, list[str]] = field(default_factory=dict)  # list id -> row ids
    saw: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # list id -> what it judged


def judge(lists: Sequence[RuleList], seen: Mapping[str, Any], key: str) -> Judgement:
    """Judge one order. `seen`: see `canonical.for_rules`; `key`: makes weighted choices stable.

    A list sees the tags and values that the lists before it gave.
    """
    judgement = Judgement()
    for rules in lists:
        judgement.saw[rules.id] = seen
        rows = rules.matching(seen)
        judgement.matched[rules.id] = [row.id for row in rows]
        for row_id, action in rules.acting(rows):
            _apply(action, judgement, seen, key, rules.place(row_id))
        if rules.gives and (judgement.tags or judgement.changes):
            seen = {**seen, **judgement.changes, "tags": tagged(seen, judgement.tags)}
    return judgement


def tagged(order: Mapping[str, Any], tags: Sequence[str]) -> list[str]:
    """An order's tags with these added."""
    return sorted({*(order.get("tags") or ()), *tags})


def _apply(
    action: Action, judgement: Judgement, seen: Mapping[str, Any], key: str, place: str
) -> None:
    match action:
        case Hold():
            judgement.holds.append(action)
        case Tag():
            if action.tag not in judgement.tags:
                judgement.tags.append(action.tag)
        case Assign():
            value = action.value(seen)
            if value is not None:
                judgement.changes[action.field] = value
        case RouteTo():
            judgement.route = judgement.route or action.route
        case Courier():
            judgement.courier = judgement.courier or weighted(action.weights, key)
        case Save():
            judgement.acts.setdefault(place, []).append(action.worked_out(seen))
        case CourierBy():
            _by_table(action.table, judgement, seen, key)
        case _:
            judgement.acts.setdefault(place, []).append(action)


def _by_table(table: CourierTable, judgement: Judgement, seen: Mapping[str, Any], key: str) -> None:
    row = table.row(seen.get("province"))
    if row is not None and judgement.courier is None:
        judgement.courier, judgement.courier_row = weighted(table.rows[row], key), (table.key, row)


def weighted(weights: Sequence[tuple[str, int]], key: str) -> str | None:
    """The same key always gives the same choice; many keys share out by weight."""
    total = sum(weight for _, weight in weights)
    if total <= 0:
        return None
    point = crc32(key.encode()) % total
    for choice, weight in weights:
        point -= weight
        if point < 0:
            return choice
    return None
