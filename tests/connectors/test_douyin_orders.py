"""Orders of Douyin shops: money, states, ciphers, lines, in answers and in the export."""

from __future__ import annotations

import io
from typing import Any

import pytest

from connectors.douyin import Douyin
from connectors.simulators.douyin_orders import make_order
from orderloom.blueprint import library
from orderloom.connect import Permanent, Sheet, delimited_rows, parse_json
from orderloom.engine.canonical import MASKABLE, ORDER_BY_NAME, to_ship
from orderloom.engine.mapping import FieldMapping, compile_mapping
from orderloom.engine.merge import merge
from tests.connectors.douyin_stages import DouyinStage

SAMPLE = """{"code":10000,"msg":"success","sub_code":"","sub_msg":"","log_id":"20261003demo",
"data":{"page":0,"size":50,"total":1,"shop_order_list":[{"shop_id":70000001,
"order_id":"6930000000000000001","order_level":2,"order_type":0,"order_status":2,
"order_status_desc":"待发货","main_status":2,"main_status_desc":"待发货","create_time":1790989300,
"pay_time":1790989320,"update_time":1790989321,"ship_time":0,"finish_time":0,
"exp_ship_time":1791162120,"order_amount":5980,"pay_amount":5480,"post_amount":0,
"promotion_amount":500,"promotion_shop_amount":500,"promotion_platform_amount":0,
"promotion_talent_amount":0,"promotion_pay_amount":0,"shop_cost_amount":500,
"platform_cost_amount":0,"modify_amount":0,"buyer_words":"","seller_words":"",
"seller_remark_stars":0,"doudian_open_id":"1@#demo",
"encrypt_post_receiver":"##demoName*CgYIAS=#1##","encrypt_post_tel":"$$demoTel*CgYIAS=$1$$",
"mask_post_receiver":"张*","mask_post_tel":"1*********1","post_addr":{"province":
{"name":"福建省","id":"35"},"city":{"name":"厦门市","id":"350200"},"town":{"name":"思明区",
"id":"350203"},"street":{"name":"莲前街道","id":"350203010"},
"encrypt_detail":"##demoAddr*CgYIAS=#1##"},"logistics_info":[],"sku_order_list":[{
"order_id":"6930000000000000001","parent_order_id":"6930000000000000001","order_level":3,
"order_status":2,"main_status":2,"product_id":3660000000000000001,"sku_id":3410000000000001,
"out_sku_id":"","code":"TEE-BLK-M","product_name":"纯棉T恤","spec":[{"name":"颜色","value":"黑色"},
{"name":"尺码","value":"M"}],"item_num":2,"origin_amount":2990,"sum_amount":5980,
"order_amount":5980,"pay_amount":5480,"promotion_shop_amount":500,"goods_type":0,
"pre_sale_type":0,"given_product_type":"","after_sale_info":{"after_sale_status":0,
"after_sale_type":0,"refund_status":0}}]}]}}"""
NUMBER = "6930000000000000001"


def order(**changes: Any) -> dict[str, Any]:
    """The sample, bare, with other values."""
    sample: dict[str, Any] = parse_json(SAMPLE)["data"]["shop_order_list"][0]
    return {**sample, **changes}


def with_line(**changes: Any) -> dict[str, Any]:
    (line,) = order()["sku_order_list"]
    return order(sku_order_list=[{**line, **changes}])


def mapping() -> FieldMapping:
    """As the demo's blueprint has it."""
    mappings = library.read("fashion-order-hub")["mappings"]
    return compile_mapping(next(one for one in mappings if one["connector"] == "douyin"))


def canonical(raw: dict[str, Any]) -> dict[str, Any]:
    normal = Douyin.normalise(raw)
    mapped, problems = mapping().apply(normal.body, normal.masked)
    assert problems == []
    return mapped


def test_normal_form_of_the_sample() -> None:
    normal = Douyin.normalise(order())
    assert (normal.external_no, normal.parent_no) == (NUMBER, None)
    assert normal.modified_ms == 1_790_989_321_000
    assert normal.masked == {"receiver_name", "phone", "address"}
    body = normal.body
    assert (body["ship_time"], body["finish_time"]) == (None, None)
    assert body["receiver"]["name"] == "张*"
    assert body["receiver"]["address"] == "***"
    assert body["ciphers"] == {
        "name": "##demoName*CgYIAS=#1##",
        "phone": "$$demoTel*CgYIAS=$1$$",
        "address": "##demoAddr*CgYIAS=#1##",
    }
    (line,) = body["sku_order_list"]
    assert (line["product_id"], line["sku_id"]) == ("3660000000000000001", "3410000000000001")


def test_the_sample_in_the_canonical_form() -> None:
    mapped = canonical(order())
    money = {name: mapped[name] for name in ("total", "paid", "freight", "discount")}
    assert money == {"total": 5480, "paid": 5480, "freight": 0, "discount": 500}
    assert (mapped["payment_state"], mapped["delivery_state"]) == ("paid", "none")
    assert mapped["placed_at"] == 1_790_989_300_000
    assert (mapped["province"], mapped["district"], mapped["town"]) == (
        "福建",
        "思明区",
        "莲前街道",
    )
    assert (mapped["phone"], mapped["customer_ref"]) == ("1*********1", "1@#demo")
    (line,) = mapped["lines"]
    assert (line["external_line_no"], line["sku_code"]) == (NUMBER, "TEE-BLK-M")
    assert (line["quantity"], line["price"], line["paid_share"]) == (2, 2990, 5480)
    assert (line["spec"], line["refund_state"], line["gift"]) == ("颜色:黑色;尺码:M", "none", False)


def test_fen_may_be_text_and_makes_no_other_version() -> None:
    quoted = order(pay_amount="5480", post_amount="0")
    assert Douyin.normalise(quoted).digest == Douyin.normalise(order()).digest
    assert canonical(quoted)["total"] == 5480


def test_what_the_payment_channel_gives_the_buyer_has_not_paid() -> None:
    mapped = canonical({**with_line(pay_amount=5480, promotion_pay_amount=80), "pay_amount": 5480})
    assert mapped["lines"][0]["paid_share"] == 5400
    assert canonical(order(promotion_pay_amount=80))["paid"] == 5400


def test_freight_in_a_line_is_not_its_goods() -> None:
    raw = {**with_line(pay_amount=6280, post_amount=800), "pay_amount": 6280, "post_amount": 800}
    mapped = canonical(raw)
    assert mapped["lines"][0]["paid_share"] + mapped["freight"] == mapped["paid"] == 6280


@pytest.mark.parametrize(
    ("order_status", "main_status", "payment", "delivery", "hold"),
    [
        (1, 1, "unpaid", "none", None),
        (1, 103, "deposit_paid", "none", None),
        (105, 105, "paid", "none", "风控审核中"),
        (2, 2, "paid", "none", None),
        (101, 101, "paid", "partial", None),
        (3, 3, "paid", "shipped", None),
        (5, 5, "paid", "finished", None),
        (4, 21, "refunded", "none", None),
        (4, 22, "refunded", "none", None),
        (5, 39, "refunded", "finished", None),
        (2, None, "paid", "none", None),
    ],
)
def test_states(
    order_status: int, main_status: Any, payment: str, delivery: str, hold: str | None
) -> None:
    mapped = canonical(order(order_status=order_status, main_status=main_status))
    assert (mapped["payment_state"], mapped["delivery_state"]) == (payment, delivery)
    assert mapped["do_not_ship"] == hold


def test_a_cancelled_order_was_refunded_if_it_was_paid() -> None:
    closed = {"order_status": 4, "main_status": 4}
    assert canonical(order(**closed, pay_time=0))["payment_state"] == "closed"
    assert canonical(order(**closed))["payment_state"] == "refunded"


@pytest.mark.parametrize(
    ("status", "refund", "state", "ships"),
    [
        (0, 0, "none", True),
        (6, 1, "requested", False),
        (7, 1, "returning", False),
        (11, 1, "returning", False),
        (12, 3, "refunded", False),
        (13, 0, "none", True),
        (14, 0, "none", True),
        (27, 4, "rejected", True),
        (28, 1, "withdrawn", True),
        (29, 4, "rejected", True),
        (51, 1, "withdrawn", True),
        (53, 0, "none", True),
        (53, 3, "refunded", False),
    ],
)
def test_after_sale_numbers(status: int, refund: int, state: str, ships: bool) -> None:
    told = {"after_sale_status": status, "after_sale_type": 0, "refund_status": refund}
    mapped = canonical(with_line(after_sale_info=told))
    assert mapped["lines"][0]["refund_state"] == state
    assert bool(to_ship(mapped)) is ships


def test_fields_a_permission_withholds_are_not_needed() -> None:
    raw = with_line()
    for name in ("doudian_open_id", "mask_post_receiver", "buyer_words", "promotion_pay_amount"):
        raw.pop(name, None)
    del raw["sku_order_list"][0]["after_sale_info"]
    mapped = canonical(raw)
    assert (mapped["customer_ref"], mapped["receiver_name"]) == (None, "***")
    assert mapped["lines"][0]["refund_state"] == "none"


def test_several_lines_and_gifts() -> None:
    (line,) = order()["sku_order_list"]
    gift = {**line, "order_id": "6930000000000000002", "given_product_type": "FREE", "code": ""}
    mapped = canonical(order(sku_order_list=[line, {**gift, "out_sku_id": "BAG-CAN"}]))
    assert [one["gift"] for one in mapped["lines"]] == [False, True]
    assert [one["sku_code"] for one in mapped["lines"]] == ["TEE-BLK-M", "BAG-CAN"]


# -- buyers' data ------------------------------------------------------------------------------


def test_another_cipher_is_no_new_version_but_a_remark_is() -> None:
    first = Douyin.normalise(order())
    place = {**order()["post_addr"], "encrypt_detail": "##other#1##"}
    other = order(encrypt_post_tel="$$other$1$$", post_addr=place)
    assert Douyin.normalise(other).digest == first.digest
    assert Douyin.normalise(order(seller_words="急")).digest != first.digest


def test_a_cipher_in_the_place_of_a_name_is_no_name() -> None:
    normal = Douyin.normalise(order(post_receiver="#abc#cipher#1##", post_tel="$abc$cipher$1$$"))
    assert normal.body["receiver"]["name"] == "张*"
    assert {"receiver_name", "phone"} <= normal.masked


def test_ciphers_do_not_overwrite_what_is_known() -> None:
    clear = canonical(make_order(1, 1_790_991_000_000))
    assert clear["masked"] == []
    merged = merge(clear, canonical(order()), newer=True)
    for name in ("receiver_name", "phone", "address"):
        assert merged[name] == clear[name]
        assert name not in merged["masked"]


# -- files -------------------------------------------------------------------------------------

OLD_FORM = {"err_no": 0, "message": "success", "data": {"shop_order_detail": order()}}


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (order(), 1),
        ([order(), order()], 2),
        (parse_json(SAMPLE), 1),
        (OLD_FORM, 1),
        ({"shop_order_list": [order()]}, 1),
        ({"code": 10000, "data": {"page": 0, "total": 0, "shop_order_list": []}}, 0),
        ({"code": 10000, "msg": "success", "data": None}, 0),
        ([], 0),
    ],
)
def test_files_with_any_wrapping(data: Any, count: int) -> None:
    items = list(Douyin.read_file(data))
    assert [item.external_no for item in items] == [NUMBER] * count


@pytest.mark.parametrize("data", [7, "text", {"order": {}}, [[7]], {"shop_order_list": 7}])
def test_files_without_orders(data: Any) -> None:
    with pytest.raises(Permanent, match=r"connect\.no_records"):
        list(Douyin.read_file(data))


HEADER = (
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,"
    "优惠总金额,收件人,收件人手机号,省,市,区,街道,详细地址,订单提交时间,支付完成时间,订单状态,售后状态"
)
ROW = (
    "{number},{line},纯棉T恤,黑色 M,2,3660000000000000001,TEE-BLK-M,29.90,54.80,0.00,5.00,张*,"
    "1*********1,福建省,厦门市,思明区,莲前街道,***,2026/10/3 8:21,"
    "2026-10-03 08:22:00,{status},{after}"
)


@pytest.mark.parametrize(
    ("status", "after", "states"),
    [
        ("待发货", "-", ("paid", "none", "none")),
        ("待发货", "待商家处理", ("paid", "none", "requested")),
        ("部分发货", "", ("paid", "partial", "none")),
        ("已发货", "退款成功", ("paid", "shipped", "refunded")),
        ("已关闭", "退款成功", ("refunded", "none", "refunded")),
    ],
)
def test_the_sellers_export(status: str, after: str, states: tuple[str, ...]) -> None:
    rows = [ROW.format(number=NUMBER, line=n, status=status, after=after) for n in ("1", "2")]
    text = "\n".join([HEADER, *rows, ""])
    (record,) = Sheet(
        delimited_rows(io.StringIO(text).readline, Douyin.columns), Douyin.columns
    ).records()
    assert record.error is None
    mapped = canonical(parse_json(record.text))
    assert (mapped["external_no"], mapped["total"], mapped["item_count"]) == (NUMBER, 5480, 4)
    assert (mapped["province"], mapped["town"]) == ("福建", "莲前街道")
    assert mapped["masked"] == ["address", "phone", "receiver_name"]
    line = mapped["lines"][0]
    assert (line["external_line_no"], line["price"], line["paid_share"]) == ("1", 2990, 2740)
    assert (mapped["payment_state"], mapped["delivery_state"], line["refund_state"]) == states


def test_coverage_speaks_of_canonical_fields() -> None:
    assert set(Douyin.coverage) <= set(ORDER_BY_NAME)
    masked = {name for name, fill in Douyin.coverage.items() if fill == "masked"}
    assert masked <= MASKABLE
    assert masked == DouyinStage.masks
