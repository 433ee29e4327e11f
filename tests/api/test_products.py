"""Products and links over the API, beside a shop that sends orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderloom.store.db import Database
from tests.support import invariants
from tests.support.hub import Hub
from tests.support.site import Browser, Site

TEE, BAG, PIN, NEW = "TEE-BLK-S", "BAG-CAN", "SCARF-GRY", "NEW-2026-X"


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    hub.stock({(place, sku): 10 for place in ("HZ", "YW") for sku in (TEE, BAG, PIN)}, safety=2)
    return hub


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


def get(browser: Browser, path: str) -> dict[str, Any]:
    response = browser.get(f"/api/v1{path}")
    assert response.status_code == 200, response.get_data(as_text=True)
    found: dict[str, Any] = response.get_json()
    return found


def send(browser: Browser, method: str, path: str, body: Any, status: int = 200) -> Any:
    response = browser.send(method, f"/api/v1{path}", body)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_json()


def told(hub: Hub) -> list[str]:
    return [row["action"] for row in hub.rows("SELECT action FROM audit ORDER BY id")]


def one(ops: Browser, code: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = get(ops, f"/products?q={code}")["items"]
    return next(product for product in found if product["code"] == code)


def test_the_catalogue_is_read_page_by_page_with_stock(hub: Hub, ops: Browser) -> None:
    hub.take(hub.trade(1, {TEE: 3}))
    codes: list[str] = []
    page = get(ops, "/products?limit=7")
    while True:
        codes += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        page = get(ops, f"/products?limit=7&cursor={page['next']}")
    assert codes == sorted(hub.skus)
    assert page["total"] == len(codes)
    level = one(ops, TEE)["stock"][0]
    assert level["warehouse"]["title"] == "杭州仓"
    assert {name: level[name] for name in ("on_hand", "allocated", "safety", "free")} == {
        "on_hand": 10,
        "allocated": 3,
        "safety": 2,
        "free": 5,
    }


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("q=scarf", [PIN]),
        ("q=帆布", [BAG]),
        ("q=%25", []),
        ("kind=bundle", []),
        ("kind=low&q=bag", [BAG]),
    ],
)
def test_it_is_searched_and_narrowed(hub: Hub, ops: Browser, asked: str, codes: list[str]) -> None:
    hub.stock({("YW", BAG): 2}, safety=2)
    assert [item["code"] for item in get(ops, f"/products?{asked}")["items"]] == codes


def test_a_product_is_added_described_and_made_a_bundle(hub: Hub, ops: Browser) -> None:
    made = send(ops, "POST", "/products", {"code": " SET-9 ", "title": "两件套"}, 201)
    assert (made["code"], made["bundle"], made["used_in"]) == ("SET-9", False, [])
    again = ops.send("POST", "/api/v1/products", {"code": "SET-9", "title": "又一件"})
    assert (again.status_code, again.get_json()["code"]) == (409, "products.code_taken")
    words = {"title": "三件套", "spec": "红", "barcode": None}
    assert send(ops, "PUT", f"/products/{made['id']}", words)["title"] == "三件套"
    parts = [
        {"product_id": str(hub.skus[TEE]), "quantity": 3},
        {"product_id": str(hub.skus[PIN]), "quantity": 1, "gift": True, "once": True},
    ]
    send(ops, "PUT", f"/products/{made['id']}/parts", {"parts": parts})
    bundle = one(ops, "SET-9")
    assert (bundle["bundle"], bundle["stock"]) == (True, [])
    assert [s["free"] for s in bundle["sets"]] == [8 // 3, 8 // 3]
    assert [(p["product"]["code"], p["gift"], p["once"]) for p in bundle["parts"]] == [
        (TEE, False, False),
        (PIN, True, True),
    ]
    whole = get(ops, f"/products/{hub.skus[TEE]}")
    assert [p["code"] for p in whole["used_in"]] == ["SET-9"]
    refused = ops.send("PUT", f"/api/v1/products/{made['id']}/stock/{hub.warehouses['HZ']}", {})
    assert refused.status_code == 200
    stock = ops.send(
        "PUT", f"/api/v1/products/{made['id']}/stock/{hub.warehouses['HZ']}", {"safety": 1}
    )
    assert stock.get_json()["code"] == "products.bundle_has_no_stock"
    assert told(hub) == ["product.add", "product.describe", "product.parts"]


def test_less_safety_stock_lets_short_orders_go_on(hub: Hub, ops: Browser) -> None:
    hub.stock({("YW", BAG): 0}, safety=0)
    hub.take(hub.trade(1, {BAG: 9}))
    assert hub.order(1)["state"] == "short"
    where = f"/products/{hub.skus[BAG]}/stock/{hub.warehouses['HZ']}"
    assert send(ops, "PUT", where, {"safety": 1}) == {"orders": 1}
    hub.work()
    assert (hub.order(1)["state"], hub.levels()["HZ", BAG]) == ("to_ship", (10, 9))
    assert told(hub) == ["stock.safety"]


def test_a_count_below_what_is_allocated_lets_the_newest_give_way(hub: Hub, ops: Browser) -> None:
    hub.stock({("YW", BAG): 0}, safety=0)
    hub.take(hub.trade(1, {BAG: 4}))
    hub.take(hub.trade(2, {BAG: 4}))
    where = f"/products/{hub.skus[BAG]}/stock/{hub.warehouses['HZ']}"
    send(ops, "PUT", where, {"on_hand": 5, "safety": 0})
    assert {hub.order(n)["state"] for n in (1, 2)} == {"to_ship", "short"}
    assert send(ops, "PUT", where, {"on_hand": 8}) == {"orders": 1}
    hub.work()
    assert {hub.order(n)["state"] for n in (1, 2)} == {"to_ship"}
    assert invariants.stock(hub) == []


def unknown(hub: Hub, *numbers: int) -> None:
    hub.take(*(hub.trade(number, {NEW: 1}) for number in numbers))


def test_one_link_sets_all_orders_going_that_share_the_name(hub: Hub, ops: Browser) -> None:
    unknown(hub, 1, 2)
    hub.take(hub.trade(3, {NEW: 1, "ODD-1": 1}))
    (name, odd) = get(ops, "/links/unlinked")["items"]
    assert (name["name"], name["orders"], name["waiting"]) == (NEW, 3, 3)
    assert (odd["name"], odd["orders"]) == ("ODD-1", 1)
    shop = name["accounts"][0]["id"]
    body = {"name": NEW, "accounts": [shop], "product_id": str(hub.skus[TEE])}
    assert send(ops, "POST", "/links", body) == {"orders": 3}
    hub.work()
    assert [hub.order(n)["state"] for n in (1, 2, 3)] == ["to_ship", "to_ship", "exception"]
    assert [e["params"]["skus"] for e in hub.exceptions()] == ["ODD-1"]
    assert told(hub) == ["link.set"]
    (link,) = get(ops, "/links?q=new-2026")["items"]
    assert (link["name"], link["product"]["code"]) == (NEW, TEE)


def test_the_product_may_be_made_on_the_way(hub: Hub, ops: Browser) -> None:
    unknown(hub, 1)
    new = {"code": NEW, "title": "新品样衣", "spec": "颜色:米色"}
    body = {"name": NEW, "accounts": [str(hub.account)], "product": new}
    assert send(ops, "POST", "/links", body) == {"orders": 1}
    hub.work()
    assert hub.order(1)["state"] == "short"
    assert told(hub) == ["product.add", "link.set"]


def test_a_corrected_link_moves_what_is_not_handed_over(hub: Hub, ops: Browser) -> None:
    unknown(hub, 1, 2)
    body = {"name": NEW, "accounts": [str(hub.account)], "product_id": str(hub.skus[TEE])}
    send(ops, "POST", "/links", body)
    hub.work()
    hub.deliver()
    unknown(hub, 3)
    assert send(ops, "POST", "/links", {**body, "product_id": str(hub.skus[PIN])}) == {"orders": 1}
    hub.work()
    assert [f["state"] for f in hub.fulfilments(1)] == ["handed_over"]
    assert [f["state"] for f in hub.fulfilments(3)] == ["cancelled", "waiting"]
    (link,) = get(ops, "/links")["items"]
    assert ops.send("DELETE", f"/api/v1/links/{link['id']}").status_code == 204
    assert get(ops, "/links")["items"] == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"accounts": []}, 422, "links.no_such_shop"),
        ({"accounts": ["5"]}, 422, "links.no_such_shop"),
        ({"product_id": "5"}, 404, "products.not_found"),
        ({"product_id": None}, 422, "links.one_product"),
        ({"product": {"code": "A", "title": "A"}}, 422, "links.one_product"),
        ({"name": ""}, 422, "request.invalid"),
    ],
)
def test_a_link_that_cannot_be_is_refused(
    hub: Hub, ops: Browser, change: dict[str, Any], status: int, code: str
) -> None:
    body = {"name": NEW, "accounts": [str(hub.account)], "product_id": str(hub.skus[TEE])}
    body = {name: value for name, value in {**body, **change}.items() if value is not None}
    response = ops.send("POST", "/api/v1/links", body)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert hub.value("SELECT count(*) FROM channel_sku") == 0


def test_proposals_come_from_other_shops_first_then_by_likeness(hub: Hub, ops: Browser) -> None:
    body = {"name": "X-1", "accounts": [str(hub.account)], "product_id": str(hub.skus[BAG])}
    send(ops, "POST", "/links", body)
    (first, *_) = get(ops, "/products/match?name=X-1")["items"]
    assert (first["product"]["code"], first["why"]) == (BAG, "other_shop")
    (first, *_) = get(ops, "/products/match?name=tee_blk_s")["items"]
    assert (first["product"]["code"], first["why"], first["score"]) == (TEE, "same_code", 1.0)


def test_names_of_one_order_are_those_of_its_exception(hub: Hub, ops: Browser) -> None:
    unknown(hub, 1)
    hub.take(hub.trade(2, {"ODD-1": 1}), hub.trade(3, {"ODD-1": 2}))
    found = get(ops, f"/links/unlinked?order={hub.order(2)['id']}")["items"]
    assert [(entry["name"], entry["orders"]) for entry in found] == [("ODD-1", 2)]


def test_viewers_look_and_change_nothing(site: Site, hub: Hub) -> None:
    viewer = site.signed_in("viewer")
    assert get(viewer, "/products")["total"] == len(hub.skus)
    for method, path, body in (
        ("POST", "/products", {"code": "A", "title": "A"}),
        ("PUT", f"/products/{hub.skus[TEE]}/parts", {"parts": []}),
        ("PUT", f"/products/{hub.skus[TEE]}/stock/{hub.warehouses['HZ']}", {"safety": 0}),
        ("POST", "/links", {"name": "A", "accounts": [], "product_id": "1"}),
        ("DELETE", "/links/1", None),
    ):
        response = viewer.send(method, f"/api/v1{path}", body)
        assert (response.status_code, response.get_json()["code"]) == (403, "auth.role"), path
    assert told(hub) == []
