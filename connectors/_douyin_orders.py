"""Orders of Douyin shops: fen, sub-orders as lines, ciphers, and the seller's own export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.connect import Column, RawItem, Wrapping, fen, instant, raw_order, whole_number

EVENTS = ("create_time", "pay_time", "ship_time", "finish_time")
RECEIVER = {
    "name": "receiver_name",
    "phone": "phone",
    "province": "province",
    "city": "city",
    "district": "district",
    "town": "town",
    "address": "address",
}
_STARS = "***"
_CANCELLED, _REFUNDED_UNSHIPPED = 4, 21
_AFTER_SALE_DONE, _OVER, _MONEY_BACK = 12, 53, 3

# What the seller's export calls an order's state -> order_status, main_status.
_STATES = {
    "待支付": ("1", "1"),
    "已支付": ("105", "105"),
    "待发货": ("2", "2"),
    "备货中": ("2", "2"),
    "部分发货": ("101", "101"),
    "已发货": ("3", "3"),
    "已完成": ("5", "5"),
    "已关闭": ("4", "4"),
    "已取消": ("4", "4"),
}
_AFTER_SALES = {
    "": "0",
    "-": "0",
    "无": "0",
    "待商家处理": "6",
    "待商家同意": "6",
    "待买家退货": "7",
    "待商家收货": "11",
    "退款成功": "12",
    "售后成功": "12",
    "已拒绝": "27",
    "售后关闭": "51",
}


def _is_order(data: Mapping[str, Any]) -> bool:
    """Lines have an `order_id`, too."""
    return "sku_order_list" in data or ("order_id" in data and "parent_order_id" not in data)


WRAPPING = Wrapping(
    ("data", "shop_order_list", "shop_order_detail"),
    ("code", "err_no", "msg", "message", "sub_code", "sub_msg", "log_id", "page", "size", "total"),
    _is_order,
)

COLUMNS = (
    Column(
        "order_id",
        ("主订单编号", "订单编号", "订单号"),
        "key",
        required=True,
        example="6912345678901234567",
    ),
    Column(
        "order_status",
        ("订单状态",),
        values={word: codes[0] for word, codes in _STATES.items()},
        required=True,
        example="待发货",
    ),
    Column(
        "main_status", ("订单状态",), values={word: codes[1] for word, codes in _STATES.items()}
    ),
    Column(
        "create_time",
        ("订单提交时间", "下单时间"),
        "time",
        required=True,
        example="2026-10-09 08:57:00",
    ),
    Column("pay_time", ("支付完成时间", "支付时间"), "time", example="2026-10-09 08:58:40"),
    Column("exp_ship_time", ("承诺发货时间", "预计发货时间"), "time"),
    Column("ship_time", ("发货时间",), "time"),
    Column("finish_time", ("订单完成时间",), "time"),
    Column("pay_amount_yuan", ("订单应付金额",), required=True, example="69.00"),
    Column("post_amount_yuan", ("运费",), example="0.00"),
    Column("promotion_amount_yuan", ("优惠总金额",)),
    Column("post_receiver", ("收件人",), example="李示例"),
    Column("post_tel", ("收件人手机号",), example="13800000000"),
    Column("province", ("省",), example="浙江省"),
    Column("city", ("市",), example="杭州市"),
    Column("town", ("区",), example="余杭区"),
    Column("street", ("街道",), example="仓前街道"),
    Column("detail", ("详细地址",), example="示例路1号"),
    Column("buyer_words", ("买家留言",), example="请尽快发货"),
    Column("seller_words", ("商家备注",)),
    Column("sku_order_list.order_id", ("子订单编号",), "line_key", example="6912345678901234568"),
    Column("sku_order_list.product_id", ("商品ID",), example="3612345678901234567"),
    Column("sku_order_list.code", ("商家编码",), example="TEE-BLK-S"),
    Column("sku_order_list.product_name", ("选购商品",), example="纯棉T恤"),
    Column("sku_order_list.spec", ("商品规格",), example="黑;S"),
    Column("sku_order_list.item_num", ("商品数量",), required=True, example="1"),
    Column("sku_order_list.origin_amount_yuan", ("商品单价",), example="69.00"),
    Column("sku_order_list.after_sale", ("售后状态",), values=_AFTER_SALES),
)


def number_of(order: Mapping[str, Any]) -> str | None:
    number = order.get("order_id")
    text = str(number).strip() if isinstance(number, int | str) else ""
    return text if text.isdecimal() else None


def row_of(order: Any, text: str) -> RawItem:
    number = number_of(order) if isinstance(order, dict) else None
    return raw_order(number, moment(order.get("update_time")) if number else None, order, text)


def moment(value: Any) -> int | None:
    """UNIX seconds, or Beijing time as the export writes it -> epoch ms; None for unset."""
    seconds = whole_number(value)
    return instant(value) if seconds is None else seconds * 1000 or None


def changed_at(body: Mapping[str, Any]) -> int | None:
    """The time of change; without one, the latest event told of: it is at least as new."""
    told = (moment(body.get(name)) for name in EVENTS)
    return moment(body.get("update_time")) or max(filter(None, told), default=None)


def body_of(order: Mapping[str, Any]) -> dict[str, Any]:
    """Ids as text, unset times None, amounts whole fen.

    Ciphers move to `ciphers` and leave the platform's stars behind in `receiver`. Added are
    `payment` (the state that says how it stands with the money), `buyer_paid`, and in each line
    `after_sale`, `paid_share`, `spec_text` and `is_gift`.
    """
    body = _clean(order)
    body["order_id"] = number_of(order)
    body["payment"] = _payment(body)
    body["buyer_paid"] = _less(body.get("pay_amount"), body.get("promotion_pay_amount"))
    body["ciphers"] = _ciphers(body)
    body["receiver"] = _receiver(body)
    body["sku_order_list"] = _lines(body.get("sku_order_list"))
    return body


def _clean(record: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, value in record.items():
        if name.endswith("_amount_yuan"):
            body[name.removesuffix("_yuan")] = fen(value)
        elif name.endswith("_amount"):
            body[name] = value if (amount := whole_number(value)) is None else amount
        elif name.endswith("_time"):
            body[name] = value if moment(value) else None
        elif name.endswith("_id") and isinstance(value, int):
            body[name] = str(value)
        else:
            body[name] = value
    return body


def _payment(body: Mapping[str, Any]) -> Any:
    """The state of the money: one cancelled after it was paid is one that was refunded."""
    state = whole_number(body.get("main_status") or body.get("order_status"))
    return _REFUNDED_UNSHIPPED if state == _CANCELLED and body.get("pay_time") else state


def _less(amount: Any, *others: Any) -> int | None:
    """What is left of an amount; None where it is none."""
    whole = whole_number(amount)
    return None if whole is None else whole - sum(whole_number(other) or 0 for other in others)


def is_cipher(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 2 and value[0] == value[-1] in ("#", "$")


def _place(body: Mapping[str, Any]) -> Mapping[str, Any]:
    place = body.get("post_addr")
    return place if isinstance(place, dict) else body


def _ciphers(body: dict[str, Any]) -> dict[str, Any]:
    """Taken out of the order: they need not be the same the next time."""
    found = {
        "name": body.pop("encrypt_post_receiver", None),
        "phone": body.pop("encrypt_post_tel", None),
    }
    place = _place(body)
    if isinstance(body.get("post_addr"), dict):
        found["address"] = place.get("encrypt_detail")
        kept = {name: value for name, value in place.items() if name != "encrypt_detail"}
        body["post_addr"] = kept
    return {name: cipher for name, cipher in found.items() if cipher}


def _receiver(body: Mapping[str, Any]) -> dict[str, Any]:
    """Name by name: in clear where the platform gives it, else with its stars."""
    place, stars = _place(body), body.get("mask_post_addr") or {}
    hidden = body["ciphers"]
    return {
        "name": _shown(
            hidden.get("name"), body.get("post_receiver"), body.get("mask_post_receiver")
        ),
        "phone": _shown(hidden.get("phone"), body.get("post_tel"), body.get("mask_post_tel")),
        "province": _named(place.get("province")),
        "city": _named(place.get("city")),
        "district": _named(place.get("town")),
        "town": _named(place.get("street")),
        "address": _shown(hidden.get("address"), place.get("detail"), stars.get("detail")),
    }


def _shown(cipher: Any, clear: Any, mask: Any) -> str | None:
    if clear and not is_cipher(clear):
        return str(clear)
    return str(mask) if mask else _STARS if cipher or clear else None


def _named(place: Any) -> str | None:
    """{"name": "福建省", "id": "35"}, or the bare name of an export."""
    name = place.get("name") if isinstance(place, dict) else place
    return str(name) if name else None


def _lines(records: Any) -> list[Any]:
    found = records if isinstance(records, list) else [records] if records else []
    return [_line(record) if isinstance(record, dict) else record for record in found]


def _line(record: Mapping[str, Any]) -> dict[str, Any]:
    line = _clean(record)
    share = _less(line.get("pay_amount"), line.get("post_amount"), line.get("promotion_pay_amount"))
    line["paid_share"] = None if share is None else max(share, 0)
    line["after_sale"] = line.get("after_sale") or _after_sale(line.get("after_sale_info"))
    line["is_gift"] = line.get("given_product_type") not in (None, "", 0, "0")
    spec = line.get("spec")
    if isinstance(spec, list):
        pairs = [one for one in spec if isinstance(one, dict)]
        spec = ";".join(f"{one.get('name', '')}:{one.get('value', '')}" for one in pairs)
    line["spec_text"] = spec
    return line


def _after_sale(told: Any) -> int:
    """The after-sale's number; of one that is over for good, whether the money went back."""
    info = told if isinstance(told, dict) else {}
    status = whole_number(info.get("after_sale_status")) or 0
    paid_back = whole_number(info.get("refund_status")) == _MONEY_BACK
    return _AFTER_SALE_DONE if status == _OVER and paid_back else status
