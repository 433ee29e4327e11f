"""Workbooks for tests: as a spreadsheet writes them, and as hands may write their XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
    '<sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"'
    f' Type="{REL}/worksheet"/></Relationships>'
)


def workbook(*sheets: Sequence[Sequence[Any]], **options: Any) -> bytes:
    """As Excel writes it; numbers are numbers, dates dates, `=…` formulas."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm:ss", **options})
    for rows in sheets:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value != "":
                    sheet.write(number, place, value)
    book.close()
    return out.getvalue()


def handmade(rows: str, parts: Mapping[str, str | bytes] | None = None, **options: Any) -> bytes:
    """A workbook whose sheet holds this XML; `parts` are added or replaced."""
    content: dict[str, str | bytes] = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as packed:
        for name, text in content.items():
            packed.writestr(name, text)
    return out.getvalue()
