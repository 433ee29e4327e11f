"""Decision lists: ordered rows of condition and actions, judged for one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from zlib import crc32

from orderloom.engine.jsonlogic import CompiledList
from orderloom.engine.routing import Route

Test = Callable[[Mapping[str, Any]], bool]
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

    weights: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Notify:
    """Send one of the blueprint's alerts."""

    alert: str


Action = Hold | Tag | RouteTo | Courier | Notify


@dataclass(frozen=True)
class Row:
    """One row: matches when `test` says so."""

    id: str
    title: Mapping[str, str]
    test: Test
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class RuleList:
    """`first`: only the first matching row acts; `all`: every matching one. Else `otherwise`."""

    id: str
    stage: Stage
    mode: Literal["first", "all"]
    rows: tuple[Row, ...]
    conditions: CompiledList  # the rows' conditions, compiled together: faster
    otherwise: tuple[Action, ...] = ()

    def matching(self, seen: Mapping[str, Any]) -> list[Row]:
        """The rows that act on what is seen, in order."""
        if self.mode == "all":
            return [self.rows[number] for number in self.conditions.matching(seen)]
        first = self.conditions.first(seen)
        return [] if first is None else [self.rows[first]]

    def warm(self) -> None:
        """Generate the code now, so that forked processes find it ready."""
        _ = self.conditions.matching if self.mode == "all" else self.conditions.first


@dataclass
class Judgement:
    """What the rules want for one order, and which rows wanted it."""

    holds: list[Hold] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    route: Route | None = None
    courier: str | None = None
    matched: dict[str, list[str]] = field(default_factory=dict)  # list id -> row ids


def judge(lists: Sequence[RuleList], seen: Mapping[str, Any], key: str) -> Judgement:
    """Judge one order. `seen`: see `canonical.for_rules`; `key`: makes weighted choices stable."""
    judgement = Judgement()
    for rules in lists:
        rows = rules.matching(seen)
        judgement.matched[rules.id] = [row.id for row in rows]
        actions = [a for row in rows for a in row.actions] if rows else rules.otherwise
        for action in actions:
            _apply(action, judgement, key)
    return judgement


def _apply(action: Action, judgement: Judgement, key: str) -> None:
    match action:
        case Hold():
            judgement.holds.append(action)
        case Tag():
            if action.tag not in judgement.tags:
                judgement.tags.append(action.tag)
        case Notify():
            judgement.alerts.append(action.alert)
        case RouteTo():
            judgement.route = judgement.route or action.route
        case Courier():
            judgement.courier = judgement.courier or weighted(action.weights, key)


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
