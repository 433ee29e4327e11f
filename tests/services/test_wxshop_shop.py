"""微信小店 orders in the hub: from a list of numbers to fulfilments, after-sales and tables."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from connectors.simulators.wx_orders import make_order, parcels_of
from orderloom import jobs
from orderloom.connect import Parcel, Request
from orderloom.services.incoming import webhooks
from orderloom.store.db import Database
from tests.support.hub import START, Hub
from tests.support.importing import Imported


@pytest.fixture
def hub(database: Database) -> Hub:
    """A hub that has fetched the shop's token, as it does when it is refused for the first time."""
    hub = Hub(database)
    pull(hub)
    assert jobs.renew(hub.connections["wxshop"])
    return hub


def pull(hub: Hub) -> None:
    hub.advance(5)
    jobs.pull(hub.accounts["wxshop"])
    hub.work()


def test_an_order_arrives_whole_by_its_number(hub: Hub) -> None:
    (number,) = hub.wxshop.shop.make(1, "hub")
    truth = hub.wxshop.shop.get(number)
    pull(hub)
    order = hub.order(number)
    canonical = order["canonical"]
    assert (order["platform"], order["state"]) == ("wxshop", "to_ship")
    assert canonical["total"] == truth["order_detail"]["price_info"]["order_price"]
    assert canonical["masked"] == ["address", "phone", "receiver_name"]
    assert canonical["receiver_token"].startswith("wx")
    assert canonical["ship_by"] == (truth["create_time"] + 172_800) * 1000
    shares = sum(line["paid_share"] for line in canonical["lines"])
    assert shares + canonical["freight"] == canonical["paid"]


def test_a_group_that_is_forming_holds_the_order(hub: Hub) -> None:
    (number,) = hub.wxshop.shop.make(1, "hub", "forbidden")
    pull(hub)
    assert hub.order(number)["state"] == "held"
    hub.advance(1)
    hub.wxshop.shop.act(number, "release")
    pull(hub)
    assert hub.order(number)["state"] == "to_ship"


def test_an_after_sale_is_followed_with_its_number(hub: Hub) -> None:
    (number,) = hub.wxshop.shop.make(1, "hub")
    pull(hub)
    hub.advance(1)
    hub.wxshop.shop.act(number, "refund")
    pull(hub)
    query = "SELECT state, refund_no FROM after_sale"
    (opened,) = hub.rows(query)
    assert opened["state"] == "requested"
    assert opened["refund_no"].startswith("2")
    hub.advance(1)
    hub.wxshop.shop.act(number, "refund_withdrawn")
    pull(hub)
    assert hub.rows(query) == [{**opened, "state": "withdrawn"}]


def test_a_paid_order_that_is_cancelled_is_refunded(hub: Hub) -> None:
    paid, unpaid = *hub.wxshop.shop.make(1, "hub"), *hub.wxshop.shop.make(1, "hub", "to_pay")
    for number in (paid, unpaid):
        hub.wxshop.shop.act(number, "cancel")
    pull(hub)
    states = [hub.order(number)["payment_state"] for number in (paid, unpaid)]
    assert states == ["refunded", "closed"]


TABLE = (
    "订单号,订单状态,下单时间,支付时间,实付金额,运费,优惠金额,收件人姓名,收件人手机,省,市,区,详细地址,"
    "商品ID,SKU ID,商品编码,商品名称,商品规格,商品数量,商品单价,商品实付\n"
    "3720000000000900001,待发货,2026-10-01 08:00:00,2026-10-01 08:01:00,138.00,0.00,0.00,张三,"
    "13800000001,广东省,深圳市,南山区,科技园1号,10000000000001,2000000001,TEE-BLK-S,纯棉T恤,"
    "黑色;S,2,69.00,138.00\n"
)


def test_the_sellers_table_is_understood_and_stars_do_not_overwrite_it(
    hub: Hub, tmp_path: Path
) -> None:
    path = tmp_path / "订单.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert Imported(hub, path, platform="wxshop").counts == {"accepted": 1}
    read = hub.order("3720000000000900001")["canonical"]
    assert (read["total"], read["receiver_name"], read["masked"]) == (13800, "张三", [])
    assert [(li["price"], li["paid_share"], li["spec"]) for li in read["lines"]] == [
        (6900, 13800, "黑色;S")
    ]
    hub.wxshop.shop.add({**make_order(5, START), "order_id": "3720000000000900001"})
    pull(hub)
    merged = hub.order("3720000000000900001")["canonical"]
    assert (merged["receiver_name"], merged["phone"]) == ("张三", "13800000001")


def test_a_pushed_message_brings_its_order_before_the_next_pull(hub: Hub) -> None:
    (number,) = hub.wxshop.shop.make(1, "hub")
    sent = hub.wxshop.push("channels_ec_order_pay", number)
    url = f"https://hub.example/hooks/1?{urlencode(sent['query'])}"
    request = Request("POST", url, {}, json.dumps(sent["body"]).encode())
    with hub.write() as tx:
        called = webhooks.called(tx, hub.connections["wxshop"])
        assert called
        hook = webhooks.answering(hub.context.gateway, called)
        webhooks.keep(tx, [(hook, webhooks.read(hook, request))], hub.clock.now())
    jobs.fetch(hub.accounts["wxshop"])
    hub.work()
    assert hub.order(number)["state"] == "to_ship"


def test_what_the_warehouse_sent_is_reported_to_the_platform(hub: Hub) -> None:
    (number,) = hub.wxshop.shop.make(1, "hub")
    pull(hub)
    hub.deliver()
    hub.tell("shipped", str(hub.fulfilments(number)[0]["no"]), Parcel("ZTO", "ZT9"))
    hub.deliver()
    told = hub.wxshop.shop.get(number)
    assert [parcel["waybill_id"] for parcel in parcels_of(told)] == ["ZT9"]
    assert told["status"] == 30
