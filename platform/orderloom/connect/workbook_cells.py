"""What the cells of a workbook mean: numbers as typed, dates, and what cannot be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from .workbook_xml import Element

ROUNDED, DATE, FORMULA, ERROR = (
    "file.cell_rounded",
    "file.cell_date",
    "file.cell_formula",
    "file.cell_error",
)
MOST_DIGITS = 15  # that a spreadsheet keeps of a number
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built-in formats
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_PART = re.compile(r"[ymdhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
_WHOLE = re.compile(r"-?\d+")
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_DAY_S = 86_400
_LAST_DAY = 2_958_466  # the end of the year 9999
Kind = Literal["number", "date"]


class Read(NamedTuple):
    """A cell's text, and why it is not what was meant if so."""

    text: str
    flaw: str | None = None


@dataclass(frozen=True)
class Format:
    """How a cell's number is shown. `zeros`: filled up with zeros to so many digits."""

    is_date: bool = False
    zeros: int = 0


PLAIN = Format()


class Formats(list[Format]):
    """The formats of a workbook, by the number cells refer to."""

    def of(self, style: str | None) -> Format:
        number = int(style) if style and style.isdecimal() else 0
        return self[number] if number < len(self) else PLAIN


def read_formats(styles: Iterable[Element]) -> Formats:
    """From the start tags of the document of styles."""
    codes: dict[str, str] = {}
    formats, inside = Formats(), False
    for element in styles:
        if element.name == "numFmt":
            codes[element.attributes.get("numFmtId", "")] = element.attributes.get("formatCode", "")
        elif element.name in ("cellXfs", "cellStyles", "cellStyleXfs", "dxfs"):
            inside = element.name == "cellXfs"
        elif element.name == "xf" and inside:
            formats.append(_format(element.attributes.get("numFmtId", "0"), codes))
    return formats


def _format(number: str, codes: dict[str, str]) -> Format:
    code = codes.get(number)
    if code is None:
        return Format(is_date=number.isdecimal() and int(number) in _DATES)
    first = code.partition(";")[0]
    if _ZEROS.fullmatch(first):
        return Format(zeros=len(first))
    return Format(is_date=_DATE_PART.search(_NOT_SHOWN.sub("", first)) is not None)


def read_number(raw: str, shown: Format, *, from_1904: bool) -> Read:
    """A number as typed: spreadsheets make up its 16th digit, and drop what they cannot keep."""
    if shown.is_date:
        return _date(raw, from_1904=from_1904)
    if _WHOLE.fullmatch(raw) and len(raw.lstrip("-")) <= MOST_DIGITS:
        return Read(raw.zfill(shown.zeros))
    try:
        value = float(raw)
    except ValueError:
        return Read(raw, ERROR)
    if not abs(value) < 10**MOST_DIGITS:
        return Read(raw, ROUNDED)
    text = format(Decimal(format(value, f".{MOST_DIGITS}g")), "f")
    return Read(text.zfill(shown.zeros) if _WHOLE.fullmatch(text) else text)


def _date(raw: str, *, from_1904: bool) -> Read:
    """Days since 1900 (or 1904), as text; its seconds are rounded, as spreadsheets show them."""
    try:
        serial = float(raw)
    except ValueError:
        return Read(raw, ERROR)
    if not 0 <= serial < _LAST_DAY:
        return Read(raw, ERROR)
    seconds = round(serial * _DAY_S)
    if seconds < _DAY_S:
        return Read(str(timedelta(seconds=seconds)).rjust(8, "0"), DATE)
    moment = _day_zero(serial, from_1904=from_1904) + timedelta(seconds=seconds)
    return Read(moment.isoformat(" "), DATE)


def _day_zero(serial: float, *, from_1904: bool) -> datetime:
    """The first spreadsheet took 1900 for a leap year, and all others do it since."""
    if from_1904:
        return datetime(1904, 1, 1)
    return datetime(1899, 12, 31 if serial < 60 else 30)


def read_iso_date(raw: str) -> Read:
    """A date in the newer spelling, 2026-10-09T08:57:00."""
    return Read(raw.replace("T", " ").removesuffix("Z").partition(".")[0], DATE)


def read_formula(formula: str) -> Read:
    """Only a text in quotes, which exports write to keep long numbers whole, is sure to hold."""
    literal = _LITERAL.fullmatch(formula)
    return Read(literal[1].replace('""', '"')) if literal else Read(f"={formula}", FORMULA)
