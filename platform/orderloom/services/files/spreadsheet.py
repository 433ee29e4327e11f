"""Workbooks for people: every cell is text, so that no spreadsheet changes what stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

MOST_ROWS = 1_048_575  # of one worksheet, without its header
_LONGEST_CELL = 32_767
_NARROW, _WIDE = 10, 40


def write(
    path: Path, title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], *, hint: int = -1
) -> int:
    """Write one worksheet, row by row, and return how many rows it took.

    `hint`: the place of a column that is coloured because people shall look at it. Rows beyond
    what a worksheet holds are left out.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        text = workbook.add_format({"num_format": "@", "valign": "top"})
        head = workbook.add_format({"num_format": "@", "bold": True, "bottom": 1})
        red = workbook.add_format({"num_format": "@", "font_color": "#b42318", "text_wrap": True})
        sheet = workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for place, header in enumerate(headers):
            width = min(max(_NARROW, 2 * len(header) + 2), _WIDE)
            sheet.set_column(place, place, _WIDE if place == hint else width, text)
            sheet.write_string(0, place, header, head)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                return MOST_ROWS
            for place, cell in enumerate(row):
                sheet.write_string(
                    count, place, cell[:_LONGEST_CELL], red if place == hint else text
                )
    return count
