"""Orders of 微信小店 as the hub keeps them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.simulators.wx_orders import make_order
from connectors.wxshop import Wxshop
from orderloom.connect import Permanent
from orderloom.engine.canonical import MASKABLE, ORDER_BY_NAME
from tests.connectors.wxshop_stages import WxshopStage

SAMPLE = """{"errcode":0,"errmsg":"ok","order":{"order_id":"3720000000000000001",
"openid":"oDEMO","status":20,"create_time":1790989000,"update_time":1790989030,"order_detail":{
"product_infos":[{"product_id":"10000000000001","sku_id":"2000000001","out_sku_id":"TEE-BLK-M",
"sku_code":"TEE-BLK-M","title":"纯棉T恤","sku_cnt":2,"sale_price":2990,"market_price":3990,
"real_price":5480,"on_aftersale_sku_cnt":0,"finish_aftersale_sku_cnt":0,"sku_attrs":[{
"attr_key":"颜色","attr_value":"黑色"}],"delivery_deadline":1791161830}],"pay_info":{
"prepay_id":"demo","prepay_time":1790989010,"pay_time":1790989030,
"transaction_id":"4200000000demo","payment_method":1},"price_info":{"product_price":5980,
"order_price":5480,"freight":0,"discounted_price":500,"is_discounted":true},"delivery_info":{
"address_info":{"user_name":"林**","postal_code":"","province_name":"广东省",
"city_name":"深圳市","county_name":"南山区","detail_info":"科技园****",
"tel_number":"183****0000","hash_code":"demohash"},"delivery_product_info":[],
"ship_done_time":0,"deliver_method":0},"ext_info":{"customer_notes":"","merchant_notes":"",
"order_scene":1}},"aftersale_detail":{"on_aftersale_order_cnt":0,"aftersale_order_list":[]}}}"""


def sample() -> dict[str, Any]:
    order: dict[str, Any] = json.loads(SAMPLE)["order"]
    return order


def line_of(order: dict[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = Wxshop.normalise(order).body["order_detail"]["product_infos"][0]
    return line


def test_normal_form_of_the_sample() -> None:
    normal = Wxshop.read(SAMPLE)
    assert (normal.external_no, normal.parent_no) == ("3720000000000000001", None)
    assert normal.modified_ms == 1_790_989_030_000
    assert normal.masked == {"receiver_name", "phone", "address"}
    body = normal.body
    assert (body["payment"], body["hold"], body["ship_by"]) == ("20", None, 1791161830)
    line = body["order_detail"]["product_infos"][0]
    assert (line["line_no"], line["spec"], line["aftersale"]) == ("2000000001", "颜色:黑色", "none")


def test_numbers_are_taken_as_text_whatever_they_come_as() -> None:
    order = sample()
    order["order_id"] = 3720000000000000001
    order["order_detail"]["product_infos"][0]["sku_id"] = 2000000001
    normal = Wxshop.normalise(order)
    assert normal.external_no == "3720000000000000001"
    assert normal.digest == Wxshop.read(SAMPLE).digest


@pytest.mark.parametrize(
    ("change", "hold"),
    [
        ({"status": 12}, "GIFT_WAITING"),
        ({"status": 13}, "GROUP_FORMING"),
        ({"review": {"user_name": "林**"}}, "ADDRESS_CHANGE"),
        ({"review": None}, None),
        ({"status": 20}, None),
    ],
)
def test_why_an_order_must_not_be_shipped_yet(change: dict[str, Any], hold: str | None) -> None:
    order = sample()
    if "review" in change:
        order["order_detail"]["delivery_info"]["address_under_review"] = change.pop("review")
    assert Wxshop.normalise({**order, **change}).body["hold"] == hold


@pytest.mark.parametrize(
    ("pay_time", "payment"), [(1790989030, "250-paid"), (0, "250"), (None, "250")]
)
def test_a_cancelled_order_was_paid_or_not(pay_time: Any, payment: str) -> None:
    order = sample()
    order["status"] = 250
    order["order_detail"]["pay_info"]["pay_time"] = pay_time
    assert Wxshop.normalise(order).body["payment"] == payment


@pytest.mark.parametrize(
    ("on", "over", "state", "pieces", "share"),
    [
        (0, 0, "none", None, None),
        (1, 0, "on", 1, 2740),
        (0, 1, "finished", 1, 2740),
        (1, 1, "on", 2, 5480),
        (0, 2, "finished", 2, 5480),
    ],
)
def test_what_after_sales_take_of_a_line(
    on: int, over: int, state: str, pieces: int | None, share: int | None
) -> None:
    order = sample()
    order["order_detail"]["product_infos"][0].update(
        on_aftersale_sku_cnt=on, finish_aftersale_sku_cnt=over
    )
    order["aftersale_detail"]["aftersale_order_list"] = [{"aftersale_order_id": 2000123}]
    line = line_of(order)
    found = (line["aftersale"], line["aftersale_cnt"], line["aftersale_fen"])
    assert found == (state, pieces, share)
    assert line.get("aftersale_no") == ("2000123" if pieces else None)


def test_whose_after_sale_it_is_stays_open_when_two_lines_have_one() -> None:
    order = sample()
    line = {**order["order_detail"]["product_infos"][0], "on_aftersale_sku_cnt": 1}
    order["order_detail"]["product_infos"] = [line, {**line, "sku_id": "2"}]
    order["aftersale_detail"]["aftersale_order_list"] = [{"aftersale_order_id": "1"}]
    lines = Wxshop.normalise(order).body["order_detail"]["product_infos"]
    assert [one.get("aftersale_no") for one in lines] == [None, None]


def test_a_product_that_comes_twice_is_two_lines() -> None:
    order = sample()
    order["order_detail"]["product_infos"] *= 2
    lines = Wxshop.normalise(order).body["order_detail"]["product_infos"]
    assert [line["line_no"] for line in lines] == ["2000000001", "2000000001-2"]


def test_clear_data_is_not_masked() -> None:
    assert Wxshop.normalise(make_order(1, 0)).masked == frozenset()


@pytest.mark.parametrize(
    "change",
    [
        {"order_detail": None},
        {"order_detail": 5},
        {"order_detail": {"product_infos": 7, "delivery_info": [], "pay_info": "x"}},
        {"order_detail": {"product_infos": [7, None, {"sku_attrs": {"a": 1}}]}},
        {"aftersale_detail": []},
        {"status": "twenty", "update_time": "soon", "create_time": {}},
    ],
)
def test_strange_orders_are_kept_for_the_mapping_to_judge(change: dict[str, Any]) -> None:
    assert Wxshop.normalise({**sample(), **change}).external_no == "3720000000000000001"


@pytest.mark.parametrize("number", [None, "", "12a", 1.5, "１２"])
def test_without_a_number_there_is_no_order(number: Any) -> None:
    with pytest.raises(Permanent) as refused:
        Wxshop.normalise({**sample(), "order_id": number})
    assert refused.value.item


@pytest.mark.parametrize("data", [json.loads(SAMPLE), sample(), [sample()], [json.loads(SAMPLE)]])
def test_files_with_any_wrapping(data: Any) -> None:
    assert [item.external_no for item in Wxshop.read_file(data)] == ["3720000000000000001"]


@pytest.mark.parametrize("data", [7, {"trade": {}}, [[7]]])
def test_files_without_orders(data: Any) -> None:
    with pytest.raises(Permanent, match=r"connect\.no_records"):
        list(Wxshop.read_file(data))


def test_coverage_speaks_of_canonical_fields() -> None:
    assert set(Wxshop.coverage) <= set(ORDER_BY_NAME)
    masked = {name for name, fill in Wxshop.coverage.items() if fill == "masked"}
    assert masked <= MASKABLE
    assert masked == WxshopStage.masks
