"""The steps a value may take between a channel's field and ours.

A transform is made once per plan from its options and then called per value; it never sees None.
It raises ValueError with a short reason code when a value cannot be converted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from orderloom.engine.regions import province as province_name

Transform = Callable[[Any], Any]
Options = Mapping[str, Any]

MAX_FEN = 10**13  # a hundred billion yuan: anything larger is a wrong unit
MAX_INTEGER = 2**63 - 1
_MAX_DIGITS = 30  # beyond, a number such as 1e999999999 would fill the memory
_UNSET_TIMES = frozenset({"0000-00-00 00:00:00", "0001-01-01 00:00:00", "0000-00-00", "0", ""})


@dataclass(frozen=True)
class Entry:
    """One transform of the catalogue: how to make it, what it is called, its options."""

    make: Callable[[Options], Transform]
    zh: str
    en: str
    options: frozenset[str] = frozenset()
    takes_none: bool = False


def _trim(_: Options) -> Transform:
    return lambda value: str(value).strip() or None


def _text(_: Options) -> Transform:
    return lambda value: value if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise ValueError("not_text")
    return str(value)


def _integer(_: Options) -> Transform:
    return _to_integer


def _to_integer(value: Any) -> int:
    number = value if isinstance(value, int) and not isinstance(value, bool) else _whole(value)
    if abs(number) > MAX_INTEGER:
        raise ValueError("number_out_of_range")
    return number


def _whole(value: Any) -> int:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError("not_a_number") from error
    if not number.is_finite():
        raise ValueError("not_a_number")
    if number.adjusted() > _MAX_DIGITS:
        raise ValueError("number_out_of_range")
    if number != number.to_integral_value():
        raise ValueError("not_whole")
    return int(number)


def _quantity(_: Options) -> Transform:
    def quantity(value: Any) -> int:
        number = _to_integer(value)
        if not 0 < number < 1_000_000:
            raise ValueError("quantity_out_of_range")
        return number

    return quantity


_SURE_DIGITS = 11  # of yuan: within MAX_FEN


def _yuan(options: Options) -> Transform:
    negative = bool(options.get("may_be_negative"))

    def to_fen(value: Any) -> int:
        # "12.50" is what nearly every platform writes; six times an order.
        if value.__class__ is str and value.isascii():
            yuan, _, fen = value.partition(".")
            if len(fen) == 2 and len(yuan) <= _SURE_DIGITS and yuan.isdigit() and fen.isdigit():
                return int(yuan + fen)
        return _decimal_fen(value, negative)

    return to_fen


def _decimal_fen(value: Any, negative: bool) -> int:
    if isinstance(value, bool):
        raise ValueError("not_an_amount")
    try:
        number = Decimal(str(value).strip().lstrip("¥￥").replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("not_an_amount") from error
    if not number.is_finite():
        raise ValueError("not_an_amount")
    if number.adjusted() > _MAX_DIGITS:
        raise ValueError("amount_out_of_range")
    if number and number.adjusted() < -_MAX_DIGITS:
        raise ValueError("fraction_of_a_fen")
    return _checked_fen(number.scaleb(2), negative)


def _checked_fen(number: Decimal, negative: bool) -> int:
    if number != number.to_integral_value():
        raise ValueError("fraction_of_a_fen")
    if number < 0 and not negative:
        raise ValueError("negative_amount")
    if abs(number) > MAX_FEN:
        raise ValueError("amount_out_of_range")
    return int(number)


def _fen(options: Options) -> Transform:
    negative = bool(options.get("may_be_negative"))
    return lambda value: _checked_fen(Decimal(_to_integer(value)), negative)


def _time(options: Options) -> Transform:
    zone_name = options.get("zone", "Asia/Shanghai")
    zone = None if zone_name == "Asia/Shanghai" else ZoneInfo(zone_name)

    def to_instant(value: Any) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return _epoch(value)
        text = str(value).strip()
        if text in _UNSET_TIMES:
            return None
        try:
            moment = datetime.fromisoformat(text.replace("/", "-"))
        except ValueError as error:
            raise ValueError("not_a_time") from error
        if moment.tzinfo is None and zone is not None:
            moment = moment.replace(tzinfo=zone)
        return _milliseconds(moment)

    return to_instant


def _epoch(value: int) -> int | None:
    """Seconds or milliseconds, told apart by size (seconds stay below 10^11 until 5138)."""
    if value <= 0:
        return None
    instant = value if value > 100_000_000_000 else value * 1000
    if not _FIRST_MS <= instant < _LAST_MS:
        raise ValueError("time_out_of_range")
    return instant


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# China has had no summer time since 1991: its wall clock is a fixed offset, exact and fast.
_EPOCH_IN_CHINA = datetime(1970, 1, 1, 8)
_MS = timedelta(milliseconds=1)
_FIRST_MS = (datetime(1990, 1, 1, tzinfo=UTC) - _EPOCH) // _MS
_LAST_MS = (datetime(2101, 1, 1, tzinfo=UTC) - _EPOCH) // _MS


def _milliseconds(moment: datetime) -> int:
    if not 1990 <= moment.year <= 2100:
        raise ValueError("time_out_of_range")
    since = moment - (_EPOCH_IN_CHINA if moment.tzinfo is None else _EPOCH)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def _table(options: Options) -> Transform:
    table = {str(key): value for key, value in options["entries"].items()}
    if "otherwise" in options:
        otherwise = options["otherwise"]
        return lambda value: table.get(str(value), otherwise)

    def look_up(value: Any) -> Any:
        try:
            return table[str(value)]
        except KeyError:
            raise ValueError("not_in_table") from None

    return look_up


def _default(options: Options) -> Transform:
    fallback = options["value"]
    return lambda value: fallback if value is None else value


def _province(_: Options) -> Transform:
    def province(value: Any) -> str | None:
        text = str(value).strip()
        if not text:
            return None
        name = province_name(text)
        if name is None:
            raise ValueError("unknown_province")
        return name

    return province


_NOT_DIGITS = re.compile(r"[\s\-()\u3000]+")


def _phone(_: Options) -> Transform:
    """Digits as dialled in China: width folded, +86 taken off; masks stay as they are."""

    def phone(value: Any) -> str | None:
        text = str(value)
        if not (text.isascii() and text.isdigit()):
            text = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))
        for prefix in ("+86", "0086"):
            text = text.removeprefix(prefix)
        return text or None

    return phone


def _width(_: Options) -> Transform:
    return lambda value: unicodedata.normalize("NFKC", str(value)).strip() or None


def _split(options: Options) -> Transform:
    separator = options.get("by", ",")
    return lambda value: [part.strip() for part in str(value).split(separator) if part.strip()]


def _prefix(options: Options) -> Transform:
    prefix = options["text"]
    return lambda value: f"{prefix}{value}"


def _yes_no(options: Options) -> Transform:
    yes = frozenset(str(item) for item in options.get("yes", ("1", "true", "True", "是")))
    return lambda value: str(value) in yes


CATALOGUE: dict[str, Entry] = {
    "trim": Entry(_trim, "去空格", "Trim spaces"),
    "text": Entry(_text, "转文本", "To text"),
    "integer": Entry(_integer, "转整数", "To whole number"),
    "quantity": Entry(_quantity, "转件数", "To quantity"),
    "yuan": Entry(_yuan, "元转分", "Yuan to fen", frozenset({"may_be_negative"})),
    "fen": Entry(_fen, "金额(分)", "Amount in fen", frozenset({"may_be_negative"})),
    "time": Entry(_time, "转时间", "To time", frozenset({"zone"})),
    "table": Entry(_table, "对照表", "Look-up table", frozenset({"entries", "otherwise"})),
    "default": Entry(_default, "默认值", "Default", frozenset({"value"}), takes_none=True),
    "province": Entry(_province, "标准省份", "Standard province"),
    "phone": Entry(_phone, "标准电话", "Standard phone"),
    "width": Entry(_width, "全角转半角", "Fold width"),
    "split": Entry(_split, "拆分", "Split", frozenset({"by"})),
    "prefix": Entry(_prefix, "加前缀", "Add prefix", frozenset({"text"})),
    "yes_no": Entry(_yes_no, "是或否", "Yes or no", frozenset({"yes"})),
}
