"""The standard operators that take evaluated arguments, exactly as json-logic-js 2.0.5."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.engine.jsonlogic.coerce import (
    SAFE,
    UNDEFINED,
    double,
    glued,
    halved,
    joined,
    less,
    less_equal,
    loose_equal,
    member,
    parse_float,
    rounded,
    strict_equal,
    to_number,
    to_text,
    truthy,
    units,
)
from orderloom.engine.jsonlogic.errors import RuleFailed

Function = Callable[..., Any]
MAX_ITEMS: Final = 100_000  # of a list built by merging


def equal(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> bool:
    """==."""
    return loose_equal(a, b)


def unequal(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> bool:
    """!=."""
    return not loose_equal(a, b)


def identical(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> bool:
    """===."""
    return strict_equal(a, b)


def different(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> bool:
    """!==."""
    return not strict_equal(a, b)


def greater_than(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> bool:
    """>."""
    return less(b, a)


def at_least(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> bool:
    """>=."""
    return less_equal(b, a)


def less_than(a: Any = UNDEFINED, b: Any = UNDEFINED, c: Any = UNDEFINED, *_: Any) -> bool:
    """<, and with three arguments: between, ends excluded."""
    return less(a, b) and (c is UNDEFINED or less(b, c))


def at_most(a: Any = UNDEFINED, b: Any = UNDEFINED, c: Any = UNDEFINED, *_: Any) -> bool:
    """<=, and with three arguments: between, ends included."""
    return less_equal(a, b) and (c is UNDEFINED or less_equal(b, c))


def negation(a: Any = UNDEFINED, *_: Any) -> bool:
    """!."""
    return not truthy(a)


def truth(a: Any = UNDEFINED, *_: Any) -> bool:
    """!!."""
    return truthy(a)


def total(*terms: Any) -> int | float:
    """+."""
    result: int | float = 0
    for term in terms:
        result = plus(result, parse_float(term))
    return result


def plus(a: float, b: float) -> int | float:
    """The sum of two numbers."""
    try:
        return rounded(a + b)
    except OverflowError:
        return double(a) + double(b)


def product(*factors: Any) -> Any:
    """*; a single argument is handed through unchanged, none is an error."""
    if not factors:
        raise RuleFailed("rules.bad_argument", None, operator="*")
    result, *rest = factors
    for factor in rest:
        result = times(parse_float(result), parse_float(factor))
    return result


def times(a: float, b: float) -> int | float:
    """The product of two numbers; minus nought is kept, as dividing by it shows."""
    try:
        result = rounded(a * b)
    except OverflowError:
        return double(a) * double(b)
    return -0.0 if result == 0 and result.__class__ is int and (a < 0 or b < 0) else result


def minus(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> int | float:
    """-, also with one argument."""
    if b is UNDEFINED:
        number = to_number(a)
        return -rounded(number) if number else -0.0 * math.copysign(1, number)
    first, second = to_number(a), to_number(b)
    try:
        return rounded(first - second)
    except OverflowError:
        return double(first) - double(second)


def quotient(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> float:
    """/."""
    first, second = to_number(a), to_number(b)
    if second == 0:
        if first == 0 or first != first:
            return math.nan
        return math.inf * math.copysign(1, second) * (1 if first > 0 else -1)
    try:
        return first / second
    except OverflowError:
        return double(first) / double(second)


def remainder(a: Any = UNDEFINED, b: Any = UNDEFINED, *_: Any) -> int | float:
    """%, with the sign of the dividend."""
    first, second = to_number(a), to_number(b)
    if second == 0 or first != first or second != second or abs(first) == math.inf:
        return math.nan
    if first.__class__ is int and second.__class__ is int and max(abs(first), abs(second)) <= SAFE:
        rest = abs(first) % abs(second)
        return (-rest or -0.0) if first < 0 else rest
    return math.fmod(double(first), double(second))


def smallest(*values: Any) -> int | float:
    """min."""
    return _extreme(values, math.inf, lambda a, b: a < b or (a == b and _negative(a)))


def largest(*values: Any) -> int | float:
    """max."""
    return _extreme(values, -math.inf, lambda a, b: a > b or (a == b and _negative(b)))


def _negative(number: float) -> bool:
    return math.copysign(1, number) < 0


def _extreme(
    values: tuple[Any, ...], start: float, better: Callable[[float, float], bool]
) -> int | float:
    best: int | float = start
    numbers = [to_number(value) for value in values]
    for number in numbers:
        if number != number:
            return math.nan
        if better(number, best):
            best = number
    return best


def contains(needle: Any = UNDEFINED, hay: Any = UNDEFINED, *_: Any) -> bool:
    """in: a part of a text, or strictly equal to an item of a list."""
    if hay.__class__ is list:
        if needle.__class__ is str:
            return needle in hay
        return any(strict_equal(needle, item) for item in hay)
    if hay.__class__ is not str or not hay:
        return False
    text = to_text(needle)
    return text in hay or (halved(text) and units(text) in units(hay))


def concatenation(*parts: Any) -> str:
    """cat."""
    return joined(glued(parts, ""))


def substring(
    source: Any = UNDEFINED, start: Any = UNDEFINED, end: Any = UNDEFINED, *_: Any
) -> str:
    """substr, counted in UTF-16 units; a negative `end` leaves that many off."""
    text = units(to_text(source))
    if end is not UNDEFINED and less(end, 0):
        rest = _substr(text, start, UNDEFINED)
        end = len(rest) + to_number(end) if end.__class__ in NUMBERS_AND_BOOL else math.nan
        return joined(_substr(rest, 0, end))
    return joined(_substr(text, start, end))


NUMBERS_AND_BOOL: Final = frozenset({int, float, bool})  # others are glued to the length as text


def _substr(text: str, start: Any, length: Any) -> str:
    begin = _whole(start)
    begin = max(len(text) + begin, 0) if begin < 0 else min(begin, len(text))
    if length is UNDEFINED:
        return text[int(begin) :]
    end = min(begin + max(_whole(length), 0), len(text))
    return text[int(begin) : int(end)]


def _whole(value: Any) -> int | float:
    number = to_number(value)
    if number != number:
        return 0
    return number if abs(number) == math.inf else int(number)


def merged(*parts: Any) -> list[Any]:
    """merge: lists opened one level, everything else as an item."""
    result: list[Any] = []
    for part in parts:
        if part.__class__ is list:
            result.extend(part)
        else:
            result.append(part)
        if len(result) > MAX_ITEMS:
            raise RuleFailed("rules.list_too_long", None, limit=MAX_ITEMS)
    return result


def logged(a: Any = UNDEFINED, *_: Any) -> Any:
    """log: the value itself; evaluation has no side effects, so nothing is written."""
    return a


def variable(data: Any, path: Any = UNDEFINED, default: Any = UNDEFINED, *_: Any) -> Any:
    """var."""
    if path is UNDEFINED or path is None or (path.__class__ is str and path == ""):
        return data
    return follow(data, to_text(path).split("."), None if default is UNDEFINED else default)


def follow(value: Any, steps: list[str], default: Any) -> Any:
    """The value at the end of the steps, or the default when a step is missing."""
    for step in steps:
        if value is None or value is UNDEFINED:
            return default
        value = member(value, step)
        if value is UNDEFINED:
            return default
    return value


def missing(data: Any, *keys: Any) -> list[Any]:
    """missing: the keys whose value is null or an empty text.

    json-logic-js would evaluate a key that looks like a rule; data is never a rule here.
    """
    wanted = keys[0] if keys and keys[0].__class__ is list else keys
    return [key for key in wanted if _is_missing(data, key)]


def _is_missing(data: Any, key: Any) -> bool:
    value = variable(data, *key) if key.__class__ is list else variable(data, key)
    return value is None or (value.__class__ is str and value == "")


def missing_some(data: Any, need: Any = UNDEFINED, options: Any = UNDEFINED, *_: Any) -> list[Any]:
    """missing_some: nothing once `need` of the options are there, else those missing."""
    absent = missing(data, *(options if options.__class__ is list else [options]))
    if options is None or options is UNDEFINED:
        raise RuleFailed("rules.bad_argument", None, operator="missing_some")
    count = member(options, "length")
    present = math.nan if count is UNDEFINED else to_number(count) - len(absent)
    return [] if less_equal(need, present) else absent


EAGER: Final[Mapping[str, Function]] = {
    "==": equal,
    "!=": unequal,
    "===": identical,
    "!==": different,
    ">": greater_than,
    ">=": at_least,
    "<": less_than,
    "<=": at_most,
    "!": negation,
    "!!": truth,
    "+": total,
    "*": product,
    "-": minus,
    "/": quotient,
    "%": remainder,
    "min": smallest,
    "max": largest,
    "in": contains,
    "cat": concatenation,
    "substr": substring,
    "merge": merged,
    "log": logged,
}
# The same for exactly two arguments, without the detour over optional ones.
BINARY: Final[Mapping[str, Function]] = {
    "==": loose_equal,
    "===": strict_equal,
    "<": less,
    "<=": less_equal,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: less_equal(b, a),
}
ON_DATA: Final[Mapping[str, Function]] = {
    "var": variable,
    "missing": missing,
    "missing_some": missing_some,
}
SCOPED: Final = frozenset({"map", "filter", "reduce", "all", "none", "some"})
LAZY: Final = frozenset({"if", "?:", "and", "or"})
NAMES: Final = frozenset({*EAGER, *ON_DATA, *SCOPED, *LAZY})
