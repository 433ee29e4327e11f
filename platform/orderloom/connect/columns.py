"""What the columns of a table mean: declared by a connector, matched with a header row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from .errors import Permanent
from .model import Text

Cells = Sequence[str]
ColumnKind = Literal["text", "key", "line_key", "time", "place"]


@dataclass(frozen=True, slots=True)
class Column:
    """Where the columns of a table go.

    `path`: a field of the record, or `list.field` for a field of the line that a row stands for.
    `titles`: headers that mean it besides the path itself, best first: the first that holds
    something counts. `values`: the table's words -> the platform's. Neither titles nor words differ
    by width, spaces or capitals.

    Kinds: text; key: the order's number, which rows of one order share; line_key: the line's,
    made from the order's where there is none; time: also as spreadsheets write it; place:
    province, city, district and the rest in one cell, `path` names the four fields.

    `example`: what stands in the column of the template people download; those without are not
    in it. Invented, and such that the template can be imported as it is.
    """

    path: str
    titles: tuple[str, ...] = ()
    kind: ColumnKind = "text"
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    required: bool = False
    example: str = ""

    @property
    def title(self) -> str:
        """The header people know it by."""
        return self.heading("zh")

    def heading(self, locale: str) -> str:
        """The first title in this language, else the first one of people, else the path."""
        chinese = [title for title in self.titles if not title.isascii()]
        english = [title for title in self.titles if title.isascii() and title[0].isupper()]
        fitting = english + chinese if locale == "en" else chinese + english
        return next(iter([*fitting, *self.titles]), self.path)


@dataclass(frozen=True, slots=True)
class Target:
    """A column of the connector and the cells it may be taken from."""

    column: Column
    cells: tuple[int, ...]
    words: Mapping[str, str]

    def read(self, row: Cells) -> str:
        found = next((row[i] for i in self.cells if row[i]), "")
        if self.column.kind == "time":
            return _time(found)
        return self.words.get(_plain(found), found) if self.words else found


@dataclass(frozen=True)
class Header:
    """The header row, understood. `own`: headers no column knows, kept under their own names."""

    titles: tuple[str, ...]
    key: Target
    order: tuple[Target, ...]
    lines: tuple[Target, ...]
    own: tuple[tuple[str, int], ...]

    @property
    def width(self) -> int:
        return len(self.titles)

    @cached_property
    def known(self) -> tuple[int, ...]:
        """The cells that some column of the connector is taken from."""
        targets = (self.key, *self.order, *self.lines)
        return tuple(sorted({place for target in targets for place in target.cells}))

    @cached_property
    def may_be_dates(self) -> frozenset[int]:
        """The cells in which a date is no accident."""
        times = (t for t in (*self.order, *self.lines) if t.column.kind == "time")
        known = {place for target in times for place in target.cells}
        return frozenset(known | {place for _, place in self.own})


def holds_key(cells: Cells, columns: Sequence[Column]) -> bool:
    """Whether one of the cells is a title of the order's number."""
    key = next(column for column in columns if column.kind == "key")
    titles = {_plain(title) for title in (key.path, *key.titles)}
    return any(_plain(cell) in titles for cell in cells)


def read_header(cells: Cells, columns: Sequence[Column]) -> Header | None:
    """None if no cell is the title of the order's number; raises Permanent for a bad header."""
    plain = [_plain(cell) for cell in cells]
    targets = [_target(column, plain) for column in columns]
    key = next(target for target in targets if target.column.kind == "key")
    if not key.cells:
        return None
    lacking = [t.column for t in targets if t.column.required and not t.cells]
    if lacking:
        raise Permanent("file.columns_missing", missing=[column.title for column in lacking])
    known = {place for target in targets for place in target.cells}
    own = tuple(
        (cell.strip(), place)
        for place, cell in enumerate(cells)
        if cell.strip() and place not in known and plain[place] not in _OURS
    )
    used = tuple(t for t in targets if t.cells or t.column.kind == "line_key")
    return Header(
        titles=tuple(cell.strip() for cell in cells),
        key=key,
        order=tuple(t for t in used if "." not in t.column.path),
        lines=tuple(t for t in used if "." in t.column.path),
        own=own,
    )


def _target(column: Column, plain: Sequence[str]) -> Target:
    words = {_plain(word): value for word, value in column.values.items()}
    return Target(column, _places(column, plain), words)


def _places(column: Column, plain: Sequence[str]) -> tuple[int, ...]:
    titles = [_plain(title) for title in (column.path, *column.titles)]
    twice = next((title for title in titles if plain.count(title) > 1), None)
    if twice is not None:
        raise Permanent("file.column_twice", title=twice)
    return tuple(plain.index(title) for title in titles if title in plain)


def _plain(title: str) -> str:
    """Full-width and half-width forms, spaces and capitals make no difference."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split())


# What the hub itself adds to rows that failed, for people to read.
PROBLEM = Text("导入问题", "Import problem")
_OURS = frozenset(map(_plain, PROBLEM))
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")  # an order's number that was taken for one
SHORTENED = re.compile(r"\d(?:\.\d+)?E\+\d\d")  # any number too long for its cell
_TIME = re.compile(
    r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?",
    re.ASCII,
)


def clean(cell: str) -> str:
    """Without what exports put around a value so that spreadsheets leave it alone."""
    cell = cell.strip()
    formula = _FORMULA.fullmatch(cell)
    if formula:
        cell = formula[1].strip()
    elif cell.startswith("'"):
        cell = cell[1:].strip()
    return "" if cell == "null" else cell


def _time(cell: str) -> str:
    found = _TIME.fullmatch(cell)
    if not found:
        return cell
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"


def spread(target: Target, value: str) -> Iterator[tuple[str, str]]:
    """The fields a place in one cell fills: taken apart at its spaces, the rest in the last."""
    names = target.column.path.split()
    parts = value.split(None, len(names) - 1)
    yield from zip(names, parts[:-1], strict=False)
    if parts:
        yield names[-1], parts[-1]
