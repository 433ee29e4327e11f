"""The exceptions queue, and trying again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from tests.support.shop import Shop
from tests.support.site import Browser, Site


@pytest.fixture
def shop(site: Site) -> Shop:
    return Shop(site.database)


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


def queue(browser: Browser, asked: str = "") -> dict[str, Any]:
    response = browser.get(f"/api/v1/exceptions?{asked}")
    assert response.status_code == 200, response.get_data(as_text=True)
    found: dict[str, Any] = response.get_json()
    return found


def test_the_queue_says_what_is_wrong_in_both_languages(ops: Browser, shop: Shop) -> None:
    (order,) = shop.add({"external_no": "2489001234567890123"})
    id_ = shop.trouble(order["id"])
    shop.trouble(None)
    item = queue(ops)["items"][1]
    assert item["id"] == str(id_)
    assert item["kind"] == "sku"
    assert item["order_id"] == str(order["id"])
    assert item["external_no"] == "2489001234567890123"
    assert item["account"] == {"id": str(shop.taobao), "title": "天猫主店"}
    assert item["count_same_cause"] == 2
    assert "X-1" in item["message"]["zh"]
    assert "X-1" in item["message"]["en"]
    assert item["message"]["zh"] != item["message"]["en"]
    assert item["how"]["zh"]


def test_pages_hold_every_exception_once_newest_first(ops: Browser, shop: Shop) -> None:
    ids = [str(shop.trouble(None)) for _ in range(11)]
    found = []
    page = queue(ops, "limit=4")
    while True:
        found += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        page = queue(ops, f"limit=4&cursor={page['next']}")
    assert found == ids[::-1]


def test_groups_count_what_is_alike(ops: Browser, shop: Shop) -> None:
    shop.trouble(None)
    for n in range(2):
        shop.trouble(None, code="risk.held", kind="risk", params={"reason": "?"}, cause=f"r{n}")
    shop.trouble(None, state="resolved")
    groups = queue(ops)["groups"]
    assert [(g["code"], g["count"]) for g in groups] == [("risk.held", 2), ("sku.unknown", 1)]
    assert len(queue(ops, "code=risk.held")["items"]) == 2
    assert len(queue(ops, "state=resolved")["items"]) == 1


def test_trying_again_resolves_and_is_written_down(site: Site, ops: Browser, shop: Shop) -> None:
    inbox_id = payload(site, shop)
    id_ = shop.trouble(None, kind="mapping", code="mapping.missing", inbox_id=inbox_id)
    assert ops.send("POST", f"/api/v1/exceptions/{id_}/retry", {}).status_code == 202
    with site.database.read() as tx:
        row = tx.execute(text("SELECT state, not_before, attempts FROM inbox")).one()
        who = tx.execute(text("SELECT actor, action, subject FROM audit")).one()
        resolved_by = tx.execute(text("SELECT resolved_by FROM exception")).scalar_one()
    assert tuple(row) == ("waiting", 0, 1)
    assert tuple(who)[1:] == ("exception.retry", str(id_))
    assert resolved_by is not None
    assert queue(ops)["items"] == []


def payload(site: Site, shop: Shop) -> int:
    with site.database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO inbox (id, account_id, shard, external_no, source, payload, digest,"
                " received_at, state) VALUES (7, :account, 0, '1', 'pull', '{}', 'd', 0, 'failed')"
            ),
            {"account": shop.taobao},
        )
    return 7


def test_trying_a_dead_message_again_sends_it_anew(site: Site, ops: Browser, shop: Shop) -> None:
    with site.database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO outbox (id, connection_id, subject, effect, idempotency_key, body,"
                " state, not_before, attempts, created_at)"
                " VALUES (9, :to, 's', 'fulfilment.create', 'k', '{}', 'dead', 99, 12, 0)"
            ),
            {"to": shop.connection},
        )
    id_ = shop.trouble(None, kind="delivery", code="delivery.failed", outbox_id=9)
    assert ops.send("POST", f"/api/v1/exceptions/{id_}/retry", {}).status_code == 202
    with site.database.read() as tx:
        row = tx.execute(text("SELECT state, not_before, attempts FROM outbox")).one()
    assert tuple(row) == ("waiting", 0, 0)


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"state": "resolved"}, 409, "exceptions.resolved"),
        ({"kind": "risk"}, 409, "exceptions.not_retriable"),
        ({"kind": "delivery", "outbox_id": 5}, 409, "exceptions.not_retriable"),
        ({"kind": "stock"}, 409, "exceptions.not_retriable"),
    ],
)
def test_what_cannot_be_tried_again_is_refused_and_stays_as_it_was(
    site: Site, ops: Browser, shop: Shop, values: dict[str, Any], status: int, code: str
) -> None:
    id_ = shop.trouble(None, **values)
    response = ops.send("POST", f"/api/v1/exceptions/{id_}/retry", {})
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    with site.database.read() as tx:
        state = tx.execute(text("SELECT state FROM exception")).scalar_one()
        audited = tx.execute(text("SELECT count(*) FROM audit")).scalar_one()
    assert state == values.get("state", "open")
    assert audited == 0


def test_there_is_no_such_exception(ops: Browser) -> None:
    response = ops.send("POST", "/api/v1/exceptions/5/retry", {})
    assert (response.status_code, response.get_json()["code"]) == (404, "exceptions.not_found")
