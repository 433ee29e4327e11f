"""What our own operators do. Each `bind_*` sees the call once, when the rule is compiled.

Every function must be possible to write in JavaScript with the same outcome: no regular
expressions from users, no time zones beyond a fixed offset, no clock, no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from orderloom.engine.jsonlogic.coerce import NUMBERS, number_to_text, rounded, to_text
from orderloom.engine.jsonlogic.errors import RuleInvalid
from orderloom.engine.jsonlogic.standard import follow, plus
from orderloom.engine.jsonlogic.tree import Json, Op, constant, to_json
from orderloom.engine.regions import PROVINCES, REGION_SETS, SPELLINGS, fold, place, province

Function = Callable[..., Any]
MINUTE: Final = 60_000
DAY: Final = 86_400_000
CHINA: Final = 480  # minutes east of UTC
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")
_SCALARS = frozenset({str, int, float})


@dataclass(frozen=True, slots=True)
class Call:
    """One use of an operator in a rule, with the named sets and tables it may refer to."""

    node: Op
    sets: Mapping[str, Collection[Any]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def known(self, index: int) -> bool:
        """Whether this argument is written out in the rule."""
        return index < len(self.node.args) and constant(self.node.args[index])

    def value(self, index: int, default: Json = None) -> Json:
        """A written-out argument."""
        return to_json(self.node.args[index]) if self.known(index) else default

    def refuse(self, code: str, index: int, **params: Any) -> RuleInvalid:
        """The error to raise about an argument."""
        return RuleInvalid(code, self.node.args[index].pointer, **params)


def _readable(value: Any) -> str | None:
    kind = value.__class__
    if kind is str:
        return value  # type: ignore[no-any-return]
    return number_to_text(value) if kind in NUMBERS else None


def _words(value: Any) -> tuple[str, ...]:
    words = value if value.__class__ is list else [value]
    folded = (fold(text) for text in map(_readable, words) if text is not None)
    return tuple(word for word in folded if word)


def bind_starts_with(call: Call) -> Function:
    """The words folded once, where they are written out."""
    fixed = _words(call.value(1)) if call.known(1) else None

    def starts_with(value: Any, prefix: Any) -> bool:
        text = _readable(value)
        words = _words(prefix) if fixed is None else fixed
        return text is not None and bool(words) and fold(text).startswith(words)

    return starts_with


def bind_text_has(call: Call) -> Function:
    """The words folded once, where they are written out."""
    fixed = _words(call.value(1)) if call.known(1) else None

    def text_has(value: Any, words: Any) -> bool:
        text = _readable(value)
        if text is None:
            return False
        text = fold(text)
        return any(word in text for word in (_words(words) if fixed is None else fixed))

    return text_has


def _region_names(call: Call) -> list[str]:
    listed = call.value(1)
    names: list[str] = []
    for name in listed if isinstance(listed, list) else [listed]:
        if not isinstance(name, str) or not name.strip():
            raise call.refuse("rules.bad_region", 1, name=to_text(name))
        if not name.startswith("@"):
            names.append(name)
            continue
        members = call.sets.get(name[1:], REGION_SETS.get(name[1:]))
        if members is None:
            raise call.refuse("rules.unknown_set", 1, name=name[1:])
        names.extend(str(member) for member in members)
    return names


def bind_in_region(call: Call) -> Function:
    """Provinces by any spelling; other names are taken for cities or districts."""
    names = _region_names(call)
    units = {province(name) for name in names} & set(PROVINCES)
    places = {place(name) for name in names if province(name) is None}
    quick = {spelling: unit in units for spelling, unit in SPELLINGS.items()}

    def inside(text: str) -> bool:
        unit = province(text)
        return place(text) in places if unit is None else unit in units

    def in_region(value: Any, _: Any) -> bool:
        if value.__class__ is str:
            known = quick.get(value)
            return inside(value) if known is None else known
        return value.__class__ is dict and _address_in(value)

    def _address_in(address: dict[str, Any]) -> bool:
        parts = [p for k in ("city", "district") if isinstance(p := address.get(k), str)]
        stated = address.get("province")
        unit = province(stated) if isinstance(stated, str) else None
        if unit is None:
            unit = next(filter(None, map(province, parts)), None)
        return unit in units or any(place(part) in places for part in parts)

    return in_region


def instant(value: Any, *_: Any) -> int | None:
    """Milliseconds since 1970 of a text with date, time and offset; an instant stays one."""
    if value.__class__ is int:
        return value
    match = _INSTANT.fullmatch(value) if value.__class__ is str else None
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    second = int(match[6] or 0)
    away = int(match[9] or 0), int(match[10] or 0)
    try:
        days = date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 59 or away[0] > 23 or away[1] > 59:
        return None
    offset = (away[0] * 60 + away[1]) * (-1 if match[8] == "-" else 1)
    milliseconds = int((match[7] or "0").ljust(3, "0")[:3])
    return days * DAY + (hour * 60 + minute - offset) * MINUTE + second * 1000 + milliseconds


def bind_instant(call: Call) -> Function:
    """A text written out in the rule must be an instant, and is read once."""
    if not call.known(0):
        return instant
    fixed = instant(call.value(0))
    if fixed is None:
        raise call.refuse("rules.bad_instant", 0, text=to_text(call.value(0)))
    return lambda *_: fixed


def _offset(call: Call, index: int) -> int:
    offset = call.value(index, CHINA)
    if offset.__class__ is not int or not -720 <= offset <= 840:
        raise call.refuse("rules.bad_offset", index, offset=to_text(offset))
    return int(offset)


def _minutes(call: Call, index: int) -> int:
    match = _CLOCK.fullmatch(to_text(call.value(index)))
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else -1
    if not 0 <= minutes <= 1440:
        raise call.refuse("rules.bad_clock", index, text=to_text(call.value(index)))
    return minutes


def bind_time_in(call: Call) -> Function:
    """A window of the day, start included, end not; it may cross midnight."""
    start, end, offset = _minutes(call, 1), _minutes(call, 2), _offset(call, 3)

    def time_in(value: Any, *_: Any) -> bool:
        if value.__class__ is not int:
            return False
        minute = (value // MINUTE + offset) % 1440
        if start < end:
            return start <= minute < end
        return minute >= start or minute < end

    return time_in


def bind_dow(call: Call) -> Function:
    """The day of the week, Monday 1 to Sunday 7."""
    shift = _offset(call, 1) * MINUTE

    def dow(value: Any, *_: Any) -> int | None:
        return ((value + shift) // DAY + 3) % 7 + 1 if value.__class__ is int else None

    return dow


def bind_workday(call: Call) -> Function:
    """Monday to Friday, but for the days in the sets `holidays` and `workdays`."""
    shift = _offset(call, 1) * MINUTE
    off, on = (frozenset(call.sets.get(name, ())) for name in ("holidays", "workdays"))

    def workday(value: Any, *_: Any) -> bool:
        if value.__class__ is not int:
            return False
        days = (value + shift) // DAY
        if off or on:
            try:
                name = date.fromordinal(days + date(1970, 1, 1).toordinal()).isoformat()
            except (ValueError, OverflowError):
                return False
            if name in off or name in on:
                return name in on
        return (days + 3) % 7 < 5

    return workday


def _integer(value: Any) -> int | None:
    if value.__class__ is int:
        return value
    return int(value) if value.__class__ is float and value.is_integer() else None


def rdiv(dividend: Any, divisor: Any) -> int | float | None:
    """Whole-number division, halves rounded away from nought; null when it cannot be done."""
    a, b = _integer(dividend), _integer(divisor)
    if a is None or not b:
        return None
    size = (2 * abs(a) + abs(b)) // (2 * abs(b))
    return rounded(size if (a < 0) == (b < 0) else -size)


def sum_of(items: Any, path: Any = "", *_: Any) -> int | float:
    """The sum of the numbers found; what is no number is left out."""
    if items.__class__ is not list:
        return 0
    steps = to_text(path).split(".") if path else []
    found: int | float = 0
    for item in items:
        value = follow(item, steps, None)
        if value.__class__ in NUMBERS:
            found = plus(found, value)
    return found


def bind_in_set(call: Call) -> Function:
    """Membership in a named set, settled when the rule is compiled."""
    name = call.value(1)
    members = call.sets.get(name) if isinstance(name, str) else None
    if members is None:
        raise call.refuse("rules.unknown_set", 1, name=to_text(name))
    inside = frozenset(member for member in members if member.__class__ in _SCALARS)

    def in_set(value: Any, _: Any) -> bool:
        return value.__class__ in _SCALARS and value in inside

    return in_set


def bind_lookup(call: Call) -> Function:
    """A row of a named table, settled when the rule is compiled."""
    name = call.value(0)
    table = call.tables.get(name) if isinstance(name, str) else None
    if table is None:
        raise call.refuse("rules.unknown_table", 0, name=to_text(name))

    def lookup(_: Any, key: Any, default: Any = None) -> Any:
        text = _readable(key)
        return default if text is None else table.get(text, default)

    return lookup
