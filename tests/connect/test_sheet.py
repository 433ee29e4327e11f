"""Tables become records: headers as people write them, rows of one order together."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.connect import (
    TOP_COLUMNS,
    Column,
    ConnectorError,
    FileRecord,
    Sheet,
    delimited_rows,
)

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TID, OTHER, THIRD = "2034455667788990011", "2034455667788990029", "2034455667788990037"
HEADER = "订单编号,订单状态,订单创建时间,总金额,宝贝标题,商家编码,数量,单价"
LINE = "等待买家付款,2026-10-03 08:58:11,69.00,纯棉T恤,TEE-BLK-S,1,69.00"


def sheet(text: str, cut: bool = False) -> Sheet:
    return Sheet(
        delimited_rows(io.StringIO(text, newline="").readline, TOP_COLUMNS), TOP_COLUMNS, cut=cut
    )


def records(text: str, cut: bool = False) -> list[FileRecord]:
    found = list(sheet(text, cut).records())
    assert all(record.is_row for record in found)
    return found


def bodies(text: str) -> list[dict[str, Any]]:
    found = records(text)
    assert [record.error for record in found if record.error] == []
    return [json.loads(record.text) for record in found]


def faults(text: str, cut: bool = False) -> list[tuple[int, str]]:
    """(row, code) of what is not in."""
    found = [r for r in records(text, cut) if r.error is not None]
    return [(record.place, record.error.code) for record in found if record.error]


def numbers(text: str, cut: bool = False) -> list[str]:
    return [json.loads(record.text)["tid"] for record in records(text, cut) if not record.error]


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def test_a_row_becomes_a_record_with_the_platforms_own_words() -> None:
    (body,) = bodies(table(f"{TID},{LINE}"))
    assert body == {
        "tid": TID,
        "status": "WAIT_BUYER_PAY",
        "created": "2026-10-03 08:58:11",
        "payment": "69.00",
        "orders": [
            {
                "oid": TID,
                "outer_sku_id": "TEE-BLK-S",
                "title": "纯棉T恤",
                "num": "1",
                "price": "69.00",
            }
        ],
    }


def test_rows_of_one_order_are_its_lines() -> None:
    second = "等待买家付款,2026-10-03 08:58:11,69.00,羊毛围巾,SCARF-GRY,2,99.00"
    found = bodies(table(f"{TID},{LINE}", f"{TID},{second}", f"{OTHER},{LINE}"))
    assert [body["tid"] for body in found] == [TID, OTHER]
    assert [line["oid"] for line in found[0]["orders"]] == [f"{TID}-1", f"{TID}-2"]
    assert [line["num"] for line in found[0]["orders"]] == ["1", "2"]


def test_top_names_are_headers_too_and_line_numbers_are_kept() -> None:
    text = (
        "tid,status,created,payment,oid,num,outer_sku_id\n"
        f"{TID},TRADE_FINISHED,2026-10-03 08:58:11,69.00,2034455667788990012,1,A\n"
        f"{TID},TRADE_FINISHED,2026-10-03 08:58:11,69.00,,1,B\n"
    )
    (body,) = bodies(text)
    assert [line["oid"] for line in body["orders"]] == ["2034455667788990012", f"{TID}-2"]
    assert body["status"] == "TRADE_FINISHED"


@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("title", [False, True])
def test_separators_line_ends_and_a_title_above_the_header(
    mark: str, end: str, title: bool
) -> None:
    text = (f"订单导出{end}{end}" if title else "") + HEADER + end + f"{TID},{LINE}"
    (body,) = bodies(text.replace(",", mark))
    assert body["tid"] == TID


@pytest.mark.parametrize(
    "header",
    [
        "订单编号 ,订单状态,订单创建时间 ,总金额,数量",
        " 訂單 ,TID,Status,CREATED,Payment,orders.num",
        "tid,订单状态,创建时间,实付金额,购买数量",
    ],
)
def test_spaces_width_and_capitals_make_no_difference(header: str) -> None:
    cells = f"{TID},等待买家付款,2026-10-03 08:58:11,69.00,1"
    cells = f"x,{cells}" if header.startswith(" ") else cells
    (body,) = bodies(f"{header}\n{cells}\n")
    assert (body["tid"], body["status"]) == (TID, "WAIT_BUYER_PAY")


@pytest.mark.parametrize("cell", [f'="{TID}"', f"'{TID}", f" {TID}\t", f'"=""{TID}"""', f"\t{TID}"])
def test_what_exports_put_around_a_number_is_taken_off(cell: str) -> None:
    assert numbers(table(f"{cell},{LINE}")) == [TID]


@pytest.mark.parametrize("cell", ["2.03446E+18", "2.03446e18", "2E+18"])
def test_a_number_a_spreadsheet_has_rounded_is_refused(cell: str) -> None:
    text = table(f"{cell},{LINE}", f"{TID},{LINE}")
    assert faults(text) == [(2, "file.number_rounded")]
    assert numbers(text) == [TID]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026/10/3 8:58", "2026-10-03 08:58:00"),
        ("2026-10-03 08:58:11", "2026-10-03 08:58:11"),
        ("2026年10月3日", "2026-10-03 00:00:00"),
        ("03.10.2026", "03.10.2026"),  # the mapping will say what is wrong with it
    ],
)
def test_times_as_spreadsheets_write_them(cell: str, expected: str) -> None:
    (body,) = bodies(table(f"{TID},等待买家付款,{cell},69.00,T恤,A,1,69.00"))
    assert body["created"] == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "浙江省 杭州市 余杭区 仓前街道 某路1号",
            ("浙江省", "杭州市", "余杭区", "仓前街道 某路1号"),
        ),
        ("浙江省 某路1号", ("浙江省", None, None, "某路1号")),
        ("某路1号", (None, None, None, "某路1号")),
        ("", (None, None, None, None)),
    ],
)
def test_an_address_in_one_cell_is_taken_apart(cell: str, expected: tuple[str | None, ...]) -> None:
    (body,) = bodies(f"{HEADER},收货地址 \n{TID},{LINE},{cell}\n")
    fields = ("receiver_state", "receiver_city", "receiver_district", "receiver_address")
    assert tuple(body.get(field) for field in fields) == expected


def test_columns_of_their_own_go_before_an_address_in_one_cell() -> None:
    (body,) = bodies(f"{HEADER},省份,收货地址\n{TID},{LINE},江苏省,浙江省 杭州市 余杭区 某路\n")
    assert (body["receiver_state"], body["receiver_city"]) == ("江苏省", "杭州市")


def test_the_first_title_that_holds_something_counts() -> None:
    text = (
        "tid,status,created,总金额,买家实际支付金额,num\n"
        f"{TID},WAIT_BUYER_PAY,2026-10-03 08:58:11,69.00,0.00,1\n"
        f"{OTHER},TRADE_FINISHED,2026-10-03 08:58:11,,69.00,1\n"
    )
    found = [(body["payment"], body["received_payment"]) for body in bodies(text)]
    assert found == [("69.00", "0.00"), ("69.00", "69.00")]


def test_columns_nobody_declared_are_kept_under_their_own_names() -> None:
    text = f"{HEADER},客服\n{TID},{LINE},小王\n{TID},{LINE},小李\n"
    (body,) = bodies(text)
    assert sheet(text).header.own == (("客服", 8),)
    assert (body["客服"], body["orders"][1]["客服"]) == ("小王", "小李")
    assert "客服" not in body["orders"][0]


@pytest.mark.parametrize(
    ("header", "code", "told"),
    [
        ("姓名,电话", "file.no_header", {"found": ["姓名", "电话"]}),
        ("", "file.no_header", {"found": [TID, "x"]}),
        ("订单编号,订单状态,创建时间", "file.columns_missing", {"missing": ["总金额", "数量"]}),
        (f"{HEADER},订单状态", "file.column_twice", {"title": "订单状态"}),
    ],
)
def test_a_header_that_cannot_be_used(header: str, code: str, told: dict[str, Any]) -> None:
    with pytest.raises(ConnectorError) as refused:
        sheet(f"{header}\n{TID},x\n")
    assert refused.value.code == code
    assert {name: refused.value.params[name] for name in told} == told


def test_a_stray_row_is_refused_with_its_number() -> None:
    text = table(f"{TID},{LINE}", f"{OTHER},{LINE}", f"{TID},{LINE}", f"{THIRD},{LINE}")
    assert faults(text) == [(4, "file.stray_row")]
    assert numbers(text) == [TID, OTHER, THIRD]


def test_rows_that_contradict_each_other_refuse_their_order() -> None:
    other = LINE.replace("69.00,纯棉", "70.00,纯棉")
    text = table(f"{TID},{LINE}", f"{TID},{other}", f"{OTHER},{LINE}")
    (fault, _) = records(text)
    assert fault.error is not None
    assert fault.error.code == "file.rows_disagree"
    assert fault.error.params["row"] == 3
    assert numbers(text) == [OTHER]


def test_a_cell_left_empty_in_a_later_row_contradicts_nothing() -> None:
    (body,) = bodies(table(f"{TID},{LINE}", f"{TID},,,,羊毛围巾,SCARF-GRY,1,99.00"))
    assert body["status"] == "WAIT_BUYER_PAY"
    assert len(body["orders"]) == 2


@pytest.mark.parametrize("bad", [f"{TID},x", f"{TID},{LINE},too,many", f'{TID},"a"b,{LINE}'])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_that_cannot_be_trusted_takes_its_order_with_it(bad: str, place: int) -> None:
    """Half an order must not be shipped, whichever of its rows is bad."""
    rows = [f"{TID},{LINE}", f"{TID},{LINE}"]
    rows.insert(place, bad)
    text = table(f"{OTHER},{LINE}", *rows, f"{THIRD},{LINE}")
    assert numbers(text) == [OTHER, THIRD]
    assert len(faults(text)) == 1


def test_a_row_without_number_stands_for_itself() -> None:
    text = table(f"{TID},{LINE}", f",{LINE}", ",,,,,,,", "", f"{OTHER},{LINE}")
    assert faults(text) == [(3, "file.no_number")]
    assert numbers(text) == [TID, OTHER]


def test_an_open_quote_costs_its_own_row_only() -> None:
    text = table(f'{TID},"{LINE}', *(f"20344556677889{n:05},{LINE}" for n in range(100)))
    assert faults(text) == [(2, "file.row_unreadable")]
    assert len(numbers(text)) == 100


def test_a_row_without_end_costs_itself_only() -> None:
    text = table(f"{TID},{'x' * 600_000}", f"{OTHER},{LINE}")
    assert faults(text) == [(2, "file.row_unreadable")]
    assert numbers(text) == [OTHER]


def test_an_order_without_end_is_refused() -> None:
    text = table(*(f"{TID},{LINE}" for _ in range(1001)), f"{OTHER},{LINE}")
    assert faults(text) == [(2, "file.too_many_rows")]
    assert numbers(text) == [OTHER]


def test_a_last_row_cut_inside_a_character_is_refused() -> None:
    text = f"{HEADER},卖家备注\n{OTHER},{LINE},好\n{TID},{LINE},好\N{REPLACEMENT CHARACTER}"
    assert faults(text, cut=True) == [(3, "file.cut_off")]
    assert numbers(text, cut=True) == [OTHER]
    assert numbers(text) == [OTHER, TID]  # the control: then it is part of the note


def test_notes_may_hold_line_breaks_quotes_and_separators() -> None:
    note = '第一行,"引号"\n第二行\t;'
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*HEADER.split(","), "买家留言"])
    writer.writerow([TID, *LINE.split(","), note])
    writer.writerow([OTHER, *LINE.split(","), "x"])
    assert [body["buyer_message"] for body in bodies(out.getvalue())] == [note, "x"]


COLUMNS = (
    Column("no", ("编号",), "key", required=True),
    Column("note"),
    Column("lines.no", kind="line_key"),
    Column("lines.text", ("内容",)),
)
cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cc", "Zs"]),
    min_size=1,
    max_size=8,
).filter(lambda text: text[0] not in "'=" and text != "null")
breaks = st.sampled_from(['a"b', "a,b", "a\nb", "a\r\nb", "a;b\tc", '""', "x" * 300])
orders = st.dictionaries(
    st.integers(1, 10**19).map(str),
    st.tuples(cells | breaks, st.lists(cells | breaks, min_size=1, max_size=4)),
    max_size=6,
)


@relaxed
@given(orders, st.sampled_from(",\t;"), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_any_orders_come_back_as_they_were_written(
    found: dict[str, tuple[str, list[str]]], mark: str, quoting: Any
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=quoting)
    writer.writerow(["编号", "note", "内容"])
    for number, (note, texts) in found.items():
        for text in texts:
            writer.writerow([number, note, text])
    rows = delimited_rows(io.StringIO(out.getvalue(), newline="").readline, COLUMNS)
    read = Sheet(rows, COLUMNS)
    bodies = [json.loads(record.text) for record in read.records()]
    assert {
        body["no"]: (body["note"], [line["text"] for line in body["lines"]]) for body in bodies
    } == found


@relaxed
@given(st.text("\"',;\t\r\n=订单编号1a", max_size=80))
def test_nonsense_below_a_header_comes_to_an_end(text: str) -> None:
    found = records(table(f"{TID},{LINE}", text))
    assert len(found) <= text.count("\n") + text.count("\r") + 2
