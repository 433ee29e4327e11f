"""Live tables as rules read them: values by key that people edit without publishing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Entry = Mapping[str, Any]  # {"keys": [text], "value": …}; no keys: all others
Shares = tuple[tuple[str, int], ...]  # courier and weight


@dataclass(frozen=True)
class LiveTable:
    """A table as of one version; 0 is what the blueprint brings. Of equal keys the first counts."""

    version: int
    entries: Sequence[Entry]


@dataclass(frozen=True)
class CourierTable:
    """Couriers by province, with the row numbers people see, from 0.

    row_of: the first row that names a province; others: the row for all the rest, if there is one.
    """

    key: str
    rows: tuple[Shares, ...]
    row_of: Mapping[str, int]
    others: int | None = None

    def row(self, province: str | None) -> int | None:
        """The row for a province; a hidden or missing one goes with all the rest."""
        return self.row_of.get(province, self.others) if province else self.others
