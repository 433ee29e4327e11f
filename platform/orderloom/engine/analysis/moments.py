"""Standing instants: enough of them for every comparison, time window and weekday in conditions.

What a condition says of an instant changes only at the instants written in it, at the minutes its
windows begin and end, and when a day begins. Between two instants that are written, a whole week
shows every weekday at every hour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from orderloom.engine.jsonlogic import Literal, Node, Op
from orderloom.engine.jsonlogic.functions import CHINA, DAY, MINUTE, instant

OPERATORS = frozenset({"ts", "time_in", "dow", "workday"})
_WEEK = 8  # whole days in which every weekday comes, wherever one starts
_EARLY = 1_790_524_800_000 - 8 * DAY  # a week in September 2026, where nothing else says when


def instants(nodes: Iterable[Node], days: Collection[Any]) -> list[int]:
    """The standing instants of these conditions. `days`: dates that sets treat differently."""
    all_nodes = list(nodes)
    written = sorted(set(_written(all_nodes)))
    changes = sorted(set(_changes(all_nodes)))
    found: set[int] = {at + step for at in written for step in (-1, 0, 1)}
    edges = [(written[0] if written else _EARLY) - (_WEEK + 1) * DAY, *written]
    for start, end in zip(edges, [*written, edges[-1] + (_WEEK + 1) * DAY], strict=True):
        last = min(end, start + (_WEEK + 1) * DAY)
        found.update(_between(start, last, changes))
    for day in _special(days):
        found.update(_between(day - DAY, day + 2 * DAY, changes))
    return sorted(at for at in found if at >= 0)


def _written(nodes: Iterable[Node]) -> Iterator[int]:
    """The instants named: as text with `ts`, or as numbers."""
    for node in nodes:
        if isinstance(node, Literal):
            at = instant(node.value)
            if at is not None:  # weekdays and offsets among them do no harm
                yield at


def _changes(nodes: Iterable[Node]) -> Iterator[int]:
    """Minutes of the day (UTC) at which something may change."""
    yield 0
    for node in nodes:
        if isinstance(node, Op) and node.name in OPERATORS - {"ts"}:
            clocks = [0, *map(_minutes, node.args[1:3])] if node.name == "time_in" else [0]
            place = 3 if node.name == "time_in" else 1
            offset = _value(node.args[place]) if len(node.args) > place else CHINA
            if isinstance(offset, int):
                yield from ((minutes - offset) % 1440 for minutes in clocks)


def _minutes(node: Node) -> int:
    hours, _, minutes = str(_value(node)).partition(":")
    return int(hours) * 60 + int(minutes) if hours.isdigit() and minutes.isdigit() else 0


def _value(node: Node) -> Any:
    return node.value if isinstance(node, Literal) else None


def _between(start: int, end: int, changes: Iterable[int]) -> Iterator[int]:
    """Every change inside, each standing for the time until the next."""
    minutes = list(changes)
    for day in range(start // DAY, end // DAY + 1):
        for minute in minutes:
            at = day * DAY + minute * MINUTE
            if start < at < end:
                yield at


def _special(days: Collection[Any]) -> Iterator[int]:
    for name in days:
        try:
            yield (date.fromisoformat(str(name)) - date(1970, 1, 1)) // timedelta(days=1) * DAY
        except ValueError:
            continue
