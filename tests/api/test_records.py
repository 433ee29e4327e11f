"""Records over the API: which there are, searched and page by page; and when lists run next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderloom import jobs
from orderloom.services.records import view
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.recording import record, row, rule_list, title, with_lists
from tests.support.site import Browser, Site

AT = "/api/v1/records"
OFTEN = {"on": "schedule", "schedule": {"cron": "*/10 * * * *"}}


@pytest.fixture
def hub(database: Database) -> Hub:
    made = Hub(database)
    seen = row("seen", [record(level="gold", spent={"var": "paid"})])
    task = row("all", [{"do": "task", "title": title("call")}])
    made.republish(with_lists(rule_list("remind", OFTEN, task), rows=[seen]))
    made.take(*(made.trade(n, receiver_mobile=f"138000{n:02}%{n:02}") for n in range(3)))
    return made


@pytest.fixture
def viewer(hub: Hub, tmp_path: Path) -> Browser:
    site = Site.of(hub, tmp_path)
    return site.signed_in("viewer")


def test_records_are_read_page_by_page_and_searched(hub: Hub, viewer: Browser) -> None:
    (model,) = viewer.get(AT).get_json()["items"]
    assert (model["key"], model["title"]["en"]) == ("buyers", "Buyers")
    assert [(f["key"], f["kind"], f["known_by"]) for f in model["fields"]][:2] == [
        ("phone", "text", True),
        ("level", "choice", False),
    ]
    first = viewer.get(f"{AT}/buyers?limit=2").get_json()
    rest = viewer.get(f"{AT}/buyers?limit=2&cursor={first['next']}").get_json()
    found = [*first["items"], *rest["items"]]
    assert len({r["values"]["phone"] for r in found}) == 3
    assert rest["next"] is None
    assert found[0]["values"]["spent"] == 6900
    assert {r["order_id"] for r in found} == {str(hub.order(n)["id"]) for n in range(3)}
    (one,) = viewer.get(f"{AT}/buyers?q=01%25").get_json()["items"]
    assert one["values"]["phone"] == "13800001%01"
    assert viewer.get(f"{AT}/buyers?q=silver").get_json()["items"] == found[:0]
    assert viewer.get(f"{AT}/buyers?q=GOLD&limit=1").get_json()["next"] is not None


def test_a_search_looks_through_stretches_and_finds_a_key_at_once(hub: Hub) -> None:
    """No index helps to find a text within another, so the work of one request is bounded."""

    def looked(text: str, before: int | None = None) -> tuple[list[str], int | None]:
        with hub.database.read() as tx:
            model = view.model_of(tx, hub.context.plans, "buyers")
            page = view.page(tx, model, text, before, 50, stretch=1)
        return [one["values"]["phone"] for one in page.items], page.next

    phones = ["13800002%02", "13800001%01", "13800000%00"]
    first, following = looked(phones[2])
    assert (first, following is not None) == (phones[2:], True), "the oldest, by its key"
    found, following = looked("%0")
    while following is not None:
        assert len(found) <= 3
        more, following = looked("%0", following)
        found += more
    assert sorted(found) == sorted(phones)
    assert looked("GOLD")[0] == found[:1]


def test_what_is_wrong_is_said(viewer: Browser) -> None:
    unknown = viewer.get(f"{AT}/byers")
    assert (unknown.status_code, unknown.get_json()["code"]) == (404, "record.no_model")
    forged: Any = viewer.get(f"{AT}/buyers?cursor=x")
    assert forged.status_code in (400, 422)


def test_a_scheduled_list_says_when_it_runs_and_how_it_ran(hub: Hub, viewer: Browser) -> None:
    def schedule() -> dict[str, Any]:
        jobs.run_schedule(hub.value("SELECT id FROM rule_schedule"))
        (blueprint,) = viewer.get("/api/v1/blueprints").get_json()["items"]
        answer = viewer.get(f"/api/v1/blueprints/{blueprint['key']}/schedules").get_json()
        (found,) = answer["items"]
        return dict(found)

    first = schedule()
    assert (first["list"], first["running"], first["last_moment"]) == ("remind", False, None)
    hub.advance(3_600)
    ran = schedule()
    assert (ran["did"], ran["missed_since"]) == (1, first["next_at"])
    assert ran["next_at"] > ran["ended_at"] >= ran["last_moment"]
