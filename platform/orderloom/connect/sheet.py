"""Orders from a table (a spreadsheet, or separated text): rows of one order stand together.

A connector says in `columns` which header goes where; what comes out is the text of a record as
its platform would have sent it, so a table takes the same way as every other payload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from typing import Any

from .columns import ROUNDED, SHORTENED, Cells, Column, Header, read_header, spread
from .delimited import HEADER_WITHIN
from .errors import ConnectorError, Permanent
from .jsontext import dump_json
from .model import FileRecord
from .rows import Row, cell_name, refused

MAX_ROWS = 1000  # of one order


class Sheet:
    """One table: its header, then its orders."""

    def __init__(
        self, rows: Iterator[Row], columns: Sequence[Column], *, cut: bool = False
    ) -> None:
        """`cut`: the file ends in half a character. Raises Permanent for an unknown header."""
        self._rows = rows
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
        loose: list[Row] = []
        closed = _Closed()
        for row in filter(None, map(self._checked, self._rows)):
            key = self.header.key.read(row.cells) if row.error is None else ""
            if row.error is not None:
                if order is None or not order.spoil(row):
                    loose.append(row)
                    yield from _beyond(loose)
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

    def _checked(self, row: Row) -> Row | None:
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
        if row.flaws and (flawed := self._flawed(row)):
            return flawed
        key = self.header.key.read(row.cells)
        if not key:
            return row.refuse("file.no_number")
        if ROUNDED.fullmatch(key):
            return row.refuse("file.number_rounded", number=key)
        return self._shortened(row) or row

    def _flawed(self, row: Row) -> Row | None:
        """The row refused, if a spreadsheet has made something else of what was typed."""
        for place, code in row.flaws.items():
            if code != "file.cell_date" or place not in self.header.may_be_dates:
                return _refused_cell(row, place, code)
        return None

    def _shortened(self, row: Row) -> Row | None:
        for place in self.header.known:
            if SHORTENED.fullmatch(row.cells[place]):
                return _refused_cell(row, place, "file.cell_rounded")
        return None


def _refused_cell(row: Row, place: int, code: str) -> Row:
    return row.refuse(code, cell=cell_name(row.number, place), value=row.cells[place][:80])


def _beyond(loose: list[Row]) -> Iterator[FileRecord]:
    """Bad rows that are too many to be remembered until their order turns up."""
    while len(loose) > MAX_ROWS:
        yield loose.pop(0).record()


class _Order:
    """The rows of one order, becoming its record."""

    def __init__(self, header: Header, key: str, first: Row) -> None:
        self.key = key
        self._header = header
        self._first = first
        self._body: dict[str, Any] = {}
        self._lines: list[dict[str, str]] = []
        self._error: ConnectorError | None = None
        self._rows: list[tuple[int, Cells]] = []
        self.add(first)

    def add(self, row: Row) -> None:
        self._keep(row)
        if self._error is None and len(self._lines) >= MAX_ROWS:
            self._error = refused("file.too_many_rows", row.number, limit=MAX_ROWS)
        if self._error is not None:
            return
        for target in self._header.order:
            self._set(target.column.path, target.read(row.cells), row)
        line = {t.column.path.partition(".")[2]: t.read(row.cells) for t in self._header.lines}
        for name, place in self._header.own:
            if self._body.setdefault(name, row.cells[place]) != row.cells[place]:
                line[name] = row.cells[place]
        self._lines.append({name: value for name, value in line.items() if value})

    def _keep(self, row: Row) -> None:
        if len(self._rows) < MAX_ROWS:
            self._rows.append((row.number, row.cells))

    def _set(self, name: str, value: str, row: Row) -> None:
        known = self._body.setdefault(name, value)
        if value and not known:
            self._body[name] = value
        elif value and known != value:
            params = {"number": self.key, "field": name, "value": value, "known": known}
            self._error = refused("file.rows_disagree", row.number, **params)

    def spoil(self, row: Row) -> bool:
        """Whether a row that was refused may belong to this order, which then is refused too."""
        mine = row.cut or self.key in row.raw
        if mine:
            self._keep(row)
            self._error = self._error or row.error
        return mine

    def record(self) -> FileRecord:
        place, rows = self._first.number, sorted(self._rows, key=itemgetter(0))
        if self._error is not None:
            return FileRecord(place, error=self._error, is_row=True, rows=rows)
        self._take_places_apart()
        for target in self._header.lines:
            list_name, _, name = target.column.path.partition(".")
            if target.column.kind == "line_key":
                self._number_lines(name)
            self._body[list_name] = self._lines
        return FileRecord(place, dump_json(_filled(self._body)), is_row=True, rows=rows)

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
