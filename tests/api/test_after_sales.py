"""Returns over the API: listed, and booked into stock when a person says that they arrived."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderloom.services.stocking.stock import StockDoor
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.hub import Hub
from tests.support.site import Browser, Site

TEE, BAG = "TEE-BLK-S", "BAG-CAN"


@pytest.fixture
def hub(database: Database) -> Hub:
    """Order 1 was sent: three shirts, whose buyer sends them back."""
    hub = Hub(database)
    hub.stock({("HZ", TEE): 3, ("YW", TEE): 0}, safety=0)
    hub.take(hub.trade(1, {TEE: 3, BAG: 1}))
    send_off(hub)
    trade = hub.trade(1, {TEE: 3, BAG: 1}, later=5, status="WAIT_BUYER_CONFIRM_GOODS")
    back = {"refund_status": "WAIT_BUYER_RETURN_GOODS", "refund_id": 9001}
    trade["orders"]["order"][0] |= back
    hub.take(trade)
    return hub


def send_off(hub: Hub) -> None:
    """What the hub does when the warehouse says that everything left."""
    lines = hub.rows("SELECT * FROM fulfilment_line")
    with hub.write() as tx:
        door = StockDoor(tx, hub.clock.now())
        for line in lines:
            door.ship(line["stock_id"], line["quantity"], line["quantity"], "F1")
        door.settle()
    hub.execute("UPDATE fulfilment_line SET shipped = quantity, state = 'shipped'")
    hub.execute("UPDATE fulfilment SET state = 'shipped'")


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


def listed(browser: Browser, asked: str = "") -> dict[str, Any]:
    response = browser.get(f"/api/v1/after-sales?{asked}")
    assert response.status_code == 200, response.get_data(as_text=True)
    found: dict[str, Any] = response.get_json()
    return found


def receive(browser: Browser, hub: Hub, id_: str, *pieces: tuple[str, int, int]) -> Any:
    given = [
        {"product_id": str(hub.skus[sku]), "sellable": good, "damaged": bad}
        for sku, good, bad in pieces
    ]
    body = {"warehouse_id": str(hub.warehouses["HZ"]), "pieces": given}
    response = browser.send("POST", f"/api/v1/after-sales/{id_}/receive", body)
    return response.status_code, response.get_json()


def test_the_list_tells_number_pieces_and_money_and_is_narrowed(hub: Hub, ops: Browser) -> None:
    (item,) = listed(ops)["items"]
    assert item["external_no"] == hub.order(1)["external_no"]
    told = {name: item[name] for name in ("kind", "state", "refund_no", "quantity", "amount")}
    assert told == {
        "kind": "return",
        "state": "returning",
        "refund_no": "9001",
        "quantity": 3,
        "amount": 3 * 6900,
    }
    assert listed(ops)["counts"] == {"returning": 1}
    assert len(listed(ops, "goods=awaited&q=9001")["items"]) == 1
    assert listed(ops, "state=refunded")["items"] == []


def test_what_can_be_sold_again_is_booked_and_short_orders_go_on(hub: Hub, ops: Browser) -> None:
    hub.take(hub.trade(2, {TEE: 2}))
    assert hub.order(2)["state"] == "short"
    (item,) = listed(ops)["items"]
    goods = ops.get(f"/api/v1/after-sales/{item['id']}/goods").get_json()
    assert [(p["product"]["code"], p["shipped"]) for p in goods["pieces"]] == [(TEE, 3)]
    assert receive(ops, hub, item["id"], (TEE, 2, 1)) == (200, {"orders": 1})
    hub.work()
    assert (hub.order(2)["state"], hub.levels()["HZ", TEE]) == ("to_ship", (2, 2))
    assert invariants.stock(hub) == []
    assert listed(ops, "goods=received")["items"][0]["id"] == item["id"]
    assert receive(ops, hub, item["id"], (TEE, 1, 0))[1]["code"] == "after_sales.too_many"
    notes = hub.rows("SELECT detail FROM timeline WHERE kind = 'manual'")
    assert "TEE-BLK-S × 3" in notes[0]["detail"]
    assert hub.value("SELECT count(*) FROM audit WHERE action = 'after_sale.receive'") == 1


def test_what_cannot_have_come_back_is_refused(hub: Hub, ops: Browser) -> None:
    (item,) = listed(ops)["items"]
    for pieces, code in (
        ([(TEE, 4, 0)], "after_sales.too_many"),
        ([(TEE, 2, 0), (TEE, 2, 0)], "after_sales.too_many"),
        ([(BAG, 1, 0)], "after_sales.too_many"),
        ([(TEE, 0, 0)], "after_sales.nothing"),
    ):
        assert receive(ops, hub, item["id"], *pieces)[1]["code"] == code
    hub.execute("UPDATE after_sale SET state = 'withdrawn'")
    assert receive(ops, hub, item["id"], (TEE, 1, 0))[1]["code"] == "after_sales.closed"
    hub.execute("UPDATE after_sale SET state = 'refunded'")
    hub.execute("UPDATE fulfilment_line SET shipped = 0")
    assert receive(ops, hub, item["id"], (TEE, 1, 0))[1]["code"] == "after_sales.not_shipped"
    assert hub.levels()["HZ", TEE] == (0, 0)


def test_a_viewer_reads_and_receives_nothing(site: Site, hub: Hub) -> None:
    viewer = site.signed_in("viewer")
    (item,) = listed(viewer)["items"]
    assert receive(viewer, hub, item["id"], (TEE, 1, 0))[0] == 403
