"""Live tables over the API: read by all, edited by ops, refused cell by cell, never lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.hub import Hub
from tests.support.site import Site

AT = "/api/v1/tables"
Record = dict[str, Any]


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


def row(keys: list[str], **weights: int) -> Record:
    return {"keys": keys, "value": [{"courier": c, "weight": w} for c, w in weights.items()]}


def test_a_table_is_read_edited_and_put_back(site: Site) -> None:
    ops = site.signed_in("ops")
    (summary,) = ops.get(AT).get_json()["items"]
    assert (summary["key"], summary["version"], summary["rows"]) == ("couriers", 1, 3)
    where = f"{AT}/{summary['id']}"
    table = ops.get(where).get_json()
    assert table["used_by"] == [{"id": "courier", "title": {"zh": "选快递", "en": "Courier"}}]
    named = {entry["key"]: entry["members"] for entry in table["sets"]}
    assert named["@jiangzhehu"] == named["@江浙沪"] == ["江苏", "浙江", "上海"]
    assert "OTHER" not in table["couriers"]
    entries = [row(["新疆维吾尔自治区"], POSTB=1), row([], SF=1)]
    saved = ops.send("PUT", where, {"version": 1, "entries": entries}).get_json()
    assert (saved["version"], saved["entries"][0]["keys"]) == (2, ["新疆"])
    late = ops.send("PUT", where, {"version": 1, "entries": entries[1:]})
    assert (late.status_code, late.get_json()["code"]) == (409, "tables.changed_meanwhile")
    ops.send("POST", f"{where}/restore", {"version": 1, "current": 2})
    shown = ops.get(f"{where}/versions?limit=2").get_json()
    assert [(v["version"], v["restored"], v["by"]) for v in shown["items"]] == [
        (3, 1, saved["changed_by"]),
        (2, None, saved["changed_by"]),
    ]
    assert shown["items"][1]["changes"][0] == {
        "before": table["entries"][0],
        "after": saved["entries"][0],
    }
    (first,) = ops.get(f"{where}/versions?cursor={shown['next']}").get_json()["items"]
    assert (first["first"], first["changes"]) == (True, [])


def test_who_may_only_look_changes_nothing(site: Site) -> None:
    viewer = site.signed_in("viewer")
    (summary,) = viewer.get(AT).get_json()["items"]
    where = f"{AT}/{summary['id']}"
    assert viewer.get(where).status_code == 200
    body = {"version": 1, "entries": [row([], SF=1)]}
    assert viewer.send("PUT", where, body).status_code == 403
    restore = viewer.send("POST", f"{where}/restore", {"version": 1, "current": 1})
    assert restore.status_code == 403
    assert viewer.get(f"{AT}/1").get_json()["code"] == "tables.not_found"


def test_each_cell_that_does_not_fit_is_named_in_words(site: Site) -> None:
    ops = site.signed_in("ops")
    where = f"{AT}/{ops.get(AT).get_json()['items'][0]['id']}"
    entries = [row(["Mars"], SF=1), {"keys": ["浙江"], "value": "SF"}, row([], SF=1)]
    answer = ops.send("PUT", where, {"version": 1, "entries": entries})
    assert answer.status_code == 422
    errors = {e["field"]: e["message"] for e in answer.get_json()["errors"]}
    assert errors == {
        "/entries/0/keys/0": "“Mars”不是省份。",
        "/entries/1/value": "这一格要填快递和权重(0 到 1000 的整数)。",
    }
    strange_ones: list[Any] = [[{"keys": ["浙江"]}], [{"keys": [1], "value": 1}], [{"x": 1}], {}]
    for strange in strange_ones:
        body = {"version": 1, "entries": strange}
        assert ops.send("PUT", where, body).get_json()["code"] == "request.invalid"
    nothing = [{"keys": ["浙江"], "value": None}]
    assert ops.send("PUT", where, {"version": 1, "entries": nothing}).status_code == 422
