"""The labels of a day, and print data for those who may print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from connectors.simulators.wire import Fault
from orderloom.services.orders.showing import iso
from orderloom.store.db import Database
from tests.support.hub import START, Hub
from tests.support.labels import told_at_once
from tests.support.site import Browser, Site

DAY = 86_400_000
GET = "cainiao.waybill.ii.get"


@pytest.fixture
def hub(database: Database) -> Hub:
    return told_at_once(database)


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


def place(hub: Hub, *numbers: int, **changes: Any) -> None:
    hub.take(*(hub.trade(number, **changes) for number in numbers))
    hub.deliver()


def day(start: int = START - 1, end: int = START + DAY) -> str:
    return f"due_from={iso(start)}&due_to={iso(end)}"


def listed(browser: Browser, asked: str = "", days: str = "") -> dict[str, Any]:
    response = browser.get(f"/api/v1/labels?{days or day()}&{asked}")
    assert response.status_code == 200, response.get_data(as_text=True)
    found: dict[str, Any] = response.get_json()
    return found


def prints(browser: Browser, *ids: str) -> Any:
    return browser.send("POST", "/api/v1/labels/print", {"ids": list(ids)})


def test_the_list_tells_what_became_of_each_label(hub: Hub, ops: Browser) -> None:
    place(hub, 1)
    hub.labels.faults.add(Fault("refused", call=GET))
    place(hub, 2)
    hub.labels.faults.add(Fault("server_error", call=GET))
    place(hub, 3)
    place(hub, 4)
    hub.take(hub.trade(4, later=5, status="TRADE_CLOSED"))
    hub.deliver()
    made, refused, waiting, cancelled = listed(ops)["items"]
    assert [one["state"] for one in (made, refused, waiting, cancelled)] == [
        "ready",
        "refused",
        "waiting",
        "cancelled",
    ]
    assert made["order"]["title"] == hub.order(1)["external_no"]
    assert made["fulfilment"]["title"] == hub.fulfilments(1)[0]["no"]
    assert made["tracking_no"] == hub.labels.office.waybills()[0]["number"]
    assert made["warehouse"]["title"] == "杭州仓"
    assert (made["problem"], made["exception_id"]) == (None, None)
    assert refused["problem"]["message"]["zh"] != refused["problem"]["message"]["en"]
    assert refused["exception_id"] == str(hub.exceptions()[0]["id"])
    answer = ops.send("POST", f"/api/v1/exceptions/{refused['exception_id']}/retry", {})
    assert answer.status_code == 202
    assert listed(ops, "state=refused")["items"] == []
    hub.advance(60)
    hub.deliver()
    assert len(listed(ops, "state=ready")["items"]) == 3
    hub.tell("shipped", made["fulfilment"]["title"])
    assert [one["id"] for one in listed(ops, "state=left")["items"]] == [made["id"]]


def test_pages_and_filters(hub: Hub, ops: Browser) -> None:
    place(hub, 1, 2, 3, 4, 5)
    place(hub, 6, receiver_state="西藏自治区")
    ids = [one["id"] for one in listed(ops)["items"]]
    found, page = [], listed(ops, "limit=4")
    while True:
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        page = listed(ops, f"limit=4&cursor={page['next']}")
    assert found == ids
    assert len(ids) == 6
    yiwu = hub.warehouses["YW"]
    assert len(listed(ops, f"warehouse={yiwu}")["items"]) == 1
    assert listed(ops, days=day(START + DAY, START + 2 * DAY))["items"] == []
    counts = ops.get(f"/api/v1/labels/counts?{day()}").get_json()["warehouses"]
    assert [(one["warehouse"]["title"], one["states"]) for one in counts] == [
        ("杭州仓", {"ready": 5}),
        ("义乌保税仓", {"ready": 1}),
    ]


def test_printing_hands_out_the_data_and_is_counted(hub: Hub, ops: Browser) -> None:
    place(hub, 1, 2)
    ids = [one["id"] for one in listed(ops)["items"]]
    first = prints(ops, *ids).get_json()["labels"]
    assert [one["id"] for one in first] == ids
    assert json.loads(first[0]["printing"]["print_data"])["encryptedData"]
    assert first[0]["printing"]["template_url"].startswith("http")
    assert prints(ops, ids[0]).status_code == 200
    states = [(one["state"], one["prints"]) for one in listed(ops)["items"]]
    assert states == [("printed", 2), ("printed", 1)]
    who = hub.rows("SELECT action, subject FROM audit ORDER BY id")
    assert [(row["action"], row["subject"]) for row in who] == [
        ("label.print", "2"),
        ("label.print", "1"),
    ]


def test_only_labels_with_a_valid_number_are_printed(hub: Hub, ops: Browser, site: Site) -> None:
    hub.labels.faults.add(Fault("refused", call=GET))
    place(hub, 1)
    (refused,) = listed(ops)["items"]
    answer = prints(ops, refused["id"], "99999")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "label.nothing_to_print")
    place(hub, 2)
    hub.take(hub.trade(2, later=5, status="TRADE_CLOSED"))
    hub.deliver()
    assert prints(ops, listed(ops)["items"][1]["id"]).status_code == 409
    assert prints(site.signed_in("viewer"), refused["id"]).status_code == 403
    assert prints(ops).status_code == 422


def test_the_order_page_shows_the_label(hub: Hub, ops: Browser) -> None:
    place(hub, 1)
    page = ops.get(f"/api/v1/orders/{hub.order(1)['id']}").get_json()
    (made,) = page["fulfilments"]
    assert made["label"]["state"] == "ready"
    assert made["label"]["tracking_no"] == made["parcels"][0]["tracking_no"]
    assert made["parcels"][0]["shipped_at"] is None
    effects = [entry["title"]["en"] for entry in page["story"] if entry["kind"] == "sent"]
    assert any("waybill number" in title for title in effects)
    assert "encryptedData" not in json.dumps(page)


def test_a_long_list_costs_no_more_statements_than_a_short_one(hub: Hub, ops: Browser) -> None:
    place(hub, *range(1, 9))
    seen: list[str] = []
    event.listen(hub.database.reader, "before_cursor_execute", lambda *a: seen.append(a[2]))
    listed(ops, "limit=1")
    one = len(seen)
    listed(ops, "limit=8")
    assert len(seen) == 2 * one
