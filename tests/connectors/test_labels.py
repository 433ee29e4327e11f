"""What is particular to waybills: wire forms, numbers from a pool, masked receivers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.cainiao import Cainiao
from connectors.kuaidi100 import Kuaidi100
from orderloom.connect import (
    AuthFailed,
    HttpClient,
    LabelConnector,
    ManualClock,
    Message,
    Permanent,
    Receipt,
    Request,
    Response,
    TryLater,
    for_courier,
)
from tests.connectors.stages import CainiaoStage, Kuaidi100Stage, LabelStage
from tests.connectors.staging import OAID, ORDER, delivery_order

STAGES = [CainiaoStage, Kuaidi100Stage]
CREATE, CANCEL = "label.create", "label.cancel"


@pytest.fixture(params=STAGES, ids=lambda stage: stage.connector.key)
def stage(request: pytest.FixtureRequest) -> LabelStage:
    made: LabelStage = request.param()
    return made


class Recorder:
    """A transport with one answer; it remembers the forms that were posted."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = json.dumps(answer).encode()
        self.forms: list[dict[str, str]] = []

    def send(self, request: Request) -> Response:
        self.forms.append(dict(parse_qsl(request.body.decode(), keep_blank_values=True)))
        return Response(200, {}, self.answer)


def send(stage: LabelStage, body: Mapping[str, Any], effect: str = CREATE, **own: Any) -> Receipt:
    connector = stage.connect({**stage.settings(), **own})
    (receipt,) = connector.send([Message("1", effect, "s", "k", body)])
    return receipt


def refusal(receipt: Receipt) -> str:
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item, "one label's fault must not stop the others"
    return receipt.error.code.removeprefix("connect.")


def cancelling(receipt: Receipt, **changes: Any) -> dict[str, Any]:
    detail = receipt.detail
    body = {"fulfilment_no": "F0001", "reference": receipt.reference, **changes}
    return {"courier": detail["courier"], "tracking_no": detail["tracking_no"], **body}


def test_a_receipt_has_the_number_and_what_printing_needs(stage: LabelStage) -> None:
    receipt = send(stage, delivery_order(1))
    (waybill,) = stage.simulator.office.waybills()
    assert receipt.detail == {"tracking_no": waybill["number"], "courier": "SF"}
    assert any(receipt.attachment.values())
    assert "label" not in repr(receipt), "print data stays out of logs"


def test_the_same_fulfilment_gets_the_same_number_and_another_gets_another(
    stage: LabelStage,
) -> None:
    numbers = [send(stage, delivery_order(n)).detail["tracking_no"] for n in (1, 2, 1, 2, 1)]
    assert numbers == [numbers[0], numbers[1]] * 2 + [numbers[0]]
    assert numbers[0] != numbers[1]


def test_an_empty_pool_an_unserved_address_and_any_other_no_are_told_apart(
    stage: LabelStage,
) -> None:
    office = stage.simulator.office
    office.pools["SF"] = 0
    assert refusal(send(stage, delivery_order(1))) == "no_numbers_left"
    assert send(stage, {**delivery_order(1), "courier": "EMS"}).ok, "other couriers have numbers"
    office.pools["SF"] = 5
    assert send(stage, delivery_order(1)).ok
    office.unserved.append("浙江省")
    assert refusal(send(stage, delivery_order(2))) == "not_served"
    stage.disturb("refused")
    assert refusal(send(stage, delivery_order(3))) == "refused"
    own = {"empty_words": "", "unserved_words": "物流商"}
    assert refusal(send(stage, delivery_order(4), **own)) == "not_served"


def test_a_masked_receiver_needs_the_token_of_that_very_order(stage: LabelStage) -> None:
    body = delivery_order(1)
    without = {**body, "receiver": {**body["receiver"], "oaid": None}}
    assert refusal(send(stage, without)) == "receiver_masked"
    assert refusal(send(stage, {**body, "source_platform": "pdd"})) == "receiver_masked"
    cipher = {**body["receiver"], "name": "AAS/x=", "mobile": "AAS/y=", "address": "AAS/z="}
    ciphered = {**cipher, "masked": ["name", "mobile", "address"]}
    theirs = {**body, "source_platform": "jd", "receiver": ciphered}
    assert refusal(send(stage, theirs)) == "receiver_masked"
    assert refusal(send(stage, {**body, "order_no": "2034455667788990012"})) == "refused"
    assert stage.simulator.office.waybills() == [], "no number was used up"
    clear = {"name": "王小禾", "mobile": "13800001234", "address": "和平路1号", "oaid": None}
    assert send(stage, {**without, "receiver": {**body["receiver"], **clear}}).ok


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fulfilment_no": ""}, "message_lacks"),
        ({"order_no": None}, "message_lacks"),
        ({"receiver": {}}, "message_lacks"),
        ({"lines": []}, "message_lacks"),
        ({"lines": [{"title": "T恤"}]}, "message_lacks"),
        ({"courier": None}, "courier_unknown"),
        ({"courier": "NOBODY"}, "courier_unknown"),
    ],
)
def test_an_incomplete_message_is_refused_before_it_leaves(
    stage: LabelStage, change: dict[str, Any], code: str
) -> None:
    assert refusal(send(stage, {**delivery_order(1), **change})) == code
    assert stage.simulator.calls == {}


def test_a_number_is_given_back_and_once_more_makes_no_difference(stage: LabelStage) -> None:
    receipt = send(stage, delivery_order(1))
    office = stage.simulator.office
    left = office.pools["SF"]
    assert send(stage, cancelling(receipt), CANCEL).ok
    assert send(stage, cancelling(receipt), CANCEL).detail == {"state": "void"}
    assert (office.pools["SF"], office.waybills()[0]["state"]) == (left + 1, "cancelled")


def test_a_number_that_was_picked_up_cannot_be_given_back(stage: LabelStage) -> None:
    receipt = send(stage, delivery_order(1))
    stage.simulator.office.waybills()[0]["state"] = "picked_up"
    assert refusal(send(stage, cancelling(receipt), CANCEL)) == "refused"


def test_a_courier_has_a_default_and_a_code_of_ones_own(stage: LabelStage) -> None:
    body = {**delivery_order(1), "courier": None}
    assert send(stage, body, default_courier="YTO").detail["courier"] == "YTO"
    own = send(stage, {**delivery_order(2), "courier": "OTHER"}, courier_codes="OTHER=NOBODY")
    assert refusal(own) == "refused", "the platform was asked under that code"


def test_an_unknown_effect_is_refused(stage: LabelStage) -> None:
    assert refusal(send(stage, delivery_order(1), "label.burn")) == "unknown_effect"


def test_an_application_in_the_words_of_cainiao() -> None:
    stage = CainiaoStage()
    waybill = {"waybill_code": "YT0000000000001", "real_cp_code": "ZTO", "print_data": "{}"}
    modules = {"waybill_cloud_print_response": [waybill]}
    way = Recorder({"cainiao_waybill_ii_get_response": {"modules": modules}})
    settings = {**stage.settings(), "template_url": "YTO=http://t/yto, ZTO=http://t/zto"}
    connector = Cainiao(settings, HttpClient(way), stage.clock)
    body = {**delivery_order(7), "courier": "YTO"}
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    wish = json.loads(way.forms[0]["param_waybill_cloud_print_apply_new_request"])
    (parcel,) = wish.pop("trade_order_info_dtos")
    assert wish == {
        "cp_code": "YTO",
        "sender": {
            "address": {
                "province": "浙江省",
                "city": "杭州市",
                "district": "余杭区",
                "town": "",
                "detail": "示例路1号",
            },
            "name": "演示仓",
            "mobile": "13800000000",
            "phone": "",
        },
        "store_code": "",
        "dms_sorting": False,
        "three_pl_timing": False,
        "need_encrypt": True,
    }
    assert parcel == {
        "object_id": "F0007",
        "user_id": 10000001,
        "template_url": "http://t/yto",
        "logistics_services": "",
        "order_info": {"order_channels_type": "TB", "trade_order_list": [ORDER]},
        "package_info": {"id": "F0007", "items": [{"name": "TEE-BLK-M", "count": 2}]},
        "recipient": {
            "address": {
                "province": "浙江省",
                "city": "杭州市",
                "district": "余杭区",
                "town": "仓前街道",
                "detail": "仓**街道**路**号",
            },
            "name": "李**",
            "mobile": "138********",
            "oaid": OAID,
            "tid": ORDER,
        },
    }
    assert receipt.detail == {"tracking_no": "YT0000000000001", "courier": "ZTO"}
    assert receipt.attachment == {"print_data": "{}", "template_url": "http://t/yto"}


def test_a_courier_without_a_template_is_told_before_a_number_is_used() -> None:
    stage = CainiaoStage()
    assert refusal(send(stage, delivery_order(1), template_url="YTO=http://t/yto")) == "no_template"
    assert stage.simulator.calls == {}


@pytest.mark.parametrize("answer", [{"cancel_result": False}, {}])
def test_cainiao_that_does_not_say_yes_has_not_cancelled(answer: dict[str, Any]) -> None:
    stage, way = CainiaoStage(), Recorder({"cainiao_waybill_ii_cancel_response": answer})
    connector = Cainiao(stage.settings(), HttpClient(way), stage.clock)
    body = {"fulfilment_no": "F1", "courier": "YTO", "tracking_no": "YT1"}
    (receipt,) = connector.send([Message("1", CANCEL, "s", "k", body)])
    assert refusal(receipt) == "refused"


def test_the_signature_of_kuaidi100_is_made_of_the_very_text_that_is_sent() -> None:
    """The worked example: param, t, key and secret, nothing between."""
    way = Recorder({"code": 200, "success": True, "data": {}})
    settings = {**Kuaidi100Stage().settings(), "key": "demokey", "secret": "tlk_demo_secret_01"}
    connector = Kuaidi100(settings, HttpClient(way), ManualClock(1790991000000))
    connector._call("order", {"kuaidicom": "yuantong"})
    assert way.forms == [
        {
            "method": "order",
            "key": "demokey",
            "t": "1790991000000",
            "param": '{"kuaidicom":"yuantong"}',
            "sign": "E0347F7D72B93AFDDEE9609CFB71B3B6",
        }
    ]


def test_an_order_in_the_words_of_kuaidi100() -> None:
    stage = Kuaidi100Stage()
    way = Recorder({"code": "200", "message": "success", "data": {"kuaidinum": "YT1"}})
    own = {"partner_id": "YTO=K1, SF=S1", "partner_key": "SF=pw", "temp_id": "t1", "net": "网点"}
    connector = Kuaidi100({**stage.settings(), **own}, HttpClient(way), stage.clock)
    body = {**delivery_order(7), "courier": "YTO"}
    (receipt,) = connector.send([Message("1", CREATE, "s", "k", body)])
    assert json.loads(way.forms[0]["param"]) == {
        "partnerId": "K1",
        "net": "网点",
        "recMan": {
            "name": "李**",
            "mobile": "138********",
            "printAddr": "浙江省杭州市余杭区仓前街道仓**街道**路**号",
        },
        "oaid": OAID,
        "sendMan": {
            "name": "演示仓",
            "mobile": "13800000000",
            "printAddr": "浙江省杭州市余杭区示例路1号",
        },
        "kuaidicom": "yuantong",
        "orderId": "F0007",
        "reorder": True,
        "thirdOrderId": ORDER,
        "cargo": "TEE-BLK-M",
        "count": 2,
        "payType": "MONTHLY",
        "expType": "标准快递",
        "printType": "IMAGE",
        "tempId": "t1",
    }
    assert (receipt.ok, receipt.reference) == (True, None)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ({"code": 30002, "message": "签名校验失败"}, Permanent, "signature"),
        ({"code": 30003, "message": "key无效"}, AuthFailed, "auth"),
        ({"code": 30005, "message": "请求过于频繁,请稍后再试"}, TryLater, "throttled"),
        ({"code": 500, "message": "系统异常"}, TryLater, "platform_busy"),
        ({"code": 30001, "message": "tempId 不能为空"}, Permanent, "refused"),
        ({"code": 200, "success": False, "message": "下单失败"}, Permanent, "refused"),
        ({"code": 200, "data": {"kuaidinum": ""}}, TryLater, "bad_answer"),
        ({"code": 200, "data": None}, TryLater, "bad_answer"),
        ({}, TryLater, "bad_answer"),
    ],
)
def test_the_answers_of_kuaidi100_by_how_to_recover(
    answer: dict[str, Any], kind: type[Exception], code: str
) -> None:
    stage = Kuaidi100Stage()
    connector = Kuaidi100(stage.settings(), HttpClient(Recorder(answer)), stage.clock)
    (receipt,) = connector.send([stage.message(1, CREATE)])
    assert isinstance(receipt.error, kind)
    assert receipt.error.code == f"connect.{code}"


def test_each_secret_in_a_list_of_them_is_starred_out() -> None:
    stage = Kuaidi100Stage()
    way = Recorder({"code": 30008, "message": "密码 hush-yto 错误"})
    own = {"partner_key": "YTO=hush-yto, SF=hush-sf"}
    connector = Kuaidi100({**stage.settings(), **own}, HttpClient(way), stage.clock)
    (receipt,) = connector.send([stage.message(1, CREATE)])
    assert "hush-yto" not in str(receipt.error)
    assert "密码" in str(receipt.error)


def test_a_value_for_one_courier_or_for_all() -> None:
    text = "YTO=K210001\uff0csf = 755=="
    found = [for_courier(text, courier) for courier in ("YTO", "SF", "EMS")]
    assert found == ["K210001", "755==", ""]
    assert for_courier("http://t/x?code=1", "EMS") == "http://t/x?code=1"
    assert for_courier(None, "EMS") == ""


def test_both_services_promise_the_same() -> None:
    for stage_class in STAGES:
        connector = stage_class.connector
        assert issubclass(connector, LabelConnector)
        assert (connector.kind, connector.delivery) == ("courier", "idempotent")
