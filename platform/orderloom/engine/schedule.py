"""Schedules: at which moments of a zone's calendar something happens.

`{"daily_at": "10:00"}`, also with `"weekdays": [1, 5]` (Monday is 1) or `"days": [1, "last"]` of
each month, or `{"cron": "*/5 9-18 * * 1-5"}` with cron's five fields: minute, hour, day, month,
weekday (0 and 7 are Sunday). As cron has it, with both a day and a weekday either is enough.

A time that a change of the clocks leaves out counts as that much later; one that comes twice counts
the first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_ALL_DAYS, _ALL_MONTHS = frozenset(range(1, 32)), frozenset(range(1, 13))
_WEEK = frozenset(range(1, 8))
_YEARS = 9  # 29 February may be eight years away


@dataclass(frozen=True)
class Schedule:
    """`last`: also the last day of each month; `either`: day or weekday is enough."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] = _ALL_DAYS
    months: frozenset[int] = _ALL_MONTHS
    weekdays: frozenset[int] = _WEEK
    last: bool = False
    either: bool = False

    def next_after(self, instant: int, zone: str) -> int | None:
        """The first moment after an instant; None if there never is one."""
        return next((at for at in self._moments(instant, zone, 1) if at > instant), None)

    def last_until(self, instant: int, zone: str) -> int | None:
        """The last moment up to an instant; None if there never was one."""
        return next((at for at in self._moments(instant, zone, -1) if at <= instant), None)

    def _moments(self, instant: int, zone: str, step: int) -> Iterator[int]:
        """The moments of the days from this one on, forwards or backwards."""
        place = ZoneInfo(zone)
        start = datetime.fromtimestamp(instant / 1000, UTC).astimezone(place).date()
        for number in range(_YEARS * 366):
            day = start + timedelta(days=number * step)
            if self._on(day):
                yield from sorted(self._of(day, place), reverse=step < 0)

    def _of(self, day: date, place: ZoneInfo) -> Iterator[int]:
        for hour in self.hours:
            for minute in self.minutes:
                moment = datetime.combine(day, time(hour, minute), place)
                yield int(moment.timestamp() * 1000)

    def _on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        ends = self.last and (day + timedelta(days=1)).month != day.month
        dated, named = day.day in self.days or ends, day.isoweekday() in self.weekdays
        return dated or named if self.either else dated and named


def read_schedule(value: Any) -> Schedule:
    """A schedule as a document has it; raises ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError(value)
    if set(value) == {"cron"}:
        return _cron(str(value["cron"]))
    if not {"daily_at"} <= set(value) <= {"daily_at", "weekdays", "days"}:
        raise ValueError(value)
    hour, minute = _time(str(value["daily_at"]))
    weekdays = frozenset(_whole(value.get("weekdays", sorted(_WEEK)), _WEEK))
    days = value.get("days", sorted(_ALL_DAYS))
    last = isinstance(days, list) and "last" in days
    dated = [day for day in days if day != "last"] if last else days
    numbers = frozenset(_whole(dated, _ALL_DAYS)) if dated or not last else frozenset()
    at = frozenset({minute}), frozenset({hour})
    return Schedule(*at, numbers, weekdays=weekdays, last=last)


def _time(text: str) -> tuple[int, int]:
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(hour) == len(minute) == 2):
        raise ValueError(text)
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(text)
    return int(hour), int(minute)


def _whole(value: Any, allowed: frozenset[int]) -> list[int]:
    """A list of some of the allowed numbers."""
    if not isinstance(value, list) or not value or any(isinstance(n, bool) for n in value):
        raise ValueError(value)
    if not all(isinstance(n, int) and n in allowed for n in value):
        raise ValueError(value)
    return value


def _cron(text: str) -> Schedule:
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(text)
    found = [_field(part, *limits) for part, limits in zip(fields, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = found
    either = not (fields[2].startswith("*") or fields[4].startswith("*"))
    week = frozenset(n or 7 for n in weekdays)
    return Schedule(minutes, hours, days, months, week, either=either)


def _field(text: str, least: int, most: int) -> frozenset[int]:
    """One of cron's fields: a list of `*`, `3`, `1-5`, each perhaps with a step: `*/2`."""
    return frozenset(number for part in text.split(",") for number in _part(part, least, most))


def _part(text: str, least: int, most: int) -> range:
    span, stepped, step = text.partition("/")
    first, dash, last = ("", "", "") if span == "*" else span.partition("-")
    numbers = [first] if span != "*" else []
    numbers += [last] if dash else []
    numbers += [step] if stepped else []
    if not all(n.isascii() and n.isdecimal() and len(n) < 3 for n in numbers):
        raise ValueError(text)
    start = int(first) if first else least
    end = int(last) if last else (most if span == "*" or stepped else start)
    by = int(step) if stepped else 1
    if not (least <= start <= end <= most and by > 0):
        raise ValueError(text)
    return range(start, end + 1, by)
