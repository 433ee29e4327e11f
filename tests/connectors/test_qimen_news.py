"""What a Qimen warehouse calls the hub about: genuine or refused, and in the hub's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from connectors.simulators.qimen import APP_KEY, APP_SECRET, CUSTOMER
from connectors.simulators.qimen_life import WarehouseLife
from orderloom import jobs
from orderloom.connect import Confirmation, Permanent, Request, build_xml, top_sign
from orderloom.store.db import Database
from tests.connectors.warehouse_stages import QimenStage
from tests.support.hub import Hub
from tests.support.pushing import Caller

TEE = "TEE-BLK-S"


def call(method: str, content: dict[str, Any], secret: str = APP_SECRET) -> Request:
    body = build_xml("request", content)
    query = {"method": method, "app_key": APP_KEY, "customerId": CUSTOMER, "v": "2.0"}
    query["sign"] = top_sign(query, secret, "md5", body)
    return Request("POST", f"https://hub.example/hooks/1?{urlencode(query)}", {}, body)


def told(method: str, content: dict[str, Any]) -> list[Confirmation]:
    return list(QimenStage().connect().parse_webhook(call(method, content)).confirmations)


def confirm(**head: Any) -> dict[str, Any]:
    return {"deliveryOrder": {"deliveryOrderCode": "F1", "outBizCode": "B1", **head}}


def test_a_wrong_signature_is_refused() -> None:
    request = call("deliveryorder.confirm", confirm(status="DELIVERED"), "not the secret")
    with pytest.raises(Permanent, match="signature"):
        QimenStage().connect().parse_webhook(request)


@pytest.mark.parametrize("prefix", ["", "taobao.qimen."])
def test_parcels_with_what_is_in_them(prefix: str) -> None:
    item = {"itemCode": TEE, "quantity": 1}
    package = {"logisticsCode": "ZTO", "expressCode": "Z1", "items": {"item": [item, item]}}
    content = confirm(status="DELIVERED") | {"packages": {"package": [package]}}
    (news,) = told(f"{prefix}deliveryorder.confirm", content)
    assert (news.key, news.fulfilment_no, news.event) == ("confirm/B1", "F1", "shipped")
    (parcel,) = news.parcels
    assert (parcel.courier, parcel.tracking_no, parcel.quantities) == ("ZTO", "Z1", {TEE: 2})


@pytest.mark.parametrize(
    ("head", "event"),
    [
        ({"confirmType": "0"}, "shipped"),
        ({"confirmType": "1"}, "part_shipped"),
        ({"status": "PARTDELIVERED"}, "part_shipped"),
        ({"status": "DELIVERED", "confirmType": "1"}, "part_shipped"),
        ({"status": "REJECT"}, "refused"),
        ({"status": "CANCELED"}, "cancelled"),
    ],
)
def test_what_each_state_means(head: dict[str, str], event: str) -> None:
    assert [news.event for news in told("deliveryorder.confirm", confirm(**head))] == [event]


def test_one_package_without_items_holds_what_the_lines_say() -> None:
    line = {"orderLine": [{"itemCode": TEE, "planQty": 3, "actualQty": 2}]}
    content = confirm(status="DELIVERED") | {
        "packages": {"package": [{"logisticsCode": "HTKY", "expressCode": "H1"}]},
        "orderLines": line,
    }
    (news,) = told("deliveryorder.confirm", content)
    assert [(p.courier, p.quantities) for p in news.parcels] == [("OTHER", {TEE: 2})]


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("ACCEPT", ["accepted"]),
        ("PICK", ["accepted"]),
        ("EXCEPTION", ["refused"]),
        ("DELIVERED", []),
        ("SOMETHING", []),
    ],
)
def test_progress(status: str, events: list[str]) -> None:
    content = {"order": {"orderCode": "F1"}, "process": {"processStatus": status}}
    assert [news.event for news in told("orderprocess.report", content)] == events


def test_a_call_nobody_understands_is_said_to_be_so() -> None:
    push = QimenStage().connect().parse_webhook(call("entryorder.confirm", {}))
    assert b"<flag>failure</flag>" in push.answer.body
    assert not push.confirmations


class Warehouse:
    """The simulated warehouse, calling the web application of a hub."""

    def __init__(self, database: Database, home: Path) -> None:
        self.hub = Hub(database)
        self.caller = Caller(self.hub, home, "qimen")
        self.hub.wms.callback = self.caller.address()
        self.life = WarehouseLife(self.hub.wms, self.send, after_s=10)
        self.deaf = False

    def send(self, url: str, body: bytes) -> bytes:
        parts = urlsplit(url)
        if self.deaf:
            raise OSError
        client = self.caller.site.app.test_client()
        answer = client.post(parts.path, data=body, query_string=dict(parse_qsl(parts.query)))
        return bytes(answer.data)

    def step(self) -> None:
        self.hub.advance(11)
        self.life.step()
        jobs.confirm(self.hub.connections["qimen"])


@pytest.fixture
def warehouse(database: Database, tmp_path: Path) -> Warehouse:
    return Warehouse(database, tmp_path)


def test_orders_leave_by_themselves_and_the_shop_hears_of_it(warehouse: Warehouse) -> None:
    hub = warehouse.hub
    made = hub.shop.shop.make(12, "life")
    hub.run()
    for _ in range(4):
        warehouse.step()
    hub.deliver()
    states = hub.pairs("SELECT no, state FROM fulfilment")
    shipped = {o["code"] for o in hub.wms.orders() if o["status"] == "DELIVERED"}
    assert shipped
    assert {no for no, state in states.items() if state == "shipped"} == shipped
    sent = [no for no in made if hub.shop.shop.get(no)["status"] == "WAIT_BUYER_CONFIRM_GOODS"]
    assert len(sent) == len(shipped)


def test_what_the_hub_did_not_acknowledge_is_told_again(warehouse: Warehouse) -> None:
    hub = warehouse.hub
    hub.take(hub.trade(1, {TEE: 2}))
    hub.deliver()
    hub.wms.ship(hub.fulfilments(1)[0]["no"])
    warehouse.deaf = True
    warehouse.life.step()
    warehouse.deaf = False
    assert hub.fulfilments(1)[0]["state"] == "handed_over"
    warehouse.step()
    assert (hub.fulfilments(1)[0]["state"], hub.wms.untold) == ("shipped", {})


def test_a_push_that_is_lost_is_made_up_for_by_asking(warehouse: Warehouse) -> None:
    hub = warehouse.hub
    hub.wms.mute = True
    (number,) = hub.shop.shop.make(1, "silent")
    hub.run()
    warehouse.step()
    (order,) = hub.wms.orders()
    assert (order["status"], hub.wms.untold) == ("DELIVERED", {})
    hub.advance(5 * 3600)
    jobs.watch(hub.value("SELECT id FROM watch WHERE kind = 'inquire'"))
    jobs.confirm(hub.connections["qimen"])
    hub.deliver()
    assert hub.pairs("SELECT no, state FROM fulfilment") == {order["code"]: "shipped"}
    assert hub.shop.shop.get(number)["status"] == "WAIT_BUYER_CONFIRM_GOODS"
