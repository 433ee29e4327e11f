"""What is particular to Wangdian: refunds that take their time, rows to acknowledge, its words."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.simulators.wire import Fault
from orderloom.connect import (
    AuthFailed,
    Confirmation,
    ConnectorError,
    Message,
    Parcel,
    Permanent,
    TryLater,
    parse_json,
)
from tests.connectors.staging import delivery_order
from tests.connectors.warehouse_stages import CANCEL, CREATE, TEE, WangdianStage, in_clear


def pushed(body: dict[str, Any], **settings: Any) -> dict[str, Any]:
    answer = {"code": 0, "message": "ok", "new_count": 1}
    connector, transport = WangdianStage().against(answer, **settings)
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert receipt.ok, receipt.error
    form = parse_qs(transport.requests[0].body.decode())
    (trade,) = parse_json(form["trade_list"][0])
    return dict(trade)


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
    connector, transport = WangdianStage().against({"code": 0})
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
        ("trade_list.consign_time 格式不正确", Permanent, "refused"),
        ("sign校验失败", Permanent, "signature"),
    ],
)
def test_every_error_class(words: str, kind: type[ConnectorError], name: str) -> None:
    connector, _ = WangdianStage().against({"code": 99, "message": words})
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", in_clear(1))])
    assert type(receipt.error) is kind
    assert receipt.error.code == f"connect.{name}"


def test_a_cancellation_is_a_refund_and_is_looked_after() -> None:
    stage = WangdianStage()
    stage.send(CREATE)
    assert stage.send(CANCEL).detail == {"state": "cancelled"}
    assert stage.send(CANCEL).ok
    assert stage.send(CANCEL, 2).detail == {"state": "absent"}
    assert [one["state"] for one in stage.simulator.room.deliveries()] == ["cancelled"]


def test_an_order_that_became_no_trade_yet_is_cancelled_all_the_same() -> None:
    stage = WangdianStage()
    stage.simulator.late = True
    stage.send(CREATE)
    assert stage.send(CANCEL).detail == {"state": "cancelled"}
    stage.simulator.settle()
    assert [one["state"] for one in stage.simulator.room.deliveries()] == ["cancelled"]


def test_a_refund_that_is_not_taken_over_yet_is_asked_for_again() -> None:
    stage = WangdianStage()
    stage.simulator.slow = True
    stage.send(CREATE)
    error = stage.send(CANCEL).error
    assert isinstance(error, TryLater)
    assert (error.uncertain, error.after_s) == (True, 60.0)
    stage.simulator.settle()
    assert stage.send(CANCEL).ok


def test_rows_are_acknowledged_by_the_next_call_only() -> None:
    stage = WangdianStage()
    stage.send(CREATE)
    stage.simulator.room.ship("F0001")
    page = stage.connect().confirmations(None, stage.clock.now())
    again = stage.connect().confirmations(None, stage.clock.now())
    assert [one.key for one in page.confirmations] == [one.key for one in again.confirmations]
    after = stage.connect().confirmations(page.cursor, stage.clock.now())
    assert (list(after.confirmations), after.more) == ([], False)
    assert stage.simulator.calls["logistics_sync_ack"] == 1


def test_a_row_that_stays_though_acknowledged_does_not_hold_up_the_rest() -> None:
    row = {"rec_id": 5, "tid": "F0001", "logistics_no": "Y1", "total_count": 1}
    connector, _ = WangdianStage().against({"code": 0, "trades": [row], "total_count": 0})
    page = connector.confirmations({"acks": [5], "window": None}, WangdianStage().clock.now())
    assert not page.more


def test_rows_in_parts_that_stay_do_not_hold_up_the_rest() -> None:
    old = [{"rec_id": n, "tid": f"F000{n}", "is_part_sync": "1"} for n in range(1, 7)]
    new = {"rec_id": 9, "tid": "F0009", "logistics_no": "Y9", "is_part_sync": "0"}
    connector, _ = WangdianStage().against({"code": 0, "trades": [*old, new]})
    page = connector.confirmations({"acks": [1, 2, 3, 4, 5, 6]}, WangdianStage().clock.now())
    assert [one.fulfilment_no for one in page.confirmations] == ["F0009"]
    assert page.cursor["acks"] == [9]


def test_a_refused_acknowledgement_holds_nothing_up() -> None:
    stage = WangdianStage()
    stage.send(CREATE)
    stage.simulator.room.ship("F0001")
    stage.simulator.faults.add(Fault("refused", call="logistics_sync_ack"))
    page = stage.connect().confirmations({"acks": [404]}, stage.clock.now())
    assert [one.event for one in page.confirmations] == ["shipped"]


def test_a_row_without_its_number_is_a_bad_answer() -> None:
    connector, _ = WangdianStage().against({"code": 0, "trades": [{"tid": "F0001"}]})
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.confirmations(None, WangdianStage().clock.now())


def test_a_count_that_is_called_otherwise_is_not_taken_for_nothing() -> None:
    row = {"spec_no": TEE, "stock_num": "7.0000", "available_num": "7.0000"}
    connector, _ = WangdianStage().against({"code": 0, "stocks": [row]})
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.stock("HZ", [TEE])


def test_parts_are_told_with_what_is_in_them_however_many() -> None:
    stage = WangdianStage()
    for number in range(1, 9):
        stage.send(CREATE, number)
        stage.simulator.room.ship_part(f"F{number:04d}")
    news = told(stage)
    assert {one.fulfilment_no for one in news} == {f"F{number:04d}" for number in range(1, 9)}
    assert all(one.event == "part_shipped" for one in news if one.parcels)
    assert [one.parcels[0].quantities for one in news if one.parcels] == [{TEE: 1}] * 8


def test_what_people_cancel_there_is_told() -> None:
    stage = WangdianStage()
    cursor = stage.connect().confirmations(None, stage.clock.now()).cursor
    stage.clock.advance(60_000)
    stage.send(CREATE)
    stage.simulator.room.cancel("F0001")
    stage.clock.advance(3 * 3_600_000)  # the hub was away for a while
    assert [(one.fulfilment_no, one.event) for one in told(stage, cursor)] == [
        ("F0001", "cancelled")
    ]


@pytest.mark.parametrize(
    ("others", "told"), [([], ["cancelled"]), ([("F0001", 95)], ["shipped"]), ([("F0001", 30)], [])]
)
def test_an_order_is_cancelled_when_no_trade_of_it_is_alive(
    others: list[tuple[str, int]], told: list[str]
) -> None:
    """It was split, or merged with others, and the trade it was before is closed."""
    trades = [
        {"rec_id": n, "trade_id": n, "src_tids": code, "trade_status": status, "goods_list": []}
        for n, (code, status) in enumerate([("F0001", 5), *others, ("F0002", 55)])
    ]
    answer = {"code": 0, "trades": trades, "total_count": len(trades)}
    stage = WangdianStage()
    window = {"mark": stage.clock.now() - 600_000}
    connector, _ = stage.against(answer)
    acks = [trade["rec_id"] for trade in trades]
    page = connector.confirmations({"acks": acks, "window": window}, stage.clock.now())
    assert [(one.fulfilment_no, one.event) for one in page.confirmations] == [
        ("F0001", event) for event in told
    ]


def test_merged_and_split_trades_tell_of_each_fulfilment_in_them() -> None:
    goods = [
        {"src_tid": "F0001", "spec_no": TEE, "num": "2.0000"},
        {"src_tid": "F0002", "spec_no": "BAG-CAN", "num": "1.0000"},
    ]
    shipped = {"trade_status": 95, "logistics_no": "Y1", "logistics_name": "圆通速递"}
    one = {"trade_id": 1, "src_tids": "F0001,F0002", "goods_list": goods, **shipped}
    dead = {"trade_id": 2, "src_tids": "F0001", "trade_status": 5, "goods_list": []}
    connector, _ = WangdianStage().against({"code": 0, "trades": [one, dead]})
    (news,) = connector.inquire([Message("1", CREATE, "s", "k", in_clear(1))])
    assert (news.event, news.parcels) == ("shipped", [Parcel("YTO", "Y1", {TEE: 2})])
