"""What is particular to Wangdian: refunds that take their time, rows to acknowledge, its words."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.simulators.wangdian import SHOP
from connectors.simulators.wire import Fault
from connectors.wangdian import Wangdian
from orderloom.connect import (
    AuthFailed,
    Confirmation,
    ConnectorError,
    HttpClient,
    Message,
    Parcel,
    Permanent,
    Receipt,
    StockCount,
    TryLater,
    parse_json,
)
from tests.connectors.answers import Fixed
from tests.connectors.staging import delivery_order
from tests.connectors.warehouse_stages import WangdianStage, in_clear

CREATE, CANCEL = "fulfilment.create", "fulfilment.cancel"
TEE = "TEE-BLK-M"


def against(answer: Any, **settings: Any) -> tuple[Wangdian, Fixed]:
    stage, transport = WangdianStage(), Fixed(answer)
    values = {**stage.settings(), **settings}
    return Wangdian(values, HttpClient(transport), stage.clock), transport


def pushed(body: dict[str, Any], **settings: Any) -> dict[str, Any]:
    connector, transport = against({"code": 0, "message": "ok", "new_count": 1}, **settings)
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert receipt.ok, receipt.error
    form = parse_qs(transport.requests[0].body.decode())
    (trade,) = parse_json(form["trade_list"][0])
    return dict(trade)


def send(stage: WangdianStage, effect: str, number: int = 1) -> Receipt:
    return stage.connect().send([stage.message(number, effect)])[0]


def told(stage: WangdianStage, cursor: Any = None) -> list[Confirmation]:
    """Everything up to the end, each page acknowledged by the next call."""
    found: list[Confirmation] = []
    more = True
    while more:
        page = stage.connect().confirmations(cursor, stage.clock.now())
        found += page.confirmations
        cursor, more = page.cursor, page.more
    return found


def test_an_order_in_the_words_of_wangdian() -> None:
    trade = pushed(in_clear(1))
    wanted = {
        "tid": "F0001",
        "trade_status": 30,
        "pay_status": 2,
        "trade_time": "2026-10-03 08:58:11",
        "receiver_province": "浙江省",
        "receiver_address": "仓前街道示例路1号",
        "paid": "118.00",
        "warehouse_no": "HZ",
    }
    assert {name: trade[name] for name in wanted} == wanted
    (line,) = trade["order_list"]
    assert (line["oid"], line["spec_no"], line["num"], line["price"]) == (
        "F0001-1",
        TEE,
        2,
        "59.00",
    )
    assert "warehouse_no" not in pushed(in_clear(1), auto_wms=False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lines": []}, "message_lacks"),
        ({"lines": [{"item_code": TEE, "quantity": 1, "price": "59"}]}, "message_lacks"),
        ({"receiver": delivery_order(1)["receiver"]}, "receiver_masked"),
    ],
)
def test_what_cannot_be_pushed_is_not(change: dict[str, Any], code: str) -> None:
    connector, transport = against({"code": 0})
    body = {**in_clear(1), **change}
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert isinstance(receipt.error, Permanent)
    assert (receipt.error.item, receipt.error.code) == (True, f"connect.{code}")
    assert transport.requests == []


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("签名错误", Permanent, "signature"),
        ("时间戳错误", TryLater, "clock_skew"),
        ("接口appkey已停用", AuthFailed, "auth"),
        ("接口调用过于频繁", TryLater, "throttled"),
        ("充值余额为0或应用已欠费", Permanent, "permission"),
        ("系统繁忙", TryLater, "platform_busy"),
        ("buyer_nick 名字不能只用一个", Permanent, "refused"),
    ],
)
def test_every_error_class(words: str, kind: type[ConnectorError], name: str) -> None:
    connector, _ = against({"code": 99, "message": words})
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", in_clear(1))])
    assert type(receipt.error) is kind
    assert receipt.error.code == f"connect.{name}"


def test_a_clock_that_is_off_is_corrected_by_the_platform_s() -> None:
    stage = WangdianStage()
    connector = stage.connect()
    stage.simulator.clock = type(stage.clock)(stage.clock.now() + 3_600_000)
    with pytest.raises(TryLater):
        connector.check()
    assert connector.check().seller_id == SHOP


def test_a_cancellation_is_a_refund_and_is_looked_after() -> None:
    stage = WangdianStage()
    send(stage, CREATE)
    assert send(stage, CANCEL).detail == {"state": "cancelled"}
    assert send(stage, CANCEL).ok
    assert send(stage, CANCEL, 2).detail == {"state": "absent"}
    assert [one["state"] for one in stage.simulator.room.deliveries()] == ["cancelled"]


def test_a_refund_that_is_not_taken_over_yet_is_asked_for_again() -> None:
    stage = WangdianStage()
    stage.simulator.slow = True
    send(stage, CREATE)
    error = send(stage, CANCEL).error
    assert isinstance(error, TryLater)
    assert (error.uncertain, error.after_s) == (True, 60.0)
    stage.simulator.settle()
    assert send(stage, CANCEL).ok


def test_what_has_left_the_house_cannot_be_cancelled() -> None:
    stage = WangdianStage()
    send(stage, CREATE)
    stage.simulator.room.ship("F0001")
    error = send(stage, CANCEL).error
    assert isinstance(error, Permanent)
    assert error.item


def test_what_was_merged_with_others_is_not_cancelled_with_them() -> None:
    trade = {"trade_id": 1, "trade_status": 55, "src_tids": "F0001,F0002", "goods_list": []}
    connector, transport = against({"code": 0, "trades": [trade]})
    (receipt,) = connector.send([Message("1", CANCEL, "s", "k", delivery_order(1))])
    assert isinstance(receipt.error, Permanent)
    assert len(transport.requests) == 1


def test_rows_are_acknowledged_by_the_next_call_only() -> None:
    stage = WangdianStage()
    send(stage, CREATE)
    stage.simulator.room.ship("F0001")
    page = stage.connect().confirmations(None, stage.clock.now())
    again = stage.connect().confirmations(None, stage.clock.now())
    assert [one.key for one in page.confirmations] == [one.key for one in again.confirmations]
    after = stage.connect().confirmations(page.cursor, stage.clock.now())
    assert (list(after.confirmations), after.more) == ([], False)
    assert stage.simulator.calls["logistics_sync_ack"] == 1


def test_a_row_that_stays_though_acknowledged_does_not_hold_up_the_rest() -> None:
    row = {"rec_id": 5, "tid": "F0001", "logistics_no": "Y1", "total_count": 1}
    connector, _ = against({"code": 0, "trades": [row], "total_count": 0})
    page = connector.confirmations({"acks": [5], "window": None}, WangdianStage().clock.now())
    assert not page.more


def test_parts_are_told_with_what_is_in_them_however_many() -> None:
    stage = WangdianStage()
    for number in range(1, 9):
        send(stage, CREATE, number)
        stage.simulator.room.ship_part(f"F{number:04d}")
    news = told(stage)
    assert {one.fulfilment_no for one in news} == {f"F{number:04d}" for number in range(1, 9)}
    assert all(one.event == "part_shipped" for one in news if one.parcels)
    assert [one.parcels[0].quantities for one in news if one.parcels] == [{TEE: 1}] * 8


def test_what_people_cancel_there_is_told() -> None:
    stage = WangdianStage()
    cursor = stage.connect().confirmations(None, stage.clock.now()).cursor
    stage.clock.advance(60_000)
    send(stage, CREATE)
    stage.simulator.room.cancel("F0001")
    stage.clock.advance(3 * 3_600_000)  # the hub was away for a while
    assert [(one.fulfilment_no, one.event) for one in told(stage, cursor)] == [
        ("F0001", "cancelled")
    ]


def test_merged_and_split_trades_tell_of_each_fulfilment_in_them() -> None:
    goods = [
        {"src_tid": "F0001", "spec_no": TEE, "num": "2.0000"},
        {"src_tid": "F0002", "spec_no": "BAG-CAN", "num": "1.0000"},
    ]
    shipped = {"trade_status": 95, "logistics_no": "Y1", "logistics_name": "圆通速递"}
    one = {"trade_id": 1, "src_tids": "F0001,F0002", "goods_list": goods, **shipped}
    dead = {"trade_id": 2, "src_tids": "F0001", "trade_status": 5, "goods_list": []}
    connector, _ = against({"code": 0, "trades": [one, dead]})
    (news,) = connector.inquire([Message("1", CREATE, "s", "k", in_clear(1))])
    assert (news.event, news.parcels) == ("shipped", [Parcel("YTO", "Y1", {TEE: 2})])


def test_a_refused_order_stands_alone() -> None:
    stage = WangdianStage()
    stage.simulator.faults.add(Fault("refused"))
    receipts = stage.connect().send([stage.message(n, CREATE) for n in (1, 2)])
    assert [receipt.ok for receipt in receipts] == [False, True]


def test_stock_is_what_may_still_be_sold() -> None:
    stage = WangdianStage()
    stage.simulator.room.set_counts({f"HZ/{TEE}": [7, 2], "HZ/BAG-CAN": [0, 0]})
    counts = stage.connect().stock("HZ", [TEE, "NOBODY-HAS", "BAG-CAN"])
    assert counts == [StockCount("HZ", TEE, 5, 2), StockCount("HZ", "BAG-CAN", 0, 0)]
