"""Pinduoduo's orders: money, states, ciphers and lines, in answers and in the seller's export."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest

from connectors.pdd import Pdd
from connectors.simulators.pdd_orders import make_order
from orderloom.blueprint import library
from orderloom.connect import Permanent, Sheet, delimited_rows, parse_json
from orderloom.engine.canonical import MASKABLE, ORDER_BY_NAME, to_ship
from orderloom.engine.mapping import FieldMapping, compile_mapping
from orderloom.engine.merge import merge
from tests.connectors.pdd_stages import PddStage

SAMPLE = """{"order_info_get_response":{"order_info":{"order_sn":"261003-000000000000001",
"order_status":1,"refund_status":1,"after_sales_status":0,"confirm_status":1,"group_status":1,
"risk_control_status":0,"created_time":"2026-10-03 08:40:00","pay_time":"2026-10-03 08:40:20",
"confirm_time":"2026-10-03 08:40:21","updated_at":"2026-10-03 08:40:22",
"last_ship_time":"2026-10-05 08:40:21","shipping_time":"","receive_time":"","goods_amount":39.8,
"discount_amount":5.0,"seller_discount":3.0,"platform_discount":2.0,"capital_free_discount":0,
"postage":0,"pay_amount":34.8,"country":"中国","province":"上海市","city":"上海市","town":"长宁区",
"receiver_name":"~AgAAAADemoName=~","receiver_name_mask":"王**",
"receiver_phone":"~AgAAAADemoPhone=~","receiver_phone_mask":"138****0000",
"address":"~AgAAAADemoAddr=~","address_mask":"娄山关路***","open_address_id":"demo-open-address",
"buyer_memo":"","remark":"","logistics_id":0,"tracking_number":"","item_list":[{"goods_id":
200000000001,"sku_id":900000000001,"outer_id":"TEE-BLK-M","outer_goods_id":"SPU-TEE",
"goods_name":"纯棉T恤","goods_spec":"黑色,M","goods_price":19.9,"goods_count":2}],
"is_pre_sale":0,"free_sf":0},"request_id":"demo0002"}}"""
NUMBER = "261003-000000000000001"


def order(**changes: Any) -> dict[str, Any]:
    """The sample, bare, with other values."""
    sample: dict[str, Any] = parse_json(SAMPLE)["order_info_get_response"]["order_info"]
    return {**sample, **changes}


def mapping() -> FieldMapping:
    """As the demo's blueprint has it."""
    mappings = library.read("fashion-order-hub")["mappings"]
    return compile_mapping(next(one for one in mappings if one["connector"] == "pdd"))


def canonical(raw: dict[str, Any]) -> dict[str, Any]:
    normal = Pdd.normalise(raw)
    mapped, problems = mapping().apply(normal.body, normal.masked)
    assert problems == []
    return mapped


# -- the form of an order ----------------------------------------------------------------------


def test_normal_form_of_the_sample() -> None:
    normal = Pdd.read(SAMPLE)
    assert normal.external_no == NUMBER
    assert normal.modified_ms == 1_790_988_022_000
    assert normal.masked == {"receiver_name", "phone", "address"}
    body = normal.body
    assert (body["shipping_time"], body["receive_time"]) == (None, None)
    assert (body["pay_amount"], body["postage"]) == ("34.80", "0.00")
    assert (body["receiver_name"], body["receiver_name_cipher"]) == ("王**", "~AgAAAADemoName=~")
    assert (body["payment"], body["hold"]) == ("PAID", None)
    (line,) = body["item_list"]
    assert (line["goods_id"], line["line_no"]) == ("200000000001", "900000000001")


def test_the_sample_in_the_canonical_form() -> None:
    mapped = canonical(order())
    money = {name: mapped[name] for name in ("total", "paid", "freight", "discount")}
    assert money == {"total": 3480, "paid": 3480, "freight": 0, "discount": 500}
    assert (mapped["payment_state"], mapped["delivery_state"]) == ("paid", "none")
    assert mapped["ship_by"] - mapped["placed_at"] == 2 * 86_400_000 + 21_000
    assert (mapped["province"], mapped["district"]) == ("上海", "长宁区")
    assert (mapped["phone"], mapped["address"]) == ("138****0000", "娄山关路***")
    (line,) = mapped["lines"]
    assert (line["sku_code"], line["quantity"], line["price"]) == ("TEE-BLK-M", 2, 1990)
    assert (line["paid_share"], line["refund_state"], line["gift"]) == (3480, "none", False)


@pytest.mark.parametrize("amount", [5, Decimal("5.0"), "5", "5.00", Decimal("5.00")])
def test_money_is_exact_however_it_is_written(amount: Any) -> None:
    same = [Pdd.normalise(order(postage=value)) for value in (amount, 5)]
    assert same[0].digest == same[1].digest
    assert canonical(order(postage=amount))["freight"] == 500


def test_money_that_is_no_amount_is_told_by_the_mapping() -> None:
    normal = Pdd.normalise(order(pay_amount="34.801"))
    _, problems = mapping().apply(normal.body, normal.masked)
    assert {problem.field for problem in problems} == {"total", "paid"}


@pytest.mark.parametrize(
    ("changes", "payment", "hold"),
    [
        ({}, "paid", None),
        ({"risk_control_status": 1}, "paid", "风控审核中"),
        ({"group_status": 0}, "paid", "未成团"),
        ({"confirm_status": 0}, "paid", "未成交"),
        ({"confirm_status": 0, "pay_time": "", "confirm_time": ""}, "unpaid", "未成交"),
        ({"order_status": 0}, "paid", "订单异常"),
        ({"confirm_status": 2}, "closed", None),
        ({"group_status": 2}, "refunded", None),
        ({"refund_status": 4, "after_sales_status": 10}, "refunded", None),
    ],
)
def test_payment_and_reasons_not_to_ship(changes: Any, payment: str, hold: str | None) -> None:
    mapped = canonical(order(**changes))
    assert (mapped["payment_state"], mapped["do_not_ship"]) == (payment, hold)


@pytest.mark.parametrize(
    ("refund", "after_sale", "state", "ships"),
    [
        (1, 0, "none", True),
        (2, 0, "requested", False),
        (3, 0, "requested", False),
        (2, 2, "requested", False),
        (2, 3, "requested", False),
        (3, 4, "requested", False),
        (2, 6, "rejected", True),
        (2, 7, "returning", False),
        (2, 8, "requested", False),
        (1, 9, "rejected", True),
        (4, 10, "refunded", False),
        (4, 0, "refunded", False),
        (1, 11, "withdrawn", True),
        (1, 12, "withdrawn", True),
        (2, 14, "requested", False),
        (1, 16, "none", True),
        (1, 25, "none", True),
        (2, 31, "returning", False),
    ],
)
def test_after_sale_numbers(refund: int, after_sale: int, state: str, ships: bool) -> None:
    mapped = canonical(order(refund_status=refund, after_sales_status=after_sale))
    assert mapped["lines"][0]["refund_state"] == state
    assert bool(to_ship(mapped)) is ships


def test_an_after_sale_number_nobody_knows_is_not_guessed() -> None:
    normal = Pdd.normalise(order(after_sales_status=77))
    _, problems = mapping().apply(normal.body, normal.masked)
    assert [problem.reason for problem in problems] == ["not_in_table"]


@pytest.mark.parametrize(("status", "state"), [(1, "none"), (2, "shipped"), (3, "finished")])
def test_delivery(status: int, state: str) -> None:
    assert canonical(order(order_status=status))["delivery_state"] == state


def test_several_lines_and_gifts() -> None:
    (line,) = order()["item_list"]
    gifts = [
        {"sku_id": 5, "outer_id": "BAG-CAN", "goods_count": 1, "order_sn": NUMBER},
        {"sku_id": 6, "outer_id": "OTHER", "goods_count": 1, "order_sn": "261003-9"},
    ]
    mapped = canonical(order(item_list=[line, line], gift_list=gifts, goods_amount=79.6))
    numbers = [one["external_line_no"] for one in mapped["lines"]]
    assert numbers == ["900000000001", "900000000001-2", "5"]
    assert [one["gift"] for one in mapped["lines"]] == [False, False, True]
    assert [one["paid_share"] for one in mapped["lines"]] == [1740, 1740, 0]


def test_a_line_that_is_no_record_is_not_dropped() -> None:
    normal = Pdd.normalise(order(item_list=[*order()["item_list"], "odd"]))
    _, problems = mapping().apply(normal.body, normal.masked)
    assert ("lines/2", "not_a_record") in [(p.field, p.reason) for p in problems]


# -- buyers' data ------------------------------------------------------------------------------


def test_another_cipher_is_no_new_version_but_another_place_is() -> None:
    first = Pdd.normalise(order())
    assert Pdd.normalise(order(receiver_name="~AgOther~")).digest == first.digest
    assert Pdd.normalise(order(address_mask="新华路***")).digest != first.digest
    assert Pdd.normalise(order(town="静安区")).digest != first.digest


def test_a_cipher_without_its_mask_still_counts_as_masked() -> None:
    normal = Pdd.normalise(order(receiver_name_mask="", contact_mobile="~AgX~", receiver_phone=""))
    assert normal.masked == {"receiver_name", "phone", "address"}
    assert "~" not in str(normal.body["receiver_name"]) + str(normal.body["contact_mobile"])


def test_neither_ciphers_nor_silence_overwrite_what_is_known() -> None:
    clear = canonical(make_order(1, 1_790_991_000_000))
    assert clear["masked"] == []
    hidden = canonical(order())
    empty = dict.fromkeys(
        ("receiver_name", "receiver_phone", "address", "address_mask", "receiver_name_mask"), ""
    )
    silent = canonical(order(receiver_phone_mask="", order_status=2, **empty))
    assert silent["receiver_name"] is None
    for incoming in (hidden, silent):
        merged = merge(clear, incoming, newer=True)
        for name in ("receiver_name", "phone", "address"):
            assert merged[name] == clear[name]
            assert name not in merged["masked"]


def test_a_phone_may_come_as_contact_only() -> None:
    mapped = canonical(
        order(receiver_phone="", receiver_phone_mask="", contact_mobile="13800000001")
    )
    assert mapped["phone"] == "13800000001"
    assert "phone" not in mapped["masked"]


# -- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (order(), 1),
        ([order(), order()], 2),
        ({"order_info": order()}, 1),
        (parse_json(SAMPLE), 1),
        ({"order_list_get_response": {"total_count": 2, "order_list": [order()] * 2}}, 2),
        ({"order_list_get_response": {"total_count": 0, "request_id": "r"}}, 0),
        ({"order_sn_increment_get_response": {"order_sn_list": [order()], "has_next": False}}, 1),
        ([], 0),
    ],
)
def test_files_with_any_wrapping(data: Any, count: int) -> None:
    items = list(Pdd.read_file(data))
    assert [item.external_no for item in items] == [NUMBER] * count


@pytest.mark.parametrize("data", [7, "text", {"order": {}}, [[7]], {"order_list": 7}])
def test_files_without_orders(data: Any) -> None:
    with pytest.raises(Permanent, match=r"connect\.no_records"):
        list(Pdd.read_file(data))


HEADER = (
    "商品,订单号,订单状态,商品总价(元),店铺优惠折扣(元),邮费(元),用户实付金额(元),商品数量(件),"
    "收货人,手机,省,市,区,街道,拼单成功时间,商品id,商品规格,样式ID,商家编码-SKU维度,售后状态,商家备注"
)
ROW = (
    "纯棉T恤,{number},{status},39.80,5.00,0.00,34.80,2,王**,138****0000,上海市,上海市,长宁区,"
    '娄山关路***,2026/10/3 8:40,200000000001,"黑色,M",900000000001,TEE-BLK-M,{after_sale},'
)


@pytest.mark.parametrize(
    ("status", "after_sale", "states"),
    [
        ("待发货", "无售后或售后取消", ("paid", "none", "none")),
        ("待发货", "售后处理中", ("paid", "none", "requested")),
        ("已发货，待签收", "", ("paid", "shipped", "none")),
        ("未发货，退款成功", "退款成功", ("refunded", "none", "refunded")),
        ("已取消", "无售后或售后取消", ("closed", "none", "none")),
    ],
)
def test_the_sellers_export(status: str, after_sale: str, states: tuple[str, ...]) -> None:
    row = ROW.format(number=NUMBER, status=f'"{status}"', after_sale=after_sale)
    lines = delimited_rows(io.StringIO(f"{HEADER}\n{row}\n").readline, Pdd.columns)
    (record,) = Sheet(lines, Pdd.columns).records()
    assert record.error is None
    mapped = canonical(parse_json(record.text))
    assert (mapped["external_no"], mapped["total"], mapped["item_count"]) == (NUMBER, 3480, 2)
    assert mapped["masked"] == ["address", "phone", "receiver_name"]
    line = mapped["lines"][0]
    assert (line["sku_code"], line["paid_share"]) == ("TEE-BLK-M", 3480)
    assert (mapped["payment_state"], mapped["delivery_state"], line["refund_state"]) == states


def test_coverage_speaks_of_canonical_fields() -> None:
    assert set(Pdd.coverage) <= set(ORDER_BY_NAME)
    masked = {name for name, fill in Pdd.coverage.items() if fill == "masked"}
    assert masked <= MASKABLE
    assert masked == PddStage.masks
