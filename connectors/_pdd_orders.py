"""Pinduoduo's orders: what their numbers and ciphers come to, and the seller's own export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orderloom.connect import (
    Column,
    RawItem,
    Wrapping,
    instant,
    is_unset,
    numbered,
    raw_order,
    same_yuan,
    whole_number,
)

EVENTS = ("created_time", "pay_time", "confirm_time", "shipping_time", "receive_time")
_TIMES = (*EVENTS, "updated_at", "last_ship_time", "pre_sale_time", "urge_shipping_time")
_MONEY = re.compile(r".*(amount|discount|price)|postage")
# Field that may hold a cipher -> the field that holds the same with stars.
MASKS = {
    "receiver_name": "receiver_name_mask",
    "receiver_phone": "receiver_phone_mask",
    "receiver_address": "receiver_address_mask",
    "address": "address_mask",
    "contact_mobile": "contact_mobile_mask",
}
_STARS = "***"
RECEIVER = {
    "receiver_name": "receiver_name",
    "receiver_phone": "phone",
    "contact_mobile": "phone",
    "province": "province",
    "city": "city",
    "town": "district",
    "receiver_address": "address",
    "address": "address",
}

# What the seller's export calls an order's state -> order_status, refund_status, confirm_status.
_STATES = {
    "待支付": ("1", "1", "0"),
    "待发货": ("1", "1", "1"),
    "已发货": ("2", "1", "1"),
    "已发货,待签收": ("2", "1", "1"),
    "已签收": ("3", "1", "1"),
    "已收货": ("3", "1", "1"),
    "已取消": ("1", "1", "2"),
    "未发货,退款成功": ("1", "4", "1"),
    "已发货,退款成功": ("2", "4", "1"),
    "已签收,退款成功": ("3", "4", "1"),
}
_AFTER_SALES = {
    "无售后": "1",
    "无售后或售后取消": "1",
    "售后处理中": "2",
    "退款中": "3",
    "退款成功": "4",
}


def _state(place: int) -> dict[str, str]:
    return {word: codes[place] for word, codes in _STATES.items()}


def _is_order(data: Mapping[str, Any]) -> bool:
    return "order_sn" in data


WRAPPING = Wrapping(
    ("*_response", "order_info", "order_list", "order_sn_list"),
    ("total_count", "has_next", "request_id"),
    _is_order,
)


COLUMNS = (
    Column(
        "order_sn", ("订单号", "订单编号"), "key", required=True, example="261009-123456789012345"
    ),
    Column("order_status", ("订单状态",), values=_state(0), required=True, example="待发货"),
    Column("refund_status", ("售后状态", "订单状态"), values={**_state(1), **_AFTER_SALES}),
    Column("confirm_status", ("订单状态",), values=_state(2)),
    Column("created_time", ("下单时间", "订单创建时间", "订单成交时间"), "time"),
    Column(
        "confirm_time",
        ("拼单成功时间", "订单成交时间"),
        "time",
        required=True,
        example="2026-10-09 08:58:40",
    ),
    Column("pay_time", ("支付时间",), "time"),
    Column("last_ship_time", ("承诺发货时间",), "time"),
    Column("shipping_time", ("发货时间",), "time"),
    Column("receive_time", ("确认收货时间",), "time"),
    Column("goods_amount", ("商品总价(元)",)),
    Column("seller_discount", ("店铺优惠折扣(元)",)),
    Column("platform_discount", ("平台优惠折扣(元)",)),
    Column("postage", ("邮费(元)",), example="0.00"),
    Column("pay_amount", ("用户实付金额(元)",), required=True, example="69.00"),
    Column("receiver_name", ("收货人", "收件人"), example="李示例"),
    Column("receiver_phone", ("手机", "联系电话"), example="13800000000"),
    Column("province", ("省", "省份"), example="浙江省"),
    Column("city", ("市", "城市"), example="杭州市"),
    Column("town", ("区", "区县"), example="余杭区"),
    Column("receiver_address", ("街道", "详细地址", "收货地址"), example="仓前街道示例路1号"),
    Column("buyer_memo", ("买家留言",), example="请尽快发货"),
    Column("remark", ("商家备注",)),
    Column("tracking_number", ("快递单号",)),
    Column("item_list.goods_id", ("商品id",), example="600000000001"),
    Column("item_list.sku_id", ("样式ID", "规格ID"), example="1600000000001"),
    Column("item_list.outer_id", ("商家编码-SKU维度", "商家编码-规格维度"), example="TEE-BLK-S"),
    Column("item_list.outer_goods_id", ("商家编码-商品维度",)),
    Column("item_list.goods_name", ("商品", "商品名称"), example="纯棉T恤"),
    Column("item_list.goods_spec", ("商品规格",), example="黑,S"),
    Column("item_list.goods_count", ("商品数量(件)", "商品数量"), required=True, example="1"),
)


def row_of(order: Any, text: str) -> RawItem:
    number = number_of(order) if isinstance(order, dict) else None
    return raw_order(number, instant(order.get("updated_at")) if number else None, order, text)


def number_of(order: Mapping[str, Any]) -> str | None:
    number = order.get("order_sn")
    return (number.strip() or None) if isinstance(number, str) else None


def records(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def body_of(order: Mapping[str, Any]) -> dict[str, Any]:
    """Ids as text, amounts as yuan text, unset times None.

    Ciphers move to `…_cipher` and leave the platform's stars behind. Added are `payment` and
    `hold`, which the platform spreads over several numbers, and in each line `line_no`,
    `after_sale` and `gift`.
    """
    body = _without_ciphers(_clean(order))
    body.update(payment=_payment(body), hold=_hold(body), item_list=_lines(body))
    body.pop("gift_list", None)
    return body


def _clean(record: Mapping[str, Any]) -> dict[str, Any]:
    body = dict(record)
    for name, value in record.items():
        if name.endswith("_id") and isinstance(value, int):
            body[name] = str(value)
        elif name in _TIMES and is_unset(value):
            body[name] = None
        elif _MONEY.fullmatch(name):
            body[name] = same_yuan(value)
    return body


def _without_ciphers(body: dict[str, Any]) -> dict[str, Any]:
    """What a cipher hides shows as the platform's stars. Empty is usual: of shipped, refunded and
    reviewed orders the platform tells no receiver."""
    for name, mask in MASKS.items():
        value = body.get(name)
        if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == "~":
            body[f"{name}_cipher"], value = value, None
            body[name] = _STARS
        if not value and body.get(mask):
            body[name] = body[mask]
    return body


def _code(body: Mapping[str, Any], name: str) -> int | None:
    return whole_number(body.get(name))


def _payment(body: Mapping[str, Any]) -> str:
    if _code(body, "confirm_status") == 2:
        return "CANCELLED"
    if _code(body, "group_status") == 2:
        return "GROUP_FAILED"
    if _code(body, "refund_status") == 4:
        return "REFUNDED"
    unpaid = _code(body, "confirm_status") == 0 and not body.get("pay_time")
    return "UNPAID" if unpaid else "PAID"


def _hold(body: Mapping[str, Any]) -> str | None:
    """Why an order that is paid must not be shipped."""
    if _code(body, "risk_control_status") == 1:
        return "RISK_CONTROL"
    if _code(body, "group_status") == 0:
        return "GROUP_FORMING"
    if _code(body, "confirm_status") == 0:
        return "UNCONFIRMED"
    return "ABNORMAL" if _code(body, "order_status") == 0 else None


def _after_sale(body: Mapping[str, Any]) -> int:
    """One number for the after-sale: the fine one, or what the coarse one means in its terms."""
    coarse = {2: 2, 3: 4, 4: 10}.get(_code(body, "refund_status") or 0, 0)
    return 10 if coarse == 10 else _code(body, "after_sales_status") or coarse


def _lines(body: Mapping[str, Any]) -> list[Any]:
    """Items and gifts. Nearly all orders have one item: what the order says goes for each."""
    items = body.get("item_list") or []
    if len(records(items)) != len(items):
        return items if isinstance(items, list) else [items]  # the mapping says what is wrong
    lines = [{**_clean(line), "gift": False} for line in items]
    lines += [{**_clean(line), "gift": True} for line in _gifts(body)]
    names = (str(line.get("sku_id") or line.get("goods_id") or "line") for line in lines)
    for line, number in zip(lines, numbered(names), strict=True):
        line.update(line_no=number, after_sale=_after_sale(body))
    return lines


def _gifts(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Gifts in this order; one with a number of its own comes as an order of its own."""
    gifts = records(body.get("gift_list"))
    return [gift for gift in gifts if gift.get("order_sn") in (None, "", body["order_sn"])]
