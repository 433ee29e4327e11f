"""Blueprints over the API: drafts, checks, publishing and going back, and who may do it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from orderloom.blueprint import library
from orderloom.connect import ManualClock, Registry, Unpaced
from orderloom.services.connecting.connections import Gateway
from orderloom.services.publishing import publish
from orderloom.store.db import Database
from tests.support.recording import field, record, row, rule_list, with_lists
from tests.support.site import NOW, Browser, Site

KEY = "fashion-order-hub"
API = f"/api/v1/blueprints/{KEY}"
Record = dict[str, Any]


def opened(database: Database, home: Path) -> Site:
    """A site where the template is a draft nobody has published."""
    with database.write() as tx:
        publish.save_draft(tx, library.read(KEY), NOW)
    return Site(database, home)


@pytest.fixture
def lite(lite_database: Database, tmp_path: Path) -> Site:
    return opened(lite_database, tmp_path)


@pytest.fixture
def ops(lite: Site) -> Browser:
    return lite.signed_in("ops")


def draft(browser: Browser) -> tuple[Record, int]:
    found = browser.get(API).get_json()
    return found["draft"], found["revision"]


def save(browser: Browser, document: Record, revision: int, status: int = 200) -> Record:
    answer = browser.send("PUT", f"{API}/draft", {"document": document, "revision": revision})
    assert answer.status_code == status, answer.get_data(as_text=True)
    saved: Record = answer.get_json()
    return saved


def go_live(browser: Browser, revision: int, status: int = 200) -> Record:
    answer = browser.send("POST", f"{API}/publish", {"note": "why", "revision": revision})
    assert answer.status_code == status, answer.get_data(as_text=True)
    published: Record = answer.get_json()
    return published


def versions(browser: Browser) -> list[tuple[int, bool]]:
    items = browser.get(f"{API}/versions").get_json()["items"]
    return [(item["version"], item["live"]) for item in items]


def titled(document: Record, title: str) -> Record:
    return {**document, "title": {"zh": title, "en": title}}


def test_a_draft_goes_live_only_as_its_author_saw_it_and_comes_back(
    database: Database, tmp_path: Path
) -> None:
    browser = opened(database, tmp_path).signed_in("ops")
    first, revision = draft(browser)
    assert go_live(browser, revision)["version"] == 1
    assert not browser.get("/api/v1/blueprints").get_json()["items"][0]["differs"]

    saved = save(browser, titled(first, "second"), revision)
    assert saved["findings"] == []
    late = save(browser, titled(first, "late"), revision, status=409)
    assert late["code"] == "blueprint.changed_meanwhile"
    assert go_live(browser, revision, status=409)["code"] == "blueprint.changed_meanwhile"
    assert go_live(browser, saved["revision"])["version"] == 2

    back = browser.send("POST", f"{API}/restore", {"version": 1}).get_json()
    assert back["version"] == 3
    assert versions(browser) == [(3, True), (2, False), (1, False)]
    assert draft(browser)[0] == first
    assert save(browser, first, saved["revision"], status=409)["code"].endswith("meanwhile")
    gone = browser.send("POST", f"{API}/restore", {"version": 9})
    assert (gone.status_code, gone.get_json()["code"]) == (404, "blueprint.no_version")


def test_who_may_only_look_changes_nothing(lite: Site) -> None:
    viewer = lite.signed_in("viewer")
    document, revision = draft(viewer)
    assert viewer.send("POST", f"{API}/check", {"document": document}).status_code == 200
    changes = [
        ("PUT", "draft", {"document": document, "revision": revision}),
        ("POST", "publish", {"note": "", "revision": revision}),
        ("POST", "restore", {"version": 1}),
    ]
    for method, path, body in changes:
        assert viewer.send(method, f"{API}/{path}", body).status_code == 403, path
        assert lite.browser().send(method, f"{API}/{path}", body).status_code in (401, 403), path
    assert (draft(viewer)[1], versions(viewer)) == (revision, [])


def test_what_is_wrong_is_kept_named_and_not_published(ops: Browser) -> None:
    document, revision = draft(ops)
    document["alerts"][0]["send_to"] = "mailbx"
    document["rules"][0]["rows"][0]["then"].append({"do": "tga", "tag": "x"})
    saved = save(ops, document, revision)
    assert draft(ops)[0] == document
    (shape,) = saved["findings"]
    assert (shape["level"], shape["where"]) == ("error", "/rules/0/rows/0/then/3/do")
    assert shape["place"]["zh"] == "「风险」第 1 行「金额异常偏高」的第 4 个动作"
    assert "“tag”" in shape["how"]["zh"]

    document["rules"][0]["rows"][0]["then"].pop()
    saved = save(ops, document, saved["revision"])
    (name,) = saved["findings"]
    assert (name["code"], name["where"]) == ("blueprint.unknown_name", "/alerts/0/send_to")
    assert name["how"]["en"].startswith("Did you mean “mailbox”?")
    refused = go_live(ops, saved["revision"], status=422)
    assert refused["code"] == "blueprint.unknown_name"
    assert versions(ops) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"key": "another"}, "blueprint.key_changed"),
        ([], "request.invalid"),
    ],
)
def test_what_is_no_draft_of_this_blueprint_is_refused(
    ops: Browser, document: Any, code: str
) -> None:
    before = draft(ops)
    refused = save(ops, document, before[1], status=422)
    assert refused["code"] == code
    assert draft(ops) == before


def test_rules_tell_only_those_who_understand(lite: Site) -> None:
    clock = ManualClock(NOW)
    gateway = Gateway.of(lite.settings, clock, Unpaced(), Registry.load())
    lite.app = lite.make_app(gateway)
    ops = lite.signed_in("ops")
    document, revision = draft(ops)
    title = {"zh": "进销存", "en": "Purchasing"}
    role = {"key": "erp", "title": title, "kind": "connection", "connector": "webhook"}
    document["roles"].append(role)
    told = copy.deepcopy(document)
    for place in (told["rules"][1]["otherwise"], told["rules"][0]["rows"][1]["then"]):
        place.append({"do": "send", "send_to": "wms"})
    saved = save(ops, told, revision)
    assert {f["code"] for f in saved["findings"]} == {"blueprint.not_understood"}
    wheres = [f["where"] for f in saved["findings"]]
    assert wheres == ["/rules/0/rows/1/then/3/send_to", "/rules/1/otherwise/1/send_to"]
    assert "“仓库系统”(奇门仓储)收不了规则发的消息" in saved["findings"][0]["message"]["zh"]
    assert saved["findings"][0]["how"]["zh"].startswith("改选进销存。")
    assert go_live(ops, saved["revision"], status=422)["code"] == "blueprint.not_understood"

    document["rules"][1]["otherwise"].append({"do": "send", "send_to": "erp"})
    saved = save(ops, document, saved["revision"])
    assert saved["findings"] == []
    assert go_live(ops, saved["revision"])["version"] == 1


def test_lists_that_look_at_records_are_tried_on_one_picked_or_made_up(lite: Site) -> None:
    viewer = lite.signed_in("viewer")
    document, _ = draft(viewer)
    since = field("f9", "since", "instant")
    rich = {"and": [{">=": [{"var": "spent"}, 20_000]}, {"!=": [{"var": "old.level"}, "gold"]}]}
    late = {">=": [{"var": "since"}, {"ts": "2026-06-01T00:00:00+08:00"}]}
    on = {"on": "record", "model": "buyers"}
    rows = [row("rich", [record(level="gold")], rich), row("late", [], late)]
    daily = {"on": "schedule", "schedule": {"daily_at": "10:00"}}
    with_lists(rule_list("up", on, *rows), rule_list("day", daily, row("all", [])))(document)
    document["models"][0]["fields"].append(since)

    def tried(id_: str = "up", before: Record | None = None, **values: Any) -> Record:
        body = {"document": document, "list": id_, "values": values, "before": before}
        answer = viewer.send("POST", f"{API}/try-record", body)
        found: Record = answer.get_json()
        assert answer.status_code == 200, found
        (only,) = found["lists"]
        return dict(only)

    assert tried(spent=20_000)["acting"] == ["rich"]
    assert tried(spent=19_999)["acting"] == []
    assert tried(spent=20_000, before={"level": "gold"})["acting"] == []
    both = tried(spent=20_000, since="2026-05-31T16:00:00.000Z", before={"level": "silver"})
    assert both["acting"] == ["rich", "late"]
    assert [one["value"] for one in both["rows"][0]["trace"]["args"]] == [True, True]
    assert tried(since="2026-05-31T23:59:59+08:00")["acting"] == []
    assert tried("day")["acting"] == ["all"]
    for body, status, code in (
        ({"list": "risk", "values": {}}, 404, "rules.no_list"),
        ({"list": "up", "values": {"level": "brass"}}, 422, "rules.bad_sample"),
        ({"list": "up", "values": {"since": "soon"}}, 422, "rules.bad_sample"),
        ({"list": "up", "values": {"spent": [1]}}, 422, "rules.bad_sample"),
    ):
        refused = viewer.send("POST", f"{API}/try-record", {"document": document, **body})
        assert (refused.status_code, refused.get_json()["code"]) == (status, code)
