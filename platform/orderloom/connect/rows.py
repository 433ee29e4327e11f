"""One row of a table, whatever kind of file it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .columns import Cells
from .errors import ConnectorError, Permanent
from .model import FileRecord

MAX_ROW = 1 << 18  # characters, line breaks inside quotes included


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as spreadsheets show it, its cells, or what is wrong with it.

    `flaws`: place of a cell -> code that says why its text cannot be what was meant.
    `cut`: nothing behind it could be read, so the order before it may lack rows.
    """

    number: int
    cells: Cells
    raw: str = ""
    error: ConnectorError | None = None
    flaws: Mapping[int, str] = field(default_factory=dict)
    cut: bool = False

    def refuse(self, code: str, **params: Any) -> Row:
        """The same row, set aside with a reason."""
        raw = self.raw or "\t".join(self.cells)
        return Row(self.number, self.cells, raw, refused(code, self.number, **params))

    def record(self) -> FileRecord:
        return FileRecord(
            self.number, error=self.error, is_row=True, rows=((self.number, self.cells),)
        )


def refused(code: str, row: int, **params: Any) -> Permanent:
    """What is wrong with a row, and with it alone."""
    return Permanent(code, item=True, row=row, **params)


def cell_name(row: int, place: int) -> str:
    """A cell as spreadsheets name it: row 5, place 27 -> AB5."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
