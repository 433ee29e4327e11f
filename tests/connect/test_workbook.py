"""Workbooks give the text that was typed, or say why they cannot; they never guess."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.connect import Permanent, Workbook
from orderloom.connect.rows import Row, cell_name
from tests.support.workbooks import MAIN, WORKBOOK, handmade, workbook

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TID = "2034455667788990011"
# Without what is taken off on purpose: blanks around, quotes before, `="…"`, the word null.
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "S"))).filter("null".__ne__)


def rows(content: bytes, sheet: int = 0) -> list[Row]:
    return list(Workbook(io.BytesIO(content)).sheet(sheet).rows())


def only(cell: str, **parts: str) -> tuple[str, str | None]:
    """What a cell of hand-made XML reads as, and its flaw."""
    (row,) = rows(handmade(f'<row r="1">{cell}</row>', parts))
    return row.cells[0], row.flaws.get(0)


def typed(value: object, **options: object) -> tuple[str, str | None]:
    (row,) = rows(workbook([[value]], **options))
    return row.cells[0], row.flaws.get(0)


def refusal(content: bytes) -> str:
    with pytest.raises(Permanent) as refused:
        rows(content)
    return refused.value.code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (TID, TID),
        ("  浙江省 \n杭州市 ", "浙江省 \n杭州市"),
        (13800000000, "13800000000"),
        (69.9, "69.9"),
        (0.1 + 0.2, "0.3"),
        (19.899999999999999, "19.9"),
        (-12, "-12"),
        (1e-7, "0.0000001"),
        (999_999_999_999_999, "999999999999999"),
        (True, "TRUE"),
        ("&<>\"'", "&<>\"'"),
        ("'0571", "0571"),
    ],
)
def test_cells_read_as_they_were_typed(value: object, text: str) -> None:
    assert typed(value) == (text, None)


@pytest.mark.parametrize(
    ("value", "text", "flaw"),
    [
        (2034455667788990011, "2.03445566778899E+18", "file.cell_rounded"),
        (1e15, "1000000000000000", "file.cell_rounded"),
        ("=A2*2", "=A2*2", "file.cell_formula"),
        (datetime(2026, 10, 9, 8, 57, 1), "2026-10-09 08:57:01", "file.cell_date"),
        (date(1900, 1, 31), "1900-01-31 00:00:00", "file.cell_date"),
        (date(1900, 3, 1), "1900-03-01 00:00:00", "file.cell_date"),
        (time(8, 30), "08:30:00", "file.cell_date"),
    ],
)
def test_what_a_spreadsheet_has_changed_is_told(value: object, text: str, flaw: str) -> None:
    assert typed(value) == (text, flaw)


def test_days_may_be_counted_from_1904() -> None:
    moment = datetime(2026, 10, 9, 8, 57)
    assert typed(moment, date_1904=True)[0] == "2026-10-09 08:57:00"


@pytest.mark.parametrize(
    ("code", "raw", "text", "flaw"),
    [
        ("00000", "42", "00042", None),
        ("General", "42", "42", None),
        ("0.00%", "0.15", "0.15", None),
        ("[Red]#,##0.00", "42", "42", None),
        ('0"day"', "42", "42", None),
        ("yyyy/m/d", "46304", "2026-10-09 00:00:00", "file.cell_date"),
        ("[h]:mm", "1.5", "1900-01-01 12:00:00", "file.cell_date"),
        ("[$-804]m月d日", "46304", "2026-10-09 00:00:00", "file.cell_date"),
    ],
)
def test_formats_tell_dates_and_leading_zeros(
    code: str, raw: str, text: str, flaw: str | None
) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="'
        + code.replace('"', "&quot;")
        + '"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    assert only(f'<c r="A1" s="1"><v>{raw}</v></c>', **{"xl/styles.xml": styles}) == (text, flaw)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c t="inlineStr"><is><r><t>纯棉</t></r><r><t>T恤</t></r></is></c>', ("纯棉T恤", None)),
        ('<c t="inlineStr"><is><t>张</t><rPh><t>zhang</t></rPh></is></c>', ("张", None)),
        (
            '<c t="inlineStr"><is><t>a_x000A_b_x005F_x0041__xD800_</t></is></c>',
            ("a\nb_x0041__xD800_", None),
        ),
        (f'<c t="str"><f>"{TID}"</f><v>{TID}</v></c>', (TID, None)),
        ('<c t="str"><f>"1"&amp;"2"</f><v>12</v></c>', ('="1"&"2"', "file.cell_formula")),
        ('<c><f t="shared" si="0"/><v>7</v></c>', ("=", "file.cell_formula")),
        ('<c t="e"><v>#REF!</v></c>', ("#REF!", "file.cell_error")),
        ('<c t="d"><v>2026-10-09T08:57:00</v></c>', ("2026-10-09 08:57:00", "file.cell_date")),
        ('<c t="s"><v>7</v></c>', ("7", "file.cell_error")),
        ("<c><v>12abc</v></c>", ("12abc", "file.cell_error")),
    ],
)
def test_every_way_to_write_a_cell(cell: str, read: tuple[str, str | None]) -> None:
    assert only(cell) == read


def test_other_programs_use_prefixes_and_leave_out_places() -> None:
    xml = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v>'
        '</x:c></x:row><x:row r="9"><x:c r="C9"><x:v>3</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    first, second = rows(handmade("", {"xl/worksheets/sheet1.xml": xml}))
    assert (first.number, first.cells) == (1, ["1", "2"])
    assert (second.number, second.cells) == (9, ["", "", "3"])


def test_rows_are_as_wide_as_their_header_and_empty_ones_are_passed_over() -> None:
    found = rows(workbook([["a", "b", "c"], [], ["1"], ["", "2"]]))
    assert [(row.number, row.cells) for row in found] == [
        (1, ["a", "b", "c"]),
        (3, ["1", "", ""]),
        (4, ["", "2", ""]),
    ]


def test_only_sheets_people_see_count() -> None:
    two = workbook([["one"]], [["two"]])
    opened = Workbook(io.BytesIO(two))
    assert opened.titles == ("Sheet1", "Sheet2")
    assert rows(two, 1)[0].cells == ["two"]
    hidden = WORKBOOK.replace("sheetId", 'state="hidden" sheetId')
    assert Workbook(io.BytesIO(handmade("", {"xl/workbook.xml": hidden}))).titles == ()


@relaxed
@given(
    table=st.lists(
        st.lists(TEXTS, min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    ),
    constant_memory=st.booleans(),
)
def test_texts_come_back_as_they_were(table: list[list[str]], constant_memory: bool) -> None:
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    content = workbook(table, constant_memory=constant_memory, **plain)
    found = {row.number: list(row.cells) for row in rows(content)}
    for number, cells in enumerate(table, 1):
        read = [*found.get(number, ()), "", "", "", ""]
        assert read[: len(cells)] == cells


# -- what must not be read -------------------------------------------------------------------------


def patched(content: bytes, name: str, change: bytes) -> bytes:
    """The zip with the stored bytes of a part replaced at their beginning."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        at = packed.getinfo(name).header_offset
        start = at + 30 + len(name.encode())
    return content[:start] + change + content[start + len(change) :]


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", "file.workbook_damaged"),
        (workbook([["a"]])[:-100], "file.workbook_damaged"),
        (patched(workbook([["a"]]), SHEET, b"\xff\xff\xff\xff"), "file.workbook_damaged"),
        (handmade("", {"xl/workbook.xml": "<workbook>"}), "file.workbook_damaged"),
        (handmade("", {"xl/sharedStrings.xml": "<sst><si>"}), "file.workbook_damaged"),
        (handmade("<row/>", compression=zipfile.ZIP_BZIP2), "file.workbook_protected"),
        (handmade("", {f"x/{n}": "" for n in range(10_001)}), "file.workbook_too_large"),
        (handmade("", {"xl/styles.xml": b" " * ((1 << 24) + 1)}), "file.workbook_too_large"),
    ],
)
def test_what_is_damaged_protected_or_too_large_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_zip_of_other_things_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "x")
    assert refusal(out.getvalue()) == "file.packed"


def bomb(piece: bytes, mega: int) -> bytes:
    """A sheet that unpacks to many megabytes of the same."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(handmade(""))) as sound,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            packed.writestr(name, sound.read(name))
        with packed.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(
                f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="inlineStr"><is><t'.encode()
            )
            for _ in range(mega):
                sheet.write(piece * ((1 << 20) // len(piece)))
    return out.getvalue()


@pytest.mark.parametrize(
    "piece",
    [b" ", b"><t", b">" + b"x" * 1023],
    ids=["a tag without an end", "a nest without an end", "a cell without an end"],
)
def test_what_has_no_end_costs_little_memory(piece: bytes) -> None:
    content = bomb(piece, 40)
    tracemalloc.start()
    (row,) = rows(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert row.error is not None
    assert row.error.code == "file.workbook_broken"
    assert peak < 12 << 20


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    ],
)
def test_documents_with_entities_are_refused(document: str) -> None:
    assert refusal(handmade("", {"xl/workbook.xml": document})) == "file.workbook_damaged"


def test_broken_xml_ends_the_rows_and_says_where() -> None:
    found = rows(handmade("<row><c><v>1</v></c></row><row><c><v>2</c></row>"))
    assert [row.cells for row in found[:-1]] == [["1"]]
    assert found[-1].cut
    assert found[-1].error is not None
    assert (found[-1].number, found[-1].error.code) == (2, "file.workbook_broken")


def test_a_column_beyond_the_last_is_no_spreadsheets() -> None:
    assert rows(handmade('<row><c r="XFE1"><v>1</v></c></row>'))[0].error is not None


@pytest.mark.parametrize(
    ("row", "place", "name"),
    [(1, 0, "A1"), (5, 25, "Z5"), (5, 26, "AA5"), (7, 701, "ZZ7"), (7, 702, "AAA7")],
)
def test_cells_are_named_as_spreadsheets_do(row: int, place: int, name: str) -> None:
    assert cell_name(row, place) == name
