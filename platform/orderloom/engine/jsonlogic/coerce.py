"""How JavaScript turns one kind of value into another, for JSON values.

Numbers are Python ints and floats. Results of arithmetic are rounded to a double once they leave
±2**53, as in JavaScript; integers in the data beyond that stay exact when they are compared or
written out (a browser would already have rounded them while reading).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, Final

from orderloom.engine.jsonlogic.errors import RuleFailed


class Undefined(Enum):
    """JavaScript's undefined: what {"and": []} gives. Never leaves the engine."""

    UNDEFINED = "undefined"


UNDEFINED: Final = Undefined.UNDEFINED
NUMBERS: Final[frozenset[Any]] = frozenset({int, float})
SAFE: Final = 2**53
MAX_TEXT: Final = 1_000_000  # characters; texts doubled in a loop stop here
_OBJECT = "[object Object]"
_BLANKS: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL = re.compile(
    r"[+-]?(?:Infinity|[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
)
_PREFIXED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def truthy(value: Any) -> bool:
    """JSONLogic's truth: JavaScript's, but an empty list is false."""
    if value is True or value is False:
        return value
    kind = value.__class__
    if kind is dict:
        return True
    if kind is float:
        return bool(value == value and value)
    return value is not UNDEFINED and bool(value)


def to_number(value: Any) -> int | float:
    """JavaScript's Number(value)."""
    kind = value.__class__
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return text_to_number(value)
    if kind is bool:
        return int(value)
    if value is None:
        return 0
    return text_to_number(to_text(value)) if kind is list else math.nan


def text_to_number(text: str) -> int | float:
    """JavaScript's Number(text)."""
    text = text.strip(_BLANKS)
    if not text:
        return 0
    if len(text) <= 15 and text.isascii() and text.isdigit():
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return rounded(int(text, 0)) if _PREFIXED.fullmatch(text) else math.nan


def parse_float(value: Any) -> int | float:
    """JavaScript's parseFloat(value)."""
    if value.__class__ in NUMBERS:
        return value or 0 if value == value else value
    match = _DECIMAL.match(to_text(value).lstrip(_BLANKS))
    return float(match[0]) if match else math.nan


def to_text(value: Any) -> str:
    """JavaScript's String(value)."""
    kind = value.__class__
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is float:
        return number_to_text(value)
    if kind is list:
        return glued(value, ",")
    if value is None:
        return "null"
    return "undefined" if value is UNDEFINED else _OBJECT


def in_list(value: Any) -> str:
    """How an item appears in a list that is turned into text: null and undefined as nothing."""
    return "" if value is None or value is UNDEFINED else to_text(value)


def glued(values: Iterable[Any], separator: str) -> str:
    """JavaScript's join; stops before a text that a loop keeps doubling fills the memory."""
    parts, room = [], MAX_TEXT
    for value in values:
        part = in_list(value)
        room -= len(part) + len(separator)
        if room < 0:
            raise RuleFailed("rules.text_too_long", None, limit=MAX_TEXT)
        parts.append(part)
    return separator.join(parts)


def number_to_text(number: float) -> str:
    """JavaScript's text of a number: 1, 0.5, 1e+21, NaN."""
    if abs(number) < 1e21 and number == int(number):
        return str(int(number))
    number = double(number)
    if number != number:
        return "NaN"
    sign = "-" if number < 0 else ""
    return sign + ("Infinity" if math.isinf(number) else _positive(abs(number)))


def _positive(number: float) -> str:
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        padded = digits.ljust(point, "0")
        return padded[:point] + ("." + padded[point:] if len(padded) > point else "")
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{point - 1:+d}"


def double(number: float) -> float:
    """The nearest double, also of an integer that has none."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def rounded(number: float) -> int | float:
    """The number JavaScript would hold: integers are exact up to 2**53."""
    return number if -SAFE <= number <= SAFE else double(number)


def to_primitive(value: Any) -> Any:
    """Lists and objects as text, everything else unchanged."""
    kind = value.__class__
    return to_text(value) if kind is list or kind is dict else value


def strict_equal(a: Any, b: Any) -> bool:
    """JavaScript's ===: lists and objects are equal only to themselves."""
    kind, other = a.__class__, b.__class__
    if kind is list or kind is dict:
        return a is b
    if kind is other or (kind in NUMBERS and other in NUMBERS):
        return bool(a == b)
    return False


def hashable(items: list[Any]) -> bool:
    """Whether a Python set of these items finds exactly what === would."""
    scalars = all(item is None or isinstance(item, str | int | float) for item in items)
    # Python takes True for 1 and False for 0; JavaScript's === does not.
    return scalars and not any(isinstance(item, bool) or item in (0, 1) for item in items)


def loose_equal(a: Any, b: Any) -> bool:
    """JavaScript's ==."""
    kind, other = a.__class__, b.__class__
    if (kind is str and other is str) or (kind in NUMBERS and other in NUMBERS):
        return bool(a == b)
    if kind is other:
        return strict_equal(a, b)
    if a is None or b is None or a is UNDEFINED or b is UNDEFINED:
        return (a is None or a is UNDEFINED) and (b is None or b is UNDEFINED)
    if kind in (list, dict) and other in (list, dict):
        return False
    first, second = to_primitive(a), to_primitive(b)
    if first.__class__ is str and second.__class__ is str:
        return bool(first == second)
    return to_number(first) == to_number(second)


def less(a: Any, b: Any) -> bool:
    """JavaScript's a < b."""
    if a.__class__ in NUMBERS and b.__class__ in NUMBERS:
        return bool(a < b)
    a, b = to_primitive(a), to_primitive(b)
    if a.__class__ is str and b.__class__ is str:
        return text_order(a) < text_order(b)
    return to_number(a) < to_number(b)


def less_equal(a: Any, b: Any) -> bool:
    """JavaScript's a <= b."""
    if a.__class__ in NUMBERS and b.__class__ in NUMBERS:
        return bool(a <= b)
    a, b = to_primitive(a), to_primitive(b)
    if a.__class__ is str and b.__class__ is str:
        return text_order(a) <= text_order(b)
    return to_number(a) <= to_number(b)


def text_order(text: str) -> bytes:
    """A key that orders texts as JavaScript does: by UTF-16 unit, not by character."""
    return text.encode("utf-16-be", "surrogatepass")


def units(text: str) -> str:
    """The text with rare characters (beyond 16 bits) taken apart into their two halves."""
    if text.isascii() or max(text) < "\U00010000":
        return text
    pairs = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(pairs[i] << 8 | pairs[i + 1]) for i in range(0, len(pairs), 2))


def halved(text: str) -> bool:
    """Whether the text holds half a character (JavaScript can cut one in two)."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def joined(text: str) -> str:
    """The text with halves that stand side by side put together again."""
    if not halved(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def member(value: Any, key: str) -> Any:
    """JavaScript's value[key] for own properties; anything inherited is undefined."""
    kind = value.__class__
    if kind is dict:
        return value.get(key, UNDEFINED)
    if kind is not list and kind is not str:
        return UNDEFINED
    items = units(value) if kind is str else value
    if key == "length":
        return len(items)
    if key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and len(key) < 16:
        index = int(key)
        return items[index] if index < len(items) else UNDEFINED
    return UNDEFINED
