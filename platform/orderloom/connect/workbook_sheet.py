"""The rows of one worksheet, out of its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .columns import clean
from .rows import MAX_ROW, Row, refused
from .workbook_cells import ERROR, Formats, Read, read_formula, read_iso_date, read_number
from .workbook_xml import BadXml, Names, Parser, Texts, unescaped

MOST_COLUMNS = 16_384
_TEXTS = ("v", "t")


class SheetReader:
    """Feed it the XML; it gives the rows that are complete. Empty rows are passed over."""

    def __init__(self, texts: Texts, formats: Formats, *, from_1904: bool) -> None:
        self._texts, self._formats, self._from_1904 = texts, formats, from_1904
        self._names, self._parser = Names(), Parser()
        self._parser.on(self._start, self._end, self._text)
        self._ready: list[Row] = []
        self._broken = False
        self._number = self._width = 0
        # Of the row that is being read:
        self._in_row = False
        self._cells: dict[int, str] = {}
        self._flaws: dict[int, str] = {}
        self._size = 0
        # Of its cell:
        self._place = -1
        self._attributes: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._aside = self._is_formula = False

    def feed(self, piece: bytes) -> Iterator[Row]:
        if not self._broken:
            try:
                self._parser.feed(piece)
            except BadXml:
                self._break_off()
        yield from self._taken()

    def end(self) -> Iterator[Row]:
        if not self._broken:
            try:
                self._parser.end()
            except BadXml:
                self._break_off()
        yield from self._taken()

    def _taken(self) -> list[Row]:
        rows, self._ready = self._ready, []
        return rows

    def _break_off(self) -> None:
        self._broken = True
        number = self._number if self._in_row else self._number + 1
        error = refused("file.workbook_broken", number)
        self._ready.append(Row(number, (), error=error, cut=True))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names[tag]
        if name in _TEXTS:
            self._into = None if self._aside else self._value
        elif name == "c":
            self._attributes, self._is_formula = attributes, False
            self._value.clear()
        elif name == "row":
            self._begin_row(attributes.get("r", ""))
        elif name == "f":
            self._is_formula = True
            self._into = self._formula
            self._formula.clear()
        elif name == "rPh":
            self._aside = True

    def _end(self, tag: str) -> None:
        name = self._names[tag]
        if name in _TEXTS or name == "f":
            self._into = None
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._aside = False

    def _text(self, text: str) -> None:
        if self._into is None:
            return
        self._size += len(text)
        if self._size <= MAX_ROW:
            self._into.append(text)

    def _begin_row(self, number: str) -> None:
        self._number = int(number) if number.isdecimal() else self._number + 1
        self._cells, self._flaws = {}, {}
        self._size, self._place, self._in_row = 0, -1, True

    def _end_cell(self) -> None:
        place = _place(self._attributes.get("r", ""))
        self._place = self._place + 1 if place is None else place
        if self._place >= MOST_COLUMNS:
            raise BadXml("a column beyond the last one")
        read = self._read()
        self._size += len(read.text)
        text = read.text if read.flaw else clean(read.text)
        if text and self._size <= MAX_ROW:
            self._cells[self._place] = text
            if read.flaw is not None:
                self._flaws[self._place] = read.flaw

    def _read(self) -> Read:
        if self._is_formula:
            return read_formula("".join(self._formula))
        kind, raw = self._attributes.get("t", "n"), "".join(self._value)
        if kind == "s":
            return self._shared(raw)
        if kind == "n" and raw:
            shown = self._formats.of(self._attributes.get("s"))
            return read_number(raw, shown, from_1904=self._from_1904)
        if kind == "b":
            return Read("TRUE" if raw == "1" else "FALSE")
        if kind == "e":
            return Read(raw, ERROR)
        return read_iso_date(raw) if kind == "d" else Read(unescaped(raw))

    def _shared(self, raw: str) -> Read:
        try:
            return Read(self._texts[int(raw)])
        except (IndexError, ValueError):
            return Read(raw or "?", ERROR)

    def _end_row(self) -> None:
        self._in_row = False
        if not self._cells:
            return
        self._width = max(self._width, 1 + max(self._cells))
        cells = [self._cells.get(place, "") for place in range(self._width)]
        row = Row(self._number, cells, flaws=self._flaws)
        too_long = self._size > MAX_ROW
        self._ready.append(row.refuse("file.row_too_long", limit=MAX_ROW) if too_long else row)


def _place(name: str) -> int | None:
    """AB5 -> 27; None where a cell does not say where it is."""
    return _column(name.rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int | None:
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        return None
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
