"""Importing through the web: from a new shop to the corrected rows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderloom import jobs
from orderloom.api.access import FILE_TYPE
from orderloom.app import BODY_LIMIT
from orderloom.connect import Registry, Unpaced, Workbook
from orderloom.jobs import context as job_context
from orderloom.jobs.context import Context
from orderloom.services.connecting.connections import Gateway
from orderloom.services.files.uploads import Uploads
from orderloom.store.db import Database
from tests.support.queues import SilentRedis
from tests.support.site import Browser, Site
from tests.support.workbooks import workbook

HEADER = "订单号,下单时间,付款状态,订单金额,收货人,电话,省份,商家编码,数量,单价,渠道"
Json = dict[str, Any]
Uploading = Callable[..., Json]


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    site = Site(database, tmp_path, upload_mb=3)
    registry = Registry.load()
    site.app = site.make_app(Gateway.of(site.settings, site.clock, Unpaced(), registry))
    return site


@pytest.fixture
def work(site: Site) -> Callable[[str], int]:
    """Does what a worker does when it is woken for an import."""
    gateway = Gateway.of(site.settings, site.clock, Unpaced(), Registry.load())
    uploads = Uploads(site.settings.uploads, site.settings.upload_bytes)
    redis: Any = SilentRedis()
    job_context.use(Context(site.database, gateway, redis, "Asia/Shanghai", uploads))
    return lambda import_id: jobs.take_in(int(import_id))


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


@pytest.fixture
def shop(ops: Browser) -> str:
    answer = ops.send("POST", "/api/v1/imports/shops", {"title": " Excel 订单 "})
    assert answer.status_code == 201
    return str(answer.get_json()["id"])


def row(number: int, payment: str = "已付款", quantity: str = "1", name: str = "李示例") -> str:
    return (
        f"X-{number},2026-10-09 08:57:00,{payment},69.00,{name},13800000000,浙江省,TEE-BLK-S,"
        f"{quantity},69.00,微信"
    )


def upload(
    browser: Browser, shop: str, content: bytes | str, name: str = "订单.csv", **options: Any
) -> Any:
    data = content.encode() if isinstance(content, str) else content
    path = "/api/v1/imports"
    query = {"account": shop, "name": name}
    options = {"content_type": FILE_TYPE} | options
    return browser.send("POST", path, query_string=query, data=data, **options)


def uploaded(browser: Browser, shop: str, *rows: str) -> Json:
    answer = upload(browser, shop, "\n".join((HEADER, *rows)))
    assert answer.status_code == 201, answer.get_json()
    found: Json = answer.get_json()
    return found


def get(browser: Browser, path: str) -> Json:
    answer = browser.get(f"/api/v1/imports{path}")
    assert answer.status_code == 200, answer.get_json()
    found: Json = answer.get_json()
    return found


FAULTY = (row(1), row(2, quantity="两件"), row(3, "说不清"), row(4))


def test_the_preview_shows_orders_and_what_is_wrong_with_each_cell(ops: Browser, shop: str) -> None:
    listed = get(ops, "/shops")
    facts = {"title": "Excel 订单", "platform": "file", "tables": True, "own": True}
    assert listed["most_bytes"] == 3 << 20
    assert listed["items"] == [{"id": shop, "published": True, **facts}]
    new = uploaded(ops, shop, *FAULTY)
    assert (new["state"], new["name"], new["account"]["id"]) == ("uploaded", "订单.csv", shop)
    preview = get(ops, f"/{new['id']}/preview")
    assert (preview["published"], preview["more"], len(preview["rows"])) == (True, False, 4)
    assert own_columns(preview) == ["渠道"]
    becomes = {c["title"]: [f["name"] for f in c["becomes"]] for c in preview["columns"]}
    assert (becomes["订单号"], becomes["数量"]) == (["external_no"], ["quantity"])
    first, second, third, _ = preview["rows"]
    assert (first["place"], first["external_no"], first["problems"]) == (2, "X-1", [])
    assert (first["values"]["total"], first["values"]["province"]) == (6900, "浙江")
    assert first["values"]["placed_at"] == "2026-10-09T00:57:00.000Z"
    (problem,) = second["problems"]
    place = (problem["cell"], problem["column"], problem["field"])
    assert place == ("I3", "数量", "lines/1/quantity")
    assert problem["title"] == {"zh": "数量", "en": "Quantity"}
    assert third["problems"][0]["cell"] == "C4"


def own_columns(preview: Json) -> list[str]:
    return [column["title"] for column in preview["columns"] if column["own"]]


def run(browser: Browser, import_id: str, work: Callable[[str], int]) -> Json:
    """Start an import and let a worker do it; how it then stands."""
    assert browser.send("POST", f"/api/v1/imports/{import_id}/start").status_code == 202
    assert browser.send("POST", f"/api/v1/imports/{import_id}/start").status_code == 409
    assert get(browser, f"/{import_id}")["state"] == "waiting"
    work(import_id)
    return get(browser, f"/{import_id}")


def test_the_rows_that_failed_are_corrected_and_imported_again(
    ops: Browser, shop: str, work: Callable[[str], int]
) -> None:
    new = uploaded(ops, shop, *FAULTY)["id"]
    done = run(ops, new, work)
    assert (done["state"], done["records"], done["done"]) == ("done", 4, 4)
    assert (done["counts"]["accepted"], done["counts"]["failed"]) == (2, 2)
    assert (done["own_columns"], done["failed_rows"]) == (["渠道"], True)
    told = get(ops, f"/{new}/failures?limit=1")
    assert (told["total"], told["items"][0]["place"], told["items"][0]["is_row"]) == (2, 3, True)
    more = get(ops, f"/{new}/failures?cursor={told['next']}")
    assert [item["external_no"] for item in more["items"]] == ["X-3"]

    header, *rows = failed_rows(ops, new)
    assert header[-1] == "导入问题"
    assert [cells[:3] for cells in rows] == [
        ["X-2", "2026-10-09 08:57:00", "已付款"],
        ["X-3", "2026-10-09 08:57:00", "说不清"],
    ]
    assert all(cells[-1] for cells in rows)
    rows[0][8], rows[1][2] = "2", "已付款"
    again = upload(ops, shop, workbook([header, *rows]), "改好.xlsx").get_json()["id"]
    assert own_columns(get(ops, f"/{again}/preview")) == ["渠道"]
    assert run(ops, again, work)["counts"]["accepted"] == 2
    assert ops.get(f"/api/v1/imports/{again}/failed-rows").status_code == 409
    history = [(i["name"], i["created_by"]) for i in get(ops, "")["items"]]
    assert history == [("改好.xlsx", "ops0"), ("订单.csv", "ops0")]


def failed_rows(browser: Browser, import_id: str) -> list[list[str]]:
    answer = browser.get(f"/api/v1/imports/{import_id}/failed-rows", buffered=True)
    assert answer.status_code == 200, answer.get_json()
    assert "-failed.xlsx" in answer.headers["Content-Disposition"]
    rows = Workbook(io.BytesIO(answer.data)).sheet(0).rows()
    return [list(found.cells) for found in rows]


def test_records_that_failed_come_back_one_a_line(
    ops: Browser, shop: str, work: Callable[[str], int]
) -> None:
    order = {"number": "J-1", "placed_at": "2026-10-09 08:57:00", "payment": "?", "total": "1"}
    bad = order | {"lines": [{"code": "a", "quantity": 1}]}
    new = upload(ops, shop, json.dumps([bad, bad | {"payment": "paid", "number": "J-2"}]), "a.json")
    assert get(ops, f"/{new.get_json()['id']}/preview")["columns"] == []
    ops.send("POST", f"/api/v1/imports/{new.get_json()['id']}/start")
    work(new.get_json()["id"])
    answer = ops.get(f"/api/v1/imports/{new.get_json()['id']}/failed-rows", buffered=True)
    assert answer.headers["Content-Disposition"].endswith("a-failed.jsonl")
    assert [json.loads(line)["number"] for line in answer.text.splitlines()] == ["J-1"]


@pytest.mark.parametrize(
    ("content", "options", "status", "code"),
    [
        (b"", {}, 422, "imports.empty"),
        (b"x" * ((3 << 20) + 1), {}, 422, "imports.too_large"),
        (b"{}", {"content_type": "application/json"}, 415, "request.not_json"),
        (b"x", {"headers": {"X-CSRF-Token": "no"}}, 403, "auth.csrf"),
    ],
)
def test_what_cannot_be_uploaded_is_said(
    site: Site, ops: Browser, shop: str, content: bytes, options: Any, status: int, code: str
) -> None:
    answer = upload(ops, shop, content, **options)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert list(site.settings.uploads.glob("*")) == []
    assert get(ops, "")["items"] == []


def test_more_than_other_calls_may_send_is_streamed(ops: Browser, shop: str) -> None:
    new = uploaded(ops, shop, *(row(n) for n in range(25_000)))
    assert new["size"] > BODY_LIMIT


def test_a_file_of_something_else_says_so_by_its_name(ops: Browser, shop: str) -> None:
    new = upload(ops, shop, "姓名,电话\n某人,1\n", "通讯录.csv").get_json()
    answer = ops.get(f"/api/v1/imports/{new['id']}/preview")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "file.no_header")
    assert "通讯录.csv" in answer.get_json()["message"]
    assert ops.send("DELETE", f"/api/v1/imports/{new['id']}").status_code == 204
    assert get(ops, "")["items"] == []


def test_viewers_see_and_change_nothing(site: Site, ops: Browser, shop: str) -> None:
    new = uploaded(ops, shop, row(1))
    viewer = site.signed_in("viewer")
    assert get(viewer, f"/{new['id']}")["state"] == "uploaded"
    assert get(viewer, "/shops")["items"]
    for method, path in [
        ("POST", "/shops"),
        ("POST", f"/{new['id']}/start"),
        ("POST", f"/{new['id']}/stop"),
        ("DELETE", f"/{new['id']}"),
        ("GET", f"/{new['id']}/preview"),
        ("GET", f"/{new['id']}/failed-rows"),
    ]:
        body = {"title": "x"} if method == "POST" else None
        assert viewer.send(method, f"/api/v1/imports{path}", body).status_code == 403
    assert upload(viewer, shop, "x").status_code == 403
    assert get(viewer, f"/{new['id']}")["state"] == "uploaded"


def test_templates_come_in_both_forms(ops: Browser, shop: str) -> None:
    path = f"/api/v1/imports/shops/{shop}/template"
    table = ops.get(path, buffered=True)
    assert str(table.mimetype).endswith("spreadsheetml.sheet")
    header, _ = Workbook(io.BytesIO(table.data)).sheet(0).rows()
    assert header.cells[0] == "订单号"
    assert ops.get(f"{path}?form=csv", buffered=True).text.startswith("\ufeff订单号,")
    assert ops.get(f"{path}?form=pdf").status_code == 422
    assert ops.get("/api/v1/imports/shops/7/template").status_code == 404


def test_old_files_make_room_for_new_ones(
    site: Site, ops: Browser, shop: str, work: Callable[[str], int]
) -> None:
    done = uploaded(ops, shop, row(1), "x")
    ops.send("POST", f"/api/v1/imports/{done['id']}/start")
    work(done["id"])
    never = uploaded(ops, shop, row(2))
    site.manual.advance(31 * 86_400_000)
    ops = site.signed_in("ops")
    new = uploaded(ops, shop, row(3))
    assert [i["id"] for i in get(ops, "")["items"]] == [new["id"], done["id"]]
    assert [path.name for path in site.settings.uploads.glob("*")] == [f"{new['id']}.upload"]
    left = get(ops, f"/{done['id']}")
    assert (left["counts"]["failed"], left["failed_rows"], left["may_continue"]) == (
        1,
        False,
        False,
    )
    assert ops.get(f"/api/v1/imports/{done['id']}/failed-rows").status_code == 409
    assert ops.get(f"/api/v1/imports/{never['id']}").status_code == 404
