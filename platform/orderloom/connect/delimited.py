"""Rows of a text file whose cells are separated by commas, tabs or semicolons."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence

from .columns import Column, clean, holds_key
from .rows import MAX_ROW, Row, refused

DELIMITERS = (",", "\t", ";")
HEADER_WITHIN = 10  # rows; reports like to start with a title


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


def delimited_rows(read_line: Callable[[int], str], columns: Sequence[Column]) -> Iterator[Row]:
    """`read_line(n)`: a line with its end, or n characters of it; "" at the end of the file.

    `columns` tell which of the separators it is: the one that makes most of the header.
    """
    lines = _Lines(read_line)
    return _rows(lines, lines.delimiter(columns))


def _rows(lines: _Lines, delimiter: str) -> Iterator[Row]:
    number = 0
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            while True:
                lines.taken = []
                cells = next(reader)
                number += 1
                yield Row(number, [clean(cell) for cell in cells])
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield Row(number, (), lines.give_back(), refused("file.row_unreadable", number))
