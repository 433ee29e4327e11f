"""Outbound lists: made and seen in the browser, read by programs, taken away as a workbook."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from orderloom.connect import Workbook
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.site import Browser, Site

AT = "/api/v1/outbound"


@pytest.fixture
def hub(database: Database) -> Hub:
    made = Hub(database)
    trades = [made.trade(number, {"TEE-BLK-S": 2, "TEE-BLK-M": 1}) for number in range(3)]
    trades[0] |= {"seller_memo": "=1+1"}
    made.take(*trades)
    return made


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


def make(hub: Hub, ops: Browser, **more: Any) -> dict[str, Any]:
    warehouse = str(hub.fulfilments(0)[0]["warehouse_id"])
    answer = ops.send("POST", AT, {"warehouse_id": warehouse, **more})
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def test_made_now_read_page_by_page_and_listed(hub: Hub, ops: Browser) -> None:
    made = make(hub, ops)
    assert (made["count"], made["pieces"], made["asked"]) == (3, 9, True)
    first = ops.get(f"{AT}/{made['id']}?limit=2").get_json()
    assert first["list"] == made
    last = ops.get(f"{AT}/{made['id']}?limit=2&cursor={first['next']}").get_json()
    assert last["next"] is None
    entries = [*first["items"], *last["items"]]
    assert {e["order_no"] for e in entries} == {hub.order(n)["external_no"] for n in range(3)}
    assert entries[0]["receiver"]["masked"] == []
    # A cursor belongs to its list.
    other = make(hub, ops, day="2026-01-01")
    assert other["count"] == 0
    assert ops.get(f"{AT}/{other['id']}?cursor={first['next']}").status_code == 422
    shown = ops.get(f"{AT}?limit=1").get_json()
    assert [item["id"] for item in shown["items"]] == [other["id"]]
    following = ops.get(f"{AT}?limit=1&cursor={shown['next']}").get_json()
    assert following["items"] == [made]
    assert ops.get(f"{AT}?warehouse=1").get_json()["items"] == []


def test_the_workbook_has_a_row_for_each_product_and_taking_it_is_remembered(
    hub: Hub, ops: Browser
) -> None:
    made = make(hub, ops)
    with ops.get(f"{AT}/{made['id']}/file") as answer:
        assert answer.status_code == 200
        disposition = unquote(answer.headers["Content-Disposition"])
        header, *body = Workbook(io.BytesIO(answer.data)).sheet(0).rows()
    assert f"出库清单-{made['warehouse']['title']}-{made['day']}.xlsx" in disposition
    sheet = [dict(zip(header.cells, row.cells, strict=False)) for row in body]
    assert len(sheet) == 6
    mine = [row for row in sheet if row["订单编号"] == hub.order(0)["external_no"]]
    packed = [(row["商品编码"], row["数量"]) for row in mine]
    assert sorted(packed) == [("TEE-BLK-M", "1"), ("TEE-BLK-S", "2")]
    assert {row["卖家备注"] for row in mine} == {"=1+1"}  # a text, not a formula
    (taken,) = hub.rows("SELECT * FROM audit WHERE action = 'outbound.take'")
    assert (taken["subject"], json.loads(taken["detail"])["form"]) == (made["id"], "xlsx")


def test_what_cannot_be_made_is_said(ops: Browser) -> None:
    for body, where in (
        ({"warehouse_id": "1", "day": "2026-02-30"}, "day"),
        ({"warehouse_id": "1", "day": "9999-12-31"}, "day"),
        ({}, "warehouse_id"),
    ):
        answer = ops.send("POST", AT, body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.get_json()["errors"]] == [where]
    assert ops.send("POST", AT, {"warehouse_id": "1"}).get_json()["code"] == "outbound.no_warehouse"
    assert ops.get(f"{AT}/7").status_code == ops.get(f"{AT}/7/file").status_code == 404


def test_viewers_see_the_counts_but_take_no_addresses(hub: Hub, site: Site, ops: Browser) -> None:
    made = make(hub, ops)
    viewer = site.signed_in("viewer")
    assert viewer.get(AT).get_json()["items"] == [made]
    for path in ("", "/file"):
        assert viewer.get(f"{AT}/{made['id']}{path}").status_code == 403
    assert viewer.send("POST", AT, {"warehouse_id": "1"}).status_code == 403
    assert hub.value("SELECT count(*) FROM audit WHERE action = 'outbound.take'") == 0
