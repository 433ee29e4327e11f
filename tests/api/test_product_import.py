"""Tables of products, links and stock: looked through, then taken over, with all that follows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from orderloom.api.access import FILE_TYPE
from tests.support import invariants
from tests.support.hub import Hub
from tests.support.site import Browser, Site

TEE, BAG, NEW = "TEE-BLK-S", "BAG-CAN", "NEW-2026-X"


@pytest.fixture
def ops(hub: Hub, tmp_path: Path) -> Browser:
    site = Site.of(hub, tmp_path)
    return site.signed_in("ops")


def table(ops: Browser, kind: str, content: str | bytes, *, apply: bool = True) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    query, path = {"kind": kind, "apply": str(apply)}, "/api/v1/product-import"
    answer = ops.send("POST", path, query_string=query, data=data, content_type=FILE_TYPE)
    told: dict[str, Any] = answer.get_json()
    return told


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(report[name] for name in ("new", "changed", "same", "refused"))


PRODUCTS = f"""商品编码,商品名称,规格
{NEW},新品样衣,米色
{BAG},帆布大包,
{TEE},,
,没有编码,
OTHER,,
{NEW},又一次,
"""


def test_products_are_looked_through_and_taken_over_and_orders_go_on(
    hub: Hub, ops: Browser
) -> None:
    hub.take(hub.trade(1, {NEW: 1}))
    looked = table(ops, "products", PRODUCTS, apply=False)
    assert counts(looked) == (1, 1, 1, 3)
    assert [fault["row"] for fault in looked["faults"]] == [5, 6, 7]
    assert hub.value("SELECT count(*) FROM sku WHERE code = :c", c=NEW) == 0
    taken = table(ops, "products", PRODUCTS)
    assert (counts(taken), taken["orders"]) == ((1, 1, 1, 3), 1)
    hub.work()
    assert hub.order(1)["state"] == "short"  # known now, but there is none
    assert hub.value("SELECT title FROM sku WHERE code = :c", c=BAG) == "帆布大包"
    assert counts(table(ops, "products", PRODUCTS)) == (0, 0, 3, 3)


def test_links_name_their_shop_and_orders_go_on(hub: Hub, ops: Browser) -> None:
    hub.take(hub.trade(1, {NEW: 1}), hub.trade(2, {"ODD": 1}))
    shop = hub.value("SELECT title FROM account WHERE id = :id", id=hub.account)
    rows = [f"{NEW},{TEE},{shop}", f"ODD,NO-SUCH,{shop}", f"X,{TEE},别的店"]
    report = table(ops, "links", "\n".join(["店铺叫法,商品编码,店铺", *rows]))
    assert (counts(report), report["orders"]) == ((1, 0, 0, 2), 1)
    hub.work()
    assert [hub.order(n)["state"] for n in (1, 2)] == ["to_ship", "exception"]


def test_stock_is_counted_and_short_orders_go_on(hub: Hub, ops: Browser) -> None:
    hub.stock({("HZ", BAG): 0, ("YW", BAG): 0}, safety=0)
    hub.take(hub.trade(1, {BAG: 2}))
    content = (
        f"编码\t仓库\t在库\t安全库存\n{BAG}\t杭州仓\t5\t1\n{TEE}\tHZ\tviele\t\n{TEE}\t火星仓\t1\t\n"
    )
    report = table(ops, "stock", content)
    assert (counts(report), report["orders"]) == ((0, 1, 0, 2), 1)
    hub.work()
    assert (hub.order(1)["state"], hub.levels()["HZ", BAG]) == ("to_ship", (5, 2))
    assert invariants.stock(hub) == []
    below = table(ops, "stock", f"编码,仓库,在库\n{BAG},HZ,1\n")
    assert counts(below) == (0, 1, 0, 0)
    assert (hub.order(1)["state"], hub.levels()["HZ", BAG]) == ("short", (1, 0))


def workbook(*rows: tuple[str, ...]) -> bytes:
    """A workbook with texts in its cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    cells = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{chr(65 + at)}{n}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(row)
        )
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    file = io.BytesIO()
    with ZipFile(file, "w") as zipped:
        zipped.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        zipped.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
        )
        zipped.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        )
    return file.getvalue()


def test_workbooks_and_the_encoding_of_old_programs_are_read(ops: Browser) -> None:
    sheet = workbook(("商品编码", "商品名称"), ("XLSX-1", "表格里的"))
    assert counts(table(ops, "products", sheet)) == (1, 0, 0, 0)
    old = "商品编码,商品名称\nGB-1,老编码\n".encode("gb18030")
    assert counts(table(ops, "products", old)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2\n", "product_file.no_header"),
        ("商品编码\nA\n", "file.columns_missing"),
        (b"\x00\x01", "file.binary"),
        (b"", "imports.empty"),
    ],
)
def test_what_is_no_such_table_is_refused(
    ops: Browser, hub: Hub, content: str | bytes, code: str
) -> None:
    assert table(ops, "stock", content)["code"] == code
    assert hub.value("SELECT count(*) FROM audit") == 0
