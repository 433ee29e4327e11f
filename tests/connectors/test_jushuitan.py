"""What is particular to Jushuitan: its sums, its orders that split and merge, its row versions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.simulators.jushuitan import SHOP
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
from tests.connectors.warehouse_stages import CANCEL, CREATE, TEE, JushuitanStage


def uploaded(body: dict[str, Any], **settings: Any) -> dict[str, Any]:
    done = {"o_id": 7, "so_id": "F0001", "issuccess": True, "msg": None}
    answer = {"code": 0, "data": {"datas": [done]}}
    connector, transport = JushuitanStage().against(answer, **settings)
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert receipt.ok, receipt.error
    (order,) = parse_json(parse_qs(transport.requests[0].body.decode())["biz"][0])
    return dict(order)


def refused(body: dict[str, Any]) -> Permanent:
    connector, transport = JushuitanStage().against({"code": 0, "data": {"datas": []}})
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert transport.requests == []
    return receipt.error


def told(stage: JushuitanStage, cursor: Any = None) -> list[Confirmation]:
    """All there is to be told since the very beginning."""
    page = stage.connect().confirmations(cursor or {"ts": 1}, stage.clock.now())
    return list(page.confirmations)


def test_an_order_in_the_words_of_jushuitan() -> None:
    order = uploaded(delivery_order(1))
    wanted = {
        "shop_id": SHOP,
        "so_id": "F0001",
        "order_date": "2026-10-03 08:58:11",
        "shop_status": "WAIT_SELLER_SEND_GOODS",
        "receiver_state": "浙江省",
        "receiver_district": "余杭区",
        "oaid": "1demoOaid000AbCdEf==",
        "wms_co_id": 10001,
        "pay_amount": Decimal("118.00"),
    }
    assert {name: order[name] for name in wanted} == wanted
    (item,) = order["items"]
    assert (item["sku_id"], item["qty"], item["price"]) == (TEE, 2, Decimal("59.00"))
    assert order["pay"]["amount"] == order["pay_amount"]
    assert "l_id" not in order


def test_a_number_known_before_goes_with_it_under_the_courier_s_code() -> None:
    body = {**delivery_order(1), "courier": "ZTO", "tracking_no": "Z1"}
    order = uploaded(body, courier_codes="ZTO=ZTO.1")
    assert (order["lc_id"], order["l_id"]) == ("ZTO.1", "Z1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lines": []}, "message_lacks"),
        ({"fulfilment_no": ""}, "message_lacks"),
        ({"placed_at": "yesterday"}, "message_lacks"),
        ({"lines": [{"item_code": TEE, "quantity": 1, "price": "59"}]}, "message_lacks"),
        ({"warehouse_code": "SH"}, "warehouse_unknown"),
        ({"courier": "NOBODY", "tracking_no": "N1"}, "courier_unknown"),
        ({"source_platform": "jd"}, "receiver_masked"),
    ],
)
def test_what_cannot_be_uploaded_is_not(change: dict[str, Any], code: str) -> None:
    assert refused({**delivery_order(1), **change}).code == f"connect.{code}"


@pytest.mark.parametrize(
    ("code", "words", "kind", "name"),
    [
        (10, "签名错误", Permanent, "signature"),
        (120, "签名不正确", Permanent, "signature"),
        (100, "token过期", AuthFailed, "auth"),
        (150, "未授权", AuthFailed, "auth"),
        (110, "IP不允许", Permanent, "permission"),
        (140, "timestamp 时间戳错误", TryLater, "clock_skew"),
        (199, "每秒超限", TryLater, "throttled"),
        (200, "每分钟超限", TryLater, "throttled"),
        (-1, "系统繁忙,请稍后", TryLater, "platform_busy"),
        (170, "店铺不存在", Permanent, "refused"),
        ("none", "", TryLater, "bad_answer"),
    ],
)
def test_every_error_class(code: Any, words: str, kind: type[ConnectorError], name: str) -> None:
    connector, _ = JushuitanStage().against({"code": code, "msg": words})
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", delivery_order(1))])
    assert type(receipt.error) is kind
    assert receipt.error.code == f"connect.{name}"


def test_create_cancel_and_reading_back() -> None:
    stage = JushuitanStage()
    create, cancel = stage.message(1, CREATE), stage.message(1, CANCEL)
    assert stage.connect().read_back([create]) == [None]
    stage.send(CREATE)
    found, open_ = stage.connect().read_back([create, cancel])
    assert found is not None
    assert (found.detail, open_) == ({"state": "Delivering"}, None)
    assert stage.send(CANCEL).detail == {"state": "cancelled"}
    assert stage.send(CANCEL).ok
    assert stage.send(CANCEL, 2).detail == {"state": "absent"}
    assert [one["state"] for one in stage.simulator.room.deliveries()] == ["cancelled"]


def test_an_upload_that_comes_again_when_all_is_done_counts_as_arrived() -> None:
    stage = JushuitanStage()
    stage.send(CREATE)
    stage.simulator.room.ship("F0001")
    assert stage.send(CREATE).detail == {"state": "Sent"}


def test_a_cancellation_that_stopped_nothing_is_not_believed() -> None:
    row = {"o_id": 7, "so_id": "F0001", "status": "Delivering", "ts": 1}
    connector, _ = JushuitanStage().against({"code": 0, "data": {"orders": [row]}})
    (receipt,) = connector.send([Message("1", CANCEL, "s", "k", delivery_order(1))])
    assert isinstance(receipt.error, Permanent)


def test_parts_trouble_and_cancellation_are_told() -> None:
    stage = JushuitanStage()
    for number in (1, 2, 3):
        stage.send(CREATE, number)
    room = stage.simulator.room
    room.ship_part("F0001")
    room.refuse("F0002", "缺货")
    room.cancel("F0003")
    news = {(one.fulfilment_no, one.event): one for one in told(stage)}
    assert news["F0001", "part_shipped"].parcels[0].quantities == {TEE: 1}
    assert news["F0002", "refused"].reason == "缺货"
    assert ("F0003", "cancelled") in news
    room.ship_part("F0001")
    parts = [one for one in told(stage) if one.event == "part_shipped"]
    assert len({parcel.tracking_no for one in parts for parcel in one.parcels}) == 2


def test_trouble_that_jushuitan_s_people_solve_is_no_refusal() -> None:
    stage = JushuitanStage()
    stage.send(CREATE)
    stage.simulator.room.refuse("F0001", "地址异常")
    assert told(stage) == []


def test_merged_orders_tell_of_each_fulfilment_in_them() -> None:
    items = [
        {"sku_id": TEE, "qty": 2, "raw_so_id": "F0001"},
        {"sku_id": "BAG-CAN", "qty": "1.0", "raw_so_id": "F0002"},
    ]
    row = {
        "o_id": 9,
        "so_id": "F0001,F0002",
        "status": "Sent",
        "ts": 5,
        "lc_id": "own-1",
        "logistics_company": "圆通速递",
        "l_id": "Y1",
        "send_date": "2026-10-03 10:00:00",
        "items": items,
    }
    connector, _ = JushuitanStage().against({"code": 0, "data": {"orders": [row]}})
    page = connector.confirmations({"ts": 4}, 0)
    assert [(one.fulfilment_no, one.parcels) for one in page.confirmations] == [
        ("F0001", [Parcel("YTO", "Y1", {TEE: 2})]),
        ("F0002", [Parcel("YTO", "Y1", {"BAG-CAN": 1})]),
    ]
    assert (page.cursor, page.more) == ({"ts": 5}, True)


def test_what_was_before_the_hub_is_not_read() -> None:
    stage = JushuitanStage()
    stage.send(CREATE, 1)
    stage.simulator.room.ship("F0001")
    stage.clock.advance(120_000)
    page = stage.connect().confirmations(None, stage.clock.now())
    stage.send(CREATE, 2)
    stage.simulator.room.ship("F0002")
    assert [one.fulfilment_no for one in told(stage, page.cursor)] == ["F0002"]
