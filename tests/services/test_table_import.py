"""Tables of orders, and which of two versions of an order is the newer one."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.goods import tid_of
from orderloom.connect import beijing_ms
from orderloom.errors import InputError
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.importing import HEADER, Imported, Importing, importer, row, table
from tests.support.workbooks import handmade, workbook


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


@pytest.fixture
def importing(hub: Hub, tmp_path: Path) -> Importing:
    return importer(hub, tmp_path)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_the_sellers_export_in_every_encoding(
    hub: Hub, importing: Importing, codec: str, mark: str
) -> None:
    text = table(row(0), row(0, sku="SCARF-GRY"), row(1)).replace('","', f'"{mark}"')
    head, _, rest = text.partition("\n")
    run = importing(f"{head.replace(',', mark)}\n{rest}".encode(codec))
    assert run.counts == {"accepted": 2}
    assert run.source.encoding == codec.removesuffix("-sig")
    order = hub.order(0)
    assert (order["state"], order["total"], order["province"]) == ("to_ship", 6900, "浙江")
    assert order["canonical"]["masked"] == ["address", "customer_ref", "phone", "receiver_name"]
    assert [line["sku_code"] for line in order["canonical"]["lines"]] == ["TEE-BLK-S", "SCARF-GRY"]
    assert order["canonical"]["placed_at"] < order["canonical"]["paid_at"]
    assert {f["warehouse"] for f in hub.fulfilments(0)} == {"HZ"}


def export(*changes: dict[int, Any]) -> bytes:
    """The seller's export as a workbook, a row per change: place of a cell -> what stands there."""
    rows = [next(csv.reader([row(n)])) for n in range(len(changes))]
    for cells, change in zip(rows, changes, strict=True):
        for place, value in change.items():
            cells[place] = value
    return workbook([["本店订单"], next(csv.reader([HEADER])), *rows])


def test_a_workbook_is_read_like_a_table(hub: Hub, importing: Importing) -> None:
    placed = datetime(2026, 10, 3, 8, 58)
    run = importing(export({8: placed, 2: 69, 3: 69.0, 12: 1}, {8: placed, 7: 13800000000}))
    assert run.counts == {"accepted": 2}
    assert run.source.encoding == "xlsx"
    order = hub.order(0)
    assert (order["state"], order["total"], order["province"]) == ("to_ship", 6900, "浙江")
    assert order["placed_at"] == beijing_ms("2026-10-03 08:58:00")
    assert hub.order(1)["canonical"]["phone"] == "13800000000"
    assert importing(table(row(0), row(1, mobile="13800000000"))).counts == {"unchanged": 2}


@pytest.mark.parametrize(
    ("place", "value", "code", "said"),
    [
        (
            0,
            2034455667788990011,
            "file.cell_rounded",
            {"cell": "A3", "value": "2.03445566778899E+18"},
        ),
        (0, "2.03445E+18", "file.number_rounded", {"number": "2.03445E+18"}),
        (7, "1.38E+10", "file.cell_rounded", {"cell": "H3"}),
        (11, date(2026, 3, 4), "file.cell_date", {"cell": "L3", "value": "2026-03-04 00:00:00"}),
        (2, "=C4*2", "file.cell_formula", {"cell": "C3", "value": "=C4*2"}),
    ],
)
def test_what_a_spreadsheet_has_changed_keeps_its_order_out(
    importing: Importing, place: int, value: Any, code: str, said: dict[str, str]
) -> None:
    run = importing(export({place: value}, {}))
    assert run.counts == {"accepted": 1, "failed": 1}
    (failure,) = run.failures
    assert (failure.place, failure.code) == (3, code)
    assert said.items() <= failure.params.items()


def test_a_workbook_that_breaks_off_keeps_its_last_order_out(importing: Importing) -> None:
    cells = [next(csv.reader([line])) for line in (HEADER, row(0), row(1))]
    rows = [[f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line] for line in cells]
    xml = "".join(f"<row>{''.join(row_cells)}</row>" for row_cells in rows)
    run = importing(handmade(f"{xml}<row><c></row>"))
    assert run.counts == {"accepted": 1, "failed": 1}
    assert run.failed == [(3, "file.workbook_broken")]


def test_failures_of_a_table_are_told_by_row(importing: Importing) -> None:
    run = importing(table(row(0), row(1, status="说不清"), row(2), row(0), "x,y", row(3)))
    assert run.failed == [
        (5, "file.stray_row"),
        (6, "file.cells"),
        (3, "mapping.not_in_table"),
    ]
    assert all(failure.is_row for failure in run.failures)
    assert run.counts == {"accepted": 3, "failed": 3}


def test_a_table_imported_again_changes_nothing(importing: Importing) -> None:
    text = table(*(row(n) for n in range(5)))
    assert importing(text).counts == {"accepted": 5}
    assert importing(text).counts == {"unchanged": 5}
    assert importing(text.encode("gb18030")).counts == {"unchanged": 5}


def test_a_table_without_orders_of_ours(importing: Importing) -> None:
    with pytest.raises(InputError) as refused:
        importing("姓名,电话\n某人,1\n")
    assert refused.value.code == "file.no_header"


def test_a_connector_without_columns_takes_no_tables(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(table(row(0)))
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE connection SET connector = 'smtp' WHERE connector = 'taobao'")
    with pytest.raises(InputError) as refused:
        Imported(hub, path)
    assert refused.value.code == "file.no_tables"


def test_without_a_time_of_modification_the_later_file_wins(hub: Hub, importing: Importing) -> None:
    importing(table(row(0)))
    run = importing(table(row(0, status="付款以后用户退款成功,交易自动关闭")))
    assert run.counts == {"updated": 1}
    assert hub.order(0)["payment_state"] == "refunded"


def test_a_file_does_not_overwrite_what_the_shop_said_later(hub: Hub, importing: Importing) -> None:
    """The table tells of nothing after 08:58:40; the shop's version is from after that."""
    hub.take(hub.trade(0, seller_memo="加急", receiver_name="李晓明", receiver_mobile="138****"))
    run = importing(table(row(0, status="等待买家付款", mobile="13800000000")))
    assert run.counts == {"updated": 1}  # for it knows the number the shop masks
    order = hub.order(0)
    assert (order["payment_state"], order["receiver_name"]) == ("paid", "李晓明")
    assert order["canonical"]["phone"] == "13800000000"
    assert order["canonical"]["seller_note"] == "加急"
    assert importing(table(row(0, status="等待买家付款", title="别的"))).counts == {"unchanged": 1}


def test_a_file_that_tells_of_a_later_event_is_newer(hub: Hub, importing: Importing) -> None:
    hub.take(hub.trade(0))
    shipped = row(0, status="卖家已发货,等待买家确认") + ',"2026-10-09 10:00:00"'
    assert importing(f"{HEADER},发货时间\n{shipped}\n").counts == {"updated": 1}
    assert hub.order(0)["canonical"]["delivery_state"] == "shipped"


def test_a_time_far_ahead_does_not_silence_the_shop_for_ever(
    hub: Hub, importing: Importing
) -> None:
    importing(json.dumps(hub.trade(0, modified="2099-01-01 00:00:00", seller_memo="旧")))
    hub.advance(2 * 86_400)
    hub.take(hub.trade(0, seller_memo="新"))
    assert hub.order(0)["canonical"]["seller_note"] == "新"


def test_a_corrected_row_closes_the_exception_of_the_wrong_one(
    hub: Hub, importing: Importing
) -> None:
    importing(table(row(0, status="说不清"), row(1, status="说不清")))
    assert [e["code"] for e in hub.exceptions()] == ["mapping.not_in_table"] * 2
    assert importing(table(row(0))).counts == {"accepted": 1}
    (left,) = hub.exceptions()
    assert hub.value("SELECT external_no FROM inbox WHERE id = :id", id=left["inbox_id"]) == str(
        tid_of(1)
    )
    states = hub.pairs("SELECT state, count(*) FROM inbox GROUP BY state")
    assert states == {"stale": 1, "done": 1, "failed": 1}


def test_a_later_version_that_cannot_be_read_stays_open(hub: Hub) -> None:
    hub.take(hub.trade(0, later=60, status="说不清"))
    hub.take(hub.trade(0))
    assert [e["code"] for e in hub.exceptions()] == ["mapping.not_in_table"]
