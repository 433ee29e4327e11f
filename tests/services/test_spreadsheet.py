"""Workbooks for people hold texts, whatever the texts look like."""

from __future__ import annotations

from pathlib import Path

from orderloom.connect import Workbook
from orderloom.services.files import spreadsheet

ROWS = [
    ["2034455667788990011", "=1+1", "https://example.com", ""],
    ["00042", "-5", "a" * 40_000, "2026-03-04"],
]


def test_cells_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    assert spreadsheet.write(path, "订单", ["订单编号", "备注", "链接", "x"], ROWS, hint=1) == 2
    with path.open("rb") as file:
        opened = Workbook(file)
        header, first, second = opened.sheet(0).rows()
    assert opened.titles == ("订单",)
    assert header.cells == ["订单编号", "备注", "链接", "x"]
    assert first.cells == ROWS[0]
    assert second.cells == ["00042", "-5", "a" * 32_767, "2026-03-04"]
    assert first.flaws == second.flaws == {}
