"""What is particular to Qimen: its XML, its refusals, reading back, stock."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest

from connectors.qimen import Qimen
from connectors.simulators.wire import Fault
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    Message,
    Permanent,
    Receipt,
    Request,
    Response,
    StockCount,
    TryLater,
    child_text,
    parse_xml,
)
from tests.connectors.staging import delivery_order
from tests.connectors.warehouse_stages import QimenStage

CREATE, CANCEL = "fulfilment.create", "fulfilment.cancel"


class Fixed:
    """A transport with one answer; it remembers what was sent."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.sent: list[Request] = []

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        return Response(200, {}, self.answer)


def _answer(flag: str, code: str = "0", message: str = "") -> bytes:
    text = (
        f"<response><flag>{flag}</flag><code>{code}</code><message>{message}</message></response>"
    )
    return text.encode()


def _against(answer: bytes) -> tuple[Qimen, Fixed]:
    stage, transport = QimenStage(), Fixed(answer)
    return Qimen(stage.settings(), HttpClient(transport), stage.clock), transport


def _sent(body: dict[str, Any]) -> Element:
    connector, transport = _against(_answer("success"))
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert receipt.ok
    return parse_xml(transport.sent[0].body)


def test_the_delivery_order_in_the_words_of_qimen() -> None:
    root = _sent(delivery_order(7))
    head = {
        "deliveryOrderCode": "F0007",
        "orderType": "JYCK",
        "warehouseCode": "HZ",
        "sourcePlatformCode": "TB",
        "createTime": "2026-10-03 09:30:00",
        "placeOrderTime": "2026-10-03 08:58:11",
        "payTime": "2026-10-03 08:58:40",
        "operateTime": "2026-10-03 09:30:00",
        "shopNick": "演示旗舰店",
        "totalAmount": "118.00",
        "logisticsCode": "SF",
        "buyerMessage": "请发顺丰 <急> & 小心轻放",
        "oaidOrderSourceCode": "2034455667788990011",
        "receiverInfo/name": "李**",
        "receiverInfo/area": "余杭区",
        "receiverInfo/oaid": "1demoOaid000AbCdEf==",
        "senderInfo/detailAddress": "示例路1号",
    }
    for path, text in head.items():
        assert child_text(root, f"deliveryOrder/{path}") == text, path
    assert root.find("deliveryOrder/sellerMessage") is None
    (line,) = root.findall("orderLines/orderLine")
    wanted = {"orderLineNo": "1", "ownerCode": "DEMO", "itemCode": "TEE-BLK-M", "planQty": "2"}
    for tag, text in {**wanted, "actualPrice": "59.00", "inventoryType": "ZP"}.items():
        assert child_text(line, tag) == text


def test_times_may_be_iso_and_courier_and_owner_have_defaults() -> None:
    body = {**delivery_order(1), "placed_at": "2026-10-03T00:58:11Z", "paid_at": None}
    root = _sent({**body, "courier": None, "owner_code": None, "source_platform": "mini"})
    order = root.find("deliveryOrder")
    assert order is not None
    assert child_text(order, "placeOrderTime") == "2026-10-03 08:58:11"
    assert order.find("payTime") is None
    assert child_text(order, "logisticsCode") == "OTHER"
    assert child_text(order, "sourcePlatformCode") == "OTHER"
    assert child_text(root, "orderLines/orderLine/ownerCode") == "DEMO"
    assert order.find("expressCode") is None


def test_a_number_known_before_goes_with_it() -> None:
    root = _sent({**delivery_order(1), "courier": "ZTO", "tracking_no": "Z1"})
    assert child_text(root, "deliveryOrder/logisticsCode") == "ZTO"
    assert child_text(root, "deliveryOrder/expressCode") == "Z1"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fulfilment_no": ""}, "fulfilment_no"),
        ({"warehouse_code": None}, "warehouse_code"),
        ({"shop_nick": ""}, "shop_nick"),
        ({"lines": None}, "lines"),
        ({"lines": [{"quantity": 1}]}, "item_code"),
        ({"lines": [{"item_code": "A"}]}, "quantity"),
        ({"total": "118.00"}, "total"),
        ({"placed_at": "yesterday"}, "placed_at"),
    ],
)
def test_an_incomplete_message_names_what_it_lacks(change: dict[str, Any], field: str) -> None:
    connector, transport = _against(_answer("success"))
    body = {**delivery_order(1), **change}
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert receipt.error.params["field"] == field
    assert transport.sent == []


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (_answer("failure", "sign-check-failure", "Invalid"), Permanent, "signature"),
        (_answer("failure", "TOP60", "x 获取不到卖家授权关系"), AuthFailed, "auth"),
        (_answer("failure", "S1", "系统繁忙"), TryLater, "platform_busy"),
        (_answer("failure", "S1", "仓库拒单"), Permanent, "refused"),
        (
            b"<error_response><code>25</code><msg>Invalid signature</msg></error_response>",
            Permanent,
            "signature",
        ),
        (
            b"<error_response><code>7</code><sub_msg>last for 9 more seconds</sub_msg>"
            b"</error_response>",
            TryLater,
            "throttled",
        ),
        (b"<response><flag>perhaps</flag></response>", TryLater, "bad_answer"),
        (b"<html><body/></html>", TryLater, "bad_answer"),
        (b'{"flag": "success"}', TryLater, "bad_answer"),
        (b"", TryLater, "bad_answer"),
        (b'<!DOCTYPE r [<!ENTITY x "y">]><response/>', TryLater, "bad_answer"),
    ],
)
def test_every_error_class(answer: bytes, kind: type[ConnectorError], code: str) -> None:
    connector, _ = _against(answer)
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", delivery_order(1))])
    assert type(receipt.error) is kind
    assert receipt.error.code == f"connect.{code}"
    assert not receipt.ok


def _send(stage: QimenStage, effect: str, number: int = 1) -> Receipt:
    return stage.connect().send([stage.message(number, effect)])[0]


def test_create_cancel_and_reading_back() -> None:
    stage = QimenStage()
    create, cancel = stage.message(1, CREATE), stage.message(1, CANCEL)
    assert stage.connect().read_back([create]) == [None]
    assert _send(stage, CREATE).reference == "WMS00000001"
    found, open_ = stage.connect().read_back([create, cancel])
    assert found is not None
    assert found.detail == {"state": "ACCEPT"}
    assert open_ is None
    assert _send(stage, CANCEL).ok
    done = stage.connect().read_back([cancel])[0]
    assert done is not None
    assert done.detail == {"state": "CANCELED"}
    assert _send(stage, CANCEL).ok
    assert [order["status"] for order in stage.simulator.orders()] == ["CANCELED"]


def test_what_has_left_the_house_cannot_be_cancelled() -> None:
    stage = QimenStage()
    _send(stage, CREATE)
    stage.simulator._set_status("F0001", "DELIVERED")
    receipt = _send(stage, CANCEL)
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert "已出库" in receipt.error.params["reason"]


def test_cancelling_what_never_arrived_is_done() -> None:
    assert _send(QimenStage(), CANCEL).detail == {"state": "absent"}


def test_a_refusal_that_mentions_a_missing_item_is_no_repeat() -> None:
    connector, transport = _against(_answer("failure", "S1", "商品 TEE 不存在,请勿重复提交"))
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", delivery_order(1))])
    assert isinstance(receipt.error, Permanent)
    assert len(transport.sent) == 1


def test_a_claim_of_existence_is_verified() -> None:
    """The WMS says it exists, the query does not find it: that is no success."""

    class Lying(Fixed):
        def send(self, request: Request) -> Response:
            absent = _answer("failure", "S2", "单据不存在")
            return Response(200, {}, absent if "query" in request.url else self.answer)

    stage = QimenStage()
    client = HttpClient(Lying(_answer("failure", "S1", "单据已存在")))
    connector = Qimen(stage.settings(), client, stage.clock)
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", delivery_order(1))])
    assert isinstance(receipt.error, Permanent)


def test_the_words_for_existence_are_a_setting() -> None:
    stage = QimenStage()
    _send(stage, CREATE)
    deaf = stage.connect({**stage.settings(), "exists_words": "Bestellung vorhanden"})
    assert isinstance(deaf.send([stage.message(1, CREATE)])[0].error, Permanent)


def test_an_unknown_effect_stands_alone() -> None:
    stage = QimenStage()
    messages = [Message("9", "label.print", "s", "k", {}), stage.message(1, CREATE)]
    first, second = stage.connect().send(messages)
    assert isinstance(first.error, Permanent)
    assert second.ok


def test_a_wms_that_says_no_stops_nobody_else() -> None:
    stage = QimenStage()
    stage.simulator.faults.add(Fault("refused"))
    receipts = stage.connect().send([stage.message(n, CREATE) for n in (1, 2)])
    assert [receipt.ok for receipt in receipts] == [False, True]


def test_stock() -> None:
    stage = QimenStage()
    stage.simulator._set_stock({"HZ/TEE-BLK-M": [5, 2], "HZ/BAG-CAN": [0, 0]})
    counts = stage.connect().stock("HZ", ["TEE-BLK-M", "NOBODY-HAS", "BAG-CAN"])
    assert counts == [StockCount("HZ", "TEE-BLK-M", 5, 2), StockCount("HZ", "BAG-CAN", 0, 0)]


def test_odd_stock_is_not_believed() -> None:
    body = (
        b"<response><flag>success</flag><items><item><itemCode>A</itemCode>"
        b"<quantity>many</quantity></item></items></response>"
    )
    connector, _ = _against(body)
    with pytest.raises(TryLater):
        connector.stock("HZ", ["A"])


@pytest.mark.parametrize("missing", ["deliveryOrderCode", "shopNick", "receiverInfo/name"])
def test_the_simulator_wants_every_required_element(missing: str) -> None:
    stage = QimenStage()
    body = delivery_order(1)
    if missing == "receiverInfo/name":
        body["receiver"]["name"] = ""
    else:
        body["shop_nick"] = " "
    (receipt,) = stage.connect().send([Message("1", CREATE, "s", "k", body)])
    assert isinstance(receipt.error, Permanent)
    assert stage.simulator.orders() == []


def test_each_part_that_left_is_other_news_when_asked() -> None:
    stage, keys = QimenStage(), set[str]()
    create = stage.message(1, CREATE)
    stage.connect().send([create])
    for event in ("part_shipped", "shipped"):
        stage.simulator.ship_part("F0001")
        for _ in range(2):
            (news,) = stage.connect().inquire([create])
            keys.add(news.key)
        assert news.event == event
    assert len(keys) == 2
    assert [parcel.quantities for parcel in news.parcels] == [{"TEE-BLK-M": 1}] * 2


def test_a_refusal_to_say_is_no_news_and_an_absence_is_a_refusal() -> None:
    for words, events in (("仓库维护中", []), ("单据不存在", ["refused"])):
        connector, _ = _against(_answer("failure", "S1", words))
        told = connector.inquire([Message("1", CREATE, "s", "k", delivery_order(1))])
        assert [news.event for news in told] == events
