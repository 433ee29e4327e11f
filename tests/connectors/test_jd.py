"""What is particular to JD: its answers, its errors, its ciphers, orders shipped whole."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.jd import Jd
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    Permanent,
    Ref,
    TryLater,
)
from orderloom.connect.conformance.stage import Hub
from orderloom.engine.canonical import MASKABLE, ORDER_BY_NAME
from tests.connectors.answers import Fixed
from tests.connectors.jd_stages import JdStage, JdThinListStage

ORDER = """{"orderId":"310000000001","venderId":"10000001","orderType":"22",
"payType":"4-在线支付","orderTotalPrice":"120.00","orderSellerPrice":"100.00",
"orderPayment":"106.00","freightPrice":"6.00","sellerDiscount":"20.00","balanceUsed":"0.00",
"orderState":"WAIT_SELLER_STOCK_OUT","orderStateRemark":"等待出库","deliveryType":"任意时间",
"orderRemark":"","venderRemark":"","orderStartTime":"2026-10-03 08:51:02",
"paymentConfirmTime":"2026-10-03 08:51:30","modified":"2026-10-03 08:51:31",
"orderEndTime":"0001-01-01 00:00:00","outBoundDate":"0001-01-01 00:00:00","parentOrderId":"0",
"pin":"jd_demo","consigneeInfo":{"fullname":"AAS/demoNameCipher000=",
"fullAddress":"AAS/demoAddressCipher000=","mobile":"136*******5","telephone":"136*******5",
"desen_mobile":"656233demo","province":"广东","city":"广州市","county":"海珠区",
"town":"赤岗街道","provinceId":"19","cityId":"1601"},"itemInfoList":[{"skuId":"10054880000001",
"outerSkuId":"TEE-BLK-M","skuName":"纯棉T恤 黑色 M","jdPrice":"60.00","itemTotal":"2",
"wareId":"10020660000001","productNo":"SPU-TEE"}],"couponDetailList":[{
"orderId":"310000000001","skuId":"","couponType":"100-店铺优惠","couponPrice":"20.00"}]}"""
DONE = {"success": True, "numberCode": 0, "chineseErrCode": "操作成功"}


def _list(*orders: Any, total: Any = None, result: Any = DONE) -> dict[str, Any]:
    found = {
        "apiResult": result,
        "orderTotal": len(orders) if total is None else total,
        "orderInfoList": list(orders),
    }
    wrapper = "jingdong_pop_order_enSearch_responce"
    return {wrapper: {"code": "0", "searchorderinfo_result": found}}


def _one(order: Any, result: Any = DONE) -> dict[str, Any]:
    detail = {"apiResult": result, "orderInfo": order}
    return {"jingdong_pop_order_enGet_responce": {"code": "0", "orderDetailInfo": detail}}


def _vender(content: Any) -> dict[str, Any]:
    wrapper = "jingdong_seller_vender_info_get_responce"
    return {wrapper: {"code": "0", "vender_info_result": content}}


def _error(code: Any, zh: str = "", en: str = "words") -> dict[str, Any]:
    return {"error_response": {"code": code, "zh_desc": zh, "en_desc": en}}


def _against(answer: Any, **options: Any) -> Jd:
    stage = JdStage()
    return Jd(stage.settings(), HttpClient(Fixed(answer, **options)), stage.clock)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (_error("2"), TryLater, "throttled"),
        (_error(2), TryLater, "throttled"),
        (_error("66"), TryLater, "platform_busy"),
        (_error("67"), TryLater, "platform_busy"),
        (_error("1", "系统繁忙,请稍后再试"), TryLater, "platform_busy"),
        (_error("7"), TryLater, "clock_skew"),
        (_error("8"), TryLater, "clock_skew"),
        (_error("19"), AuthFailed, "auth"),
        (_error("11"), Permanent, "signature"),
        (_error("12"), Permanent, "signature"),
        (_error("21"), Permanent, "app_key"),
        (_error("22"), Permanent, "permission"),
        (_error("23"), Permanent, "permission"),
        (_error("4"), Permanent, "bad_call"),
        (_error("5"), Permanent, "bad_call"),
        (_error("14"), Permanent, "bad_call"),
        (_error("15"), Permanent, "bad_call"),
        (_error("odd"), Permanent, "bad_call"),
        ({"error_response": {}}, Permanent, "bad_call"),
        ({"jingdong_x_responce": {"code": "19", "zh_desc": "过期"}}, AuthFailed, "auth"),
        ({"jingdong_x_responce": {"code": "67"}}, TryLater, "platform_busy"),
        ({}, TryLater, "bad_answer"),
        ([], TryLater, "bad_answer"),
        ({"something_else": {}}, TryLater, "bad_answer"),
        (b"<html>", TryLater, "bad_answer"),
        (b"", TryLater, "bad_answer"),
        (b"\xff\xfe", TryLater, "bad_answer"),
        (_vender(None), TryLater, "bad_answer"),
        (_vender({}), TryLater, "bad_answer"),
        (_vender(5), TryLater, "bad_answer"),
    ],
)
def test_every_error_class(answer: Any, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        _against(answer).check()
    assert type(caught.value) is kind
    assert caught.value.code == f"connect.{code}"
    assert not getattr(caught.value, "item", False)


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("订单不存在", Permanent, "refused"),
        ("", Permanent, "refused"),
        ("系统异常", TryLater, "platform_busy"),
        ("调用超时", TryLater, "platform_busy"),
    ],
)
def test_what_the_service_refuses_concerns_the_order(
    words: str, kind: type[ConnectorError], code: str
) -> None:
    result = {"success": "false", "numberCode": "10001", "chineseErrCode": words}
    with pytest.raises(ConnectorError) as refused:
        _against(_one(None, result)).detail([Ref("1", None)])
    assert (type(refused.value), refused.value.code) == (kind, f"connect.{code}")
    assert getattr(refused.value, "item", True)
    connector = _against(_list(result=result))
    with pytest.raises(ConnectorError) as whole:
        connector.pull(None, connector.clock.now())
    assert not getattr(whole.value, "item", False)


@pytest.mark.parametrize("total", [None, "many", 3, ""])
def test_a_list_at_odds_with_itself_does_not_count_as_read(total: Any) -> None:
    answer = _list(total=3)
    answer["jingdong_pop_order_enSearch_responce"]["searchorderinfo_result"]["orderTotal"] = total
    connector = _against(answer)
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.pull(None, connector.clock.now())


def test_a_clock_that_is_off_is_set_by_the_platforms_at_once() -> None:
    stage = JdStage()
    stage.skew(-3600)
    assert stage.connect().check().seller_id == "10000001"
    assert stage.simulator.calls["jingdong.seller.vender.info.get"] == 2


def test_a_clock_the_platform_does_not_tell_is_no_endless_loop() -> None:
    transport = Fixed(_error("8"))
    stage = JdStage()
    with pytest.raises(TryLater):
        Jd(stage.settings(), HttpClient(transport), stage.clock).check()
    assert len(transport.requests) == 1


def test_business_parameters_are_texts_in_one_json_object() -> None:
    stage = JdStage()
    transport = Fixed(_list())
    Jd(stage.settings(), HttpClient(transport), stage.clock).pull(None, stage.clock.now())
    form = dict(parse_qsl(transport.requests[0].body.decode()))
    asked = json.loads(form["360buy_param_json"])
    assert all(isinstance(value, str) for value in asked.values())
    assert (asked["order_state"], asked["sortType"], asked["dateType"]) == ("ALL", "1", "0")
    assert form["method"] == "jingdong.pop.order.enSearch"


def test_lists_are_whole_and_rows_that_are_not_are_asked_for() -> None:
    for stage, details in ((JdStage(), 0), (JdThinListStage(), 40)):
        stage.make(40)
        stage.clock.advance(120_000)
        hub = Hub(stage)
        hub.pull_all()
        assert len(hub.landed) == 40
        assert stage.simulator.calls.get("jingdong.pop.order.enGet", 0) == details


def test_a_row_without_a_number_lands_and_is_refused_later() -> None:
    rows = [{"modified": "2026-10-03 09:00:00"}, 7, {"orderId": "x"}, json.loads(ORDER)]
    connector = _against(_list(*rows))
    page = connector.pull(None, connector.clock.now())
    assert len({item.external_no for item in page.items}) == 4
    for item in page.items[:3]:
        with pytest.raises(Permanent) as refused:
            Jd.read(item.payload_text)
        assert refused.value.item
    assert page.items[3].external_no == "310000000001"


def test_normal_form_of_the_sample() -> None:
    normal = Jd.normalise(_one(json.loads(ORDER)))
    assert (normal.external_no, normal.parent_no) == ("310000000001", None)
    assert normal.modified_ms == 1_790_988_691_000
    assert normal.masked == {"receiver_name", "phone", "address"}
    body = normal.body
    assert (body["orderEndTime"], body["outBoundDate"]) == (None, None)
    assert body["parentOrderId"] is None
    assert [line["lineNo"] for line in body["itemInfoList"]] == ["10054880000001"]
    assert body["paymentState"] == "WAIT_SELLER_STOCK_OUT"
    assert body["consigneeInfo"]["street"] == "AAS/demoAddressCipher000="


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "TRADE_CANCELED"),
        ({"paymentConfirmTime": "0001-01-01 00:00:00"}, "CANCELED_UNPAID"),
        ({"paymentConfirmTime": None}, "CANCELED_UNPAID"),
    ],
)
def test_a_cancelled_order_was_paid_or_not(change: dict[str, Any], expected: str) -> None:
    order = {**json.loads(ORDER), "orderState": "TRADE_CANCELED", **change}
    assert Jd.normalise(order).body["paymentState"] == expected


def test_a_split_order_names_the_one_it_comes_from() -> None:
    order = {**json.loads(ORDER), "parentOrderId": 310000000000}
    assert Jd.normalise(order).parent_no == "310000000000"


def test_a_product_that_comes_twice_is_two_lines() -> None:
    order = json.loads(ORDER)
    gift = {**order["itemInfoList"][0], "jdPrice": "0.00", "itemTotal": "1"}
    lines = Jd.normalise({**order, "itemInfoList": [*order["itemInfoList"], gift]}).body
    numbers = [line["lineNo"] for line in lines["itemInfoList"]]
    assert numbers == ["10054880000001", "10054880000001-2"]
    single = Jd.normalise({**order, "itemInfoList": gift}).body["itemInfoList"]
    assert [line["lineNo"] for line in single] == ["10054880000001"]


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        ("AAS/demoNameCipher000=", True),
        ("AAS/ZFJFpmfveSmeZ0P9i+iPiAVtOMmowMRtStdbSOA32r6wKNWTMeyV2CU1umLIhl0=", True),
        ("张**", True),
        ("张三", False),
        ("AA Wang", False),
        ("AAron", False),
        ("", False),
    ],
)
def test_ciphers_and_stars_are_masks(value: str, hidden: bool) -> None:
    order = json.loads(ORDER)
    order["consigneeInfo"]["fullname"] = value
    assert ("receiver_name" in Jd.normalise(order).masked) is hidden


def test_clear_data_is_not_masked_and_the_street_is_found() -> None:
    order = json.loads(ORDER)
    order["consigneeInfo"].update(
        fullname="张三",
        mobile="13800000001",
        telephone="136*******5",
        fullAddress="广东广州市海珠区赤岗街道春晓街1号",
    )
    normal = Jd.normalise(order)
    assert normal.masked == frozenset()
    assert normal.body["consigneeInfo"]["street"] == "春晓街1号"


@pytest.mark.parametrize(
    "data",
    [
        json.loads(ORDER),
        [json.loads(ORDER)],
        _list(json.loads(ORDER)),
        _one(json.loads(ORDER)),
        {"orderInfoList": [json.loads(ORDER)]},
    ],
)
def test_files_with_any_wrapping(data: Any) -> None:
    assert [item.external_no for item in Jd.read_file(data)] == ["310000000001"]


@pytest.mark.parametrize("data", [7, "text", {"trade": {}}, [[7]], {"orderInfoList": 7}])
def test_files_without_orders(data: Any) -> None:
    with pytest.raises(Permanent) as refused:
        list(Jd.read_file(data))
    assert refused.value.code == "connect.no_records"


def test_an_empty_list_holds_no_orders() -> None:
    assert list(Jd.read_file(_list())) == []


def test_a_broken_renewal_is_tried_again() -> None:
    answers: list[Any] = [b"<html>", [], b""]
    for answer in answers:
        with pytest.raises(TryLater):
            _against(answer).renew()


def test_plain_data_needs_the_platforms_permission() -> None:
    stage = JdStage()
    connector = stage.connect({**stage.settings(), "receiver": "plain"})
    with pytest.raises(Permanent, match=r"connect\.permission"):
        connector.pull(None, stage.clock.now())


def test_coverage_speaks_of_canonical_fields() -> None:
    assert set(Jd.coverage) <= set(ORDER_BY_NAME)
    masked = {name for name, fill in Jd.coverage.items() if fill == "masked"}
    assert masked <= MASKABLE
    assert masked == JdStage.masks


def test_capabilities() -> None:
    has = {"check", "renew", "pull", "detail", "normalise", "read_file", "send", "read_back"}
    assert Jd.capabilities() == has
