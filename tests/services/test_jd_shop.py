"""JD orders in the hub: from the platform's list to fulfilments, holds and cancellations."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.simulators.jd_orders import make_order
from orderloom import jobs
from orderloom.connect import Parcel
from orderloom.store.db import Database
from tests.support.hub import START, Hub
from tests.support.importing import Imported


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def pull(hub: Hub) -> None:
    hub.advance(5)
    jobs.pull(hub.accounts["jd"])
    hub.work()


def test_an_order_arrives_with_its_ciphers_named_and_its_money_shared(hub: Hub) -> None:
    (number,) = hub.jd.shop.make(1, "hub")
    truth = hub.jd.shop.get(number)
    pull(hub)
    order = hub.order(number)
    canonical = order["canonical"]
    assert (order["platform"], order["state"]) == ("jd", "to_ship")
    assert canonical["masked"] == ["address", "phone", "receiver_name"]
    assert canonical["receiver_token"] == truth["consigneeInfo"]["oaid"]
    shares = sum(line["paid_share"] for line in canonical["lines"])
    assert shares == canonical["paid"] - canonical["freight"] > 0
    assert all(line["sku_code"] for line in canonical["lines"])


def test_a_lock_holds_the_order_until_it_is_lifted_or_cancelled(hub: Hub) -> None:
    kept, gone = hub.jd.shop.make(2, "hub")
    for number in (kept, gone):
        hub.jd.shop.act(number, "refund")
    pull(hub)
    assert [hub.order(number)["state"] for number in (kept, gone)] == ["held", "held"]
    hub.advance(1)
    hub.jd.shop.act(kept, "refund_withdrawn")
    hub.jd.shop.act(gone, "refund_done")
    pull(hub)
    assert hub.order(kept)["state"] == "to_ship"
    assert hub.order(gone)["state"] in ("cancelled", "closed")
    assert hub.order(gone)["payment_state"] == "refunded"


def test_unpaid_orders_come_when_they_are_paid(hub: Hub) -> None:
    (number,) = hub.jd.shop.make(1, "hub", "to_pay")
    pull(hub)
    assert hub.value("SELECT count(*) FROM orders") == 0
    hub.jd.shop.act(number, "pay")
    pull(hub)
    assert hub.order(number)["payment_state"] == "paid"


TABLE = (
    "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,"
    "订单状态,下单帐号,客户姓名,客户地址,联系电话,订单备注,运费金额,付款确认时间,货号,商家SKUID\n"
    "310000900001,10054880000001,纯棉T恤,2,在线支付,2026-10-01 08:00:00,69.00,138.00,138.00,0.00,"
    "138.00,等待出库,jd_demo,张三,广东广州市海珠区春晓街1号,13800000001,,0.00,"
    "2026-10-01 08:01:00,TEE-BLK,TEE-BLK-S\n"
)


def test_the_sellers_table_is_understood_and_ciphers_do_not_overwrite_it(
    hub: Hub, tmp_path: Path
) -> None:
    path = tmp_path / "订单.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    assert Imported(hub, path, platform="jd").counts == {"accepted": 1}
    read = hub.order("310000900001")["canonical"]
    assert (read["receiver_name"], read["phone"], read["masked"]) == ("张三", "13800000001", [])
    hub.jd.shop.add({**make_order(5, START), "orderId": "310000900001"})
    pull(hub)
    merged = hub.order("310000900001")["canonical"]
    assert (merged["receiver_name"], merged["phone"]) == ("张三", "13800000001")
    assert merged["province"] is not None


def test_an_order_cancelled_before_it_was_paid_is_closed(hub: Hub) -> None:
    (number,) = hub.jd.shop.make(1, "hub", "to_pay")
    hub.jd.shop.act(number, "cancel")
    pull(hub)
    assert hub.order(number)["payment_state"] == "closed"


def test_what_the_warehouse_sent_is_reported_to_the_platform(hub: Hub) -> None:
    (number,) = hub.jd.shop.make(1, "hub")
    pull(hub)
    hub.deliver()
    hub.tell("shipped", str(hub.fulfilments(number)[0]["no"]), Parcel("ZTO", "ZT9"))
    hub.deliver()
    told = hub.jd.shop.get(number)
    assert (told["waybill"], told["logisticsId"]) == ("ZT9", "1499")
    pull(hub)
    assert hub.order(number)["canonical"]["delivery_state"] == "shipped"
