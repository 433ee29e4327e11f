"""Orders from a table (CSV, tab or semicolon separated): rows of one order stand together.

A connector says in `columns` which header goes where; what comes out is the text of a record as
its platform would have sent it, so a table takes the same way as every other payload.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from .columns import ROUNDED, Cells, Column, Header, clean, holds_key, read_header, spread
from .errors import ConnectorError, Permanent
from .jsontext import dump_json
from .model import FileRecord

MAX_ROW = 1 << 18  # characters, line breaks inside quotes included
MAX_ROWS = 1000  # of one order
HEADER_WITHIN = 10  # rows; reports like to start with a title
DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its number as spreadsheets show it, its cells, or what is wrong with it."""

    number: int
    cells: Cells
    raw: str = ""
    error: ConnectorError | None = None

    def refuse(self, code: str, **params: Any) -> _Row:
        """The same row, set aside with a reason."""
        error = _refused(code, self.number, **params)
        return _Row(self.number, (), self.raw or "\t".join(self.cells), error)

    def record(self) -> FileRecord:
        return FileRecord(self.number, error=self.error, is_row=True)


def _refused(code: str, row: int, **params: Any) -> Permanent:
    return Permanent(code, item=True, row=row, **params)


class _Lines:
    """The file's lines for the csv module; those of a row that failed can be given back."""

    def __init__(self, read_line: Callable[[int], str]) -> None:
        self._read_line = read_line
        self._again: list[str] = []
        self.taken: list[str] = []

    def delimiter(self, columns: Sequence[Column]) -> str:
        """The separator that takes the header apart into most cells."""
        first = [line for _ in range(HEADER_WITHIN) if (line := self._read_line(MAX_ROW))]
        self._again = first[::-1]
        return max(DELIMITERS, key=lambda mark: _header_width(first, mark, columns))

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._piece()
        if not line:
            raise StopIteration
        self.taken.append(line)
        if sum(map(len, self.taken)) > MAX_ROW or (len(line) == MAX_ROW and line[-1] != "\n"):
            raise csv.Error("too long")
        return line

    def give_back(self) -> str:
        """The first line of the row; all others are read again. A line too long is passed by."""
        first, *rest = self.taken
        self._again.extend(reversed(rest))
        piece = first
        while piece and piece[-1] not in "\r\n" and not rest:
            piece = self._piece()
        return first

    def _piece(self) -> str:
        """A line, or as much of it as may be read at once."""
        return self._again.pop() if self._again else self._read_line(MAX_ROW)


def _header_width(first: Sequence[str], delimiter: str, columns: Sequence[Column]) -> int:
    rows = csv.reader(first, delimiter=delimiter)
    try:
        return next((len(row) for row in rows if holds_key(row, columns)), 0)
    except csv.Error:
        return 0


def _rows(lines: _Lines, delimiter: str) -> Iterator[_Row]:
    number = 0
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            while True:
                lines.taken = []
                cells = next(reader)
                number += 1
                yield _Row(number, [clean(cell) for cell in cells])
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield _Row(number, (), lines.give_back(), _refused("file.row_unreadable", number))


class Sheet:
    """One table: its header, then its orders."""

    def __init__(
        self, read_line: Callable[[int], str], columns: Sequence[Column], *, cut: bool = False
    ) -> None:
        """`read_line(n)`: a line with its end, or n characters of it; "" at the end of the file.

        `cut`: the file ends in half a character. Raises Permanent for a header not understood.
        """
        lines = _Lines(read_line)
        self._rows = _rows(lines, lines.delimiter(columns))
        self._cut = cut
        self.header = self._find_header(columns)

    def _find_header(self, columns: Sequence[Column]) -> Header:
        seen: list[str] = []
        for row in islice(self._rows, HEADER_WITHIN):
            header = read_header(row.cells, columns)
            if header is not None:
                return header
            seen = seen or [cell[:40] for cell in row.cells if cell]
        key = next(column for column in columns if column.kind == "key")
        raise Permanent("file.no_header", wanted=[*key.titles, key.path], found=seen[:20])

    def records(self) -> Iterator[FileRecord]:
        """One record per order, in the order of the file; rows that belong to none by themselves.

        An order is refused as a whole when one of its rows is: half an order must not be shipped.
        """
        order: _Order | None = None
        loose: list[_Row] = []
        closed = _Closed()
        for row in filter(None, map(self._checked, self._rows)):
            key = self.header.key.read(row.cells) if row.error is None else ""
            if row.error is not None:
                if order is None or not order.spoil(row):
                    loose.append(row)
            elif order is not None and order.key == key:
                order.add(row)
            elif not closed.add(key):
                loose.append(row.refuse("file.stray_row", number=key))
            else:
                if order is not None:
                    yield order.record()
                order = _Order(self.header, key, row)
                yield from (bad.record() for bad in loose if not order.spoil(bad))
                loose = []
        if order is not None:
            yield order.record()
        yield from (bad.record() for bad in loose)

    def _checked(self, row: _Row) -> _Row | None:
        """None for an empty row; a row that cannot be trusted carries its error."""
        if row.error is not None:
            return row
        if not any(row.cells):
            return None
        wanted, found = self.header.width, len(row.cells)
        if found < wanted or any(row.cells[wanted:]):
            return row.refuse("file.cells", found=found, wanted=wanted)
        if self._cut and row.cells[-1].endswith("\N{REPLACEMENT CHARACTER}"):
            return row.refuse("file.cut_off")
        key = self.header.key.read(row.cells)
        if not key:
            return row.refuse("file.no_number")
        if ROUNDED.fullmatch(key):
            return row.refuse("file.number_rounded", number=key)
        return row


class _Order:
    """The rows of one order, becoming its record."""

    def __init__(self, header: Header, key: str, first: _Row) -> None:
        self.key = key
        self._header = header
        self._first = first
        self._body: dict[str, Any] = {}
        self._lines: list[dict[str, str]] = []
        self._error: ConnectorError | None = None
        self.add(first)

    def add(self, row: _Row) -> None:
        if self._error is None and len(self._lines) >= MAX_ROWS:
            self._error = _refused("file.too_many_rows", row.number, limit=MAX_ROWS)
        if self._error is not None:
            return
        for target in self._header.order:
            self._set(target.column.path, target.read(row.cells), row)
        line = {t.column.path.partition(".")[2]: t.read(row.cells) for t in self._header.lines}
        for name, place in self._header.own:
            if self._body.setdefault(name, row.cells[place]) != row.cells[place]:
                line[name] = row.cells[place]
        self._lines.append({name: value for name, value in line.items() if value})

    def _set(self, name: str, value: str, row: _Row) -> None:
        known = self._body.setdefault(name, value)
        if value and not known:
            self._body[name] = value
        elif value and known != value:
            params = {"number": self.key, "field": name, "value": value, "known": known}
            self._error = _refused("file.rows_disagree", row.number, **params)

    def spoil(self, row: _Row) -> bool:
        """Whether a row that was refused belongs to this order, which then is refused too."""
        mine = self.key in row.raw
        if mine and self._error is None:
            self._error = row.error
        return mine

    def record(self) -> FileRecord:
        if self._error is not None:
            return FileRecord(self._first.number, error=self._error, is_row=True)
        self._take_places_apart()
        for target in self._header.lines:
            list_name, _, name = target.column.path.partition(".")
            if target.column.kind == "line_key":
                self._number_lines(name)
            self._body[list_name] = self._lines
        return FileRecord(self._first.number, dump_json(_filled(self._body)), is_row=True)

    def _take_places_apart(self) -> None:
        """A place in one cell fills what columns of their own have not."""
        for target in self._header.order:
            if target.column.kind == "place":
                for name, value in spread(target, self._body.pop(target.column.path)):
                    self._body[name] = self._body.get(name) or value

    def _number_lines(self, name: str) -> None:
        """Platforms give the only line of an order the order's own number."""
        only = len(self._lines) == 1
        for number, line in enumerate(self._lines, 1):
            line.setdefault(name, self.key if only else f"{self.key}-{number}")


def _filled(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value != ""}


class _Closed:
    """The numbers seen so far, in eight bytes each, whatever the length of the file."""

    def __init__(self) -> None:
        self._buckets = [bytearray() for _ in range(4096)]

    def add(self, key: str) -> bool:
        """False if the number was there already."""
        print_ = blake2b(key.encode(), digest_size=10).digest()
        bucket, rest = self._buckets[int.from_bytes(print_[:2]) % 4096], print_[2:]
        at = bucket.find(rest)
        while at >= 0 and at % 8:
            at = bucket.find(rest, at + 1)
        if at < 0:
            bucket.extend(rest)
        return at < 0
