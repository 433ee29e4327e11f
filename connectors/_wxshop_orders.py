"""Orders of 微信小店: what their counts and states come to, and the seller's own export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.connect import (
    Column,
    RawItem,
    Wrapping,
    fen,
    instant,
    numbered,
    raw_order,
    whole_number,
)

ORDERS = Wrapping(
    wrappers=("order",),
    beside=("errcode", "errmsg"),
    is_record=lambda data: "order_id" in data,
)
RECEIVER = {
    "user_name": "receiver_name",
    "tel_number": "phone",
    "province_name": "province",
    "city_name": "city",
    "county_name": "district",
    "detail_info": "address",
}
_DETAIL, _PRODUCTS = "order_detail", "product_infos"
_IDS = ("product_id", "sku_id", "out_sku_id", "out_product_id")
_GROUP_FORMING, _GIFT_WAITING, _CANCELLED = 13, 12, 250
_HOLDS = {_GIFT_WAITING: "GIFT_WAITING", _GROUP_FORMING: "GROUP_FORMING"}
_ADDRESS_CHANGE = "ADDRESS_CHANGE"
# Where a table's columns go; its money is in yuan, its times are Beijing texts.
_TABLE = {
    "pay_time": ("pay_info", "pay_time"),
    "order_yuan": ("price_info", "order_price"),
    "freight_yuan": ("price_info", "freight"),
    "discount_yuan": ("price_info", "discounted_price"),
    "customer_notes": ("ext_info", "customer_notes"),
    "merchant_notes": ("ext_info", "merchant_notes"),
}
_STATUS = {
    "待付款": "10",
    "礼物待收下": "12",
    "拼团中": "13",
    "待发货": "20",
    "部分发货": "21",
    "已发货": "30",
    "待收货": "30",
    "已完成": "100",
    "已取消": "250",
    "已关闭": "250",
}
COLUMNS = (
    Column("order_id", ("订单号", "订单编号"), "key", required=True, example="3712345678901234567"),
    Column("status", ("订单状态",), values=_STATUS, required=True, example="待发货"),
    Column(
        "create_time",
        ("下单时间", "订单创建时间"),
        "time",
        required=True,
        example="2026-10-09 08:57:00",
    ),
    Column("pay_time", ("支付时间", "付款时间"), "time", example="2026-10-09 08:58:40"),
    Column("update_time", ("更新时间",), "time"),
    Column("order_yuan", ("订单实付金额", "实付金额"), required=True, example="69.00"),
    Column("freight_yuan", ("运费",), example="0.00"),
    Column("discount_yuan", ("优惠金额",)),
    Column("customer_notes", ("买家备注", "买家留言"), example="请尽快发货"),
    Column("merchant_notes", ("商家备注",)),
    Column("user_name", ("收件人姓名", "收货人"), example="李示例"),
    Column("tel_number", ("收件人手机", "收件人电话"), example="13800000000"),
    Column("province_name", ("省", "省份"), example="浙江省"),
    Column("city_name", ("市", "城市"), example="杭州市"),
    Column("county_name", ("区", "区县"), example="余杭区"),
    Column("detail_info", ("详细地址", "收件人地址"), example="仓前街道示例路1号"),
    Column("product_infos.product_id", ("商品ID",), example="10000012345678"),
    Column("product_infos.sku_id", ("SKU ID", "规格ID")),
    Column(
        "product_infos.sku_code",
        ("商品编码", "SKU编码(自定义)", "商家编码"),
        required=True,
        example="TEE-BLK-S",
    ),
    Column("product_infos.title", ("商品名称",), example="纯棉T恤"),
    Column("product_infos.spec", ("商品规格", "规格"), example="黑 S"),
    Column("product_infos.sku_cnt", ("商品数量", "数量"), required=True, example="1"),
    Column("product_infos.sale_yuan", ("商品单价", "单价"), example="69.00"),
    Column("product_infos.real_yuan", ("商品实付", "商品实付金额")),
)


def number_of(order: Mapping[str, Any]) -> str | None:
    """The order's number; recorders write it as a number or as text."""
    number = order.get("order_id")
    text = str(number).strip() if isinstance(number, int | str) else ""
    return text if text.isascii() and text.isdecimal() else None


def moment(value: Any) -> int | None:
    """Unix seconds, or a table's Beijing time -> epoch milliseconds; None for unset."""
    seconds = whole_number(value)
    return seconds * 1000 if seconds else instant(value)


def changed_at(order: Mapping[str, Any]) -> int | None:
    """The time of change; without one, the latest event told of: it is at least as new."""
    detail = _part(order, _DETAIL)
    paid = _part(detail, "pay_info").get("pay_time")
    shipped = _part(detail, "delivery_info").get("ship_done_time")
    told = filter(None, map(moment, (order.get("create_time"), paid, shipped)))
    return moment(order.get("update_time")) or max(told, default=None)


def item_of(order: Any, text: str) -> RawItem:
    """The order as it is landed."""
    if not isinstance(order, dict):
        return raw_order(None, None, order, text)
    return raw_order(number_of(order), changed_at(order), order, text)


def body_of(order: Mapping[str, Any]) -> dict[str, Any]:
    """The order with ids as text and lists as lists.

    Added are `payment` (its status, "250-paid" for one that was cancelled after payment), `hold`
    (why it must not be shipped yet), `ship_by`, and to each line what `_line` says.
    """
    body = dict(order)
    detail = body[_DETAIL] = _detail(body)
    body["order_id"] = str(number_of(order))
    body["status"] = status = whole_number(body.get("status"))
    paid = moment(_part(detail, "pay_info").get("pay_time"))
    body["payment"] = f"{status}-paid" if status == _CANCELLED and paid else str(status)
    review = _part(detail, "delivery_info").get("address_under_review")
    body["hold"] = _HOLDS.get(status or 0) or (_ADDRESS_CHANGE if review else None)
    deadlines = [whole_number(line.get("delivery_deadline")) for line in lines_of(body)]
    body["ship_by"] = min(filter(None, deadlines), default=None)
    return body


def lines_of(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of an order as `body_of` leaves it."""
    return _records(_part(order, _DETAIL).get(_PRODUCTS))


def address_of(order: Mapping[str, Any]) -> dict[str, Any]:
    """The receiver's address, empty where there is none."""
    return _part(_part(_part(order, _DETAIL), "delivery_info"), "address_info")


def parcels_of(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parcels in which the order has left so far."""
    return _records(_part(_part(order, _DETAIL), "delivery_info").get("delivery_product_info"))


def left_to_ship(order: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(line number, {product_id, sku_id, product_cnt}) of all that is still to leave.

    Pieces in after-sale and pieces in an earlier parcel do not count.
    """
    gone = _gone(order)
    for line in lines_of(order):
        key = (str(line.get("product_id")), str(line.get("sku_id")))
        pieces = _count(line, "sku_cnt") - (line.get("aftersale_cnt") or 0)
        taken = min(gone.get(key, 0), pieces)
        gone[key] = gone.get(key, 0) - taken
        if pieces > taken:
            content = {"product_id": key[0], "sku_id": key[1], "product_cnt": pieces - taken}
            yield line["line_no"], content


def _gone(order: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    gone: dict[tuple[str, str], int] = {}
    for parcel in parcels_of(order):
        for one in _records(parcel.get(_PRODUCTS)):
            key = (str(one.get("product_id")), str(one.get("sku_id")))
            gone[key] = gone.get(key, 0) + _count(one, "product_cnt")
    return gone


def _part(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _records(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _yuan(value: Any) -> Any:
    """In fen; what is no amount stays, so that people are told what it was."""
    amount = fen(value)
    return value if amount is None else amount


def _count(record: Mapping[str, Any], name: str) -> int:
    return whole_number(record.get(name)) or 0


def _detail(body: dict[str, Any]) -> dict[str, Any]:
    """`order_detail`; what a table has instead beside the order is moved into it."""
    detail = {**_part(body, _DETAIL)}
    for name, (part, field) in _TABLE.items():
        if name in body:
            value = body.pop(name)
            value = _yuan(value) if name.endswith("_yuan") else value
            detail[part] = {**_part(detail, part), field: value}
    flat = {name: body.pop(name) for name in RECEIVER if name in body}
    if flat:
        delivery = _part(detail, "delivery_info")
        detail["delivery_info"] = {**delivery, "address_info": flat}
    lines = body.pop(_PRODUCTS, detail.get(_PRODUCTS))
    detail[_PRODUCTS] = _lines(lines, _part(body, "aftersale_detail"))
    return detail


def _lines(lines: Any, aftersale: Mapping[str, Any]) -> list[Any]:
    found = [lines] if isinstance(lines, dict) else lines if isinstance(lines, list) else []
    read = [_line(line) if isinstance(line, dict) else line for line in found]
    own = [line for line in read if isinstance(line, dict)]
    for line, number in zip(own, numbered(_name(line) for line in own), strict=True):
        line["line_no"] = number
    asked = [line for line in own if line["aftersale_cnt"]]
    if len(asked) == 1:  # otherwise the order does not tell which number is whose
        numbers = _records(aftersale.get("aftersale_order_list"))
        ids = [one["aftersale_order_id"] for one in numbers if one.get("aftersale_order_id")]
        asked[0]["aftersale_no"] = ",".join(map(str, ids)) or None
    return read


def _name(line: Mapping[str, Any]) -> str:
    return str(line.get("sku_id") or line.get("product_id") or line.get("sku_code") or "1")


def _line(record: Mapping[str, Any]) -> dict[str, Any]:
    """A line with `spec` in words and what after-sales have taken of it.

    `aftersale`: none, on, finished; `aftersale_cnt`: pieces, None for none; `aftersale_fen`: their
    share of what was paid.
    """
    line = {**record}
    for name in _IDS:
        if line.get(name) is not None:
            line[name] = str(line[name])
    for name, field in (("sale_yuan", "sale_price"), ("real_yuan", "real_price")):
        if name in line:
            line[field] = _yuan(line.pop(name))
    attributes = _records(line.get("sku_attrs"))
    if attributes:
        line["spec"] = ";".join(f"{a.get('attr_key')}:{a.get('attr_value')}" for a in attributes)
    on, over = _count(line, "on_aftersale_sku_cnt"), _count(line, "finish_aftersale_sku_cnt")
    bought, paid = _count(line, "sku_cnt"), whole_number(line.get("real_price"))
    line["aftersale"] = "on" if on else "finished" if over else "none"
    line["aftersale_cnt"] = on + over or None
    share = paid * (on + over) // bought if paid is not None and bought else None
    line["aftersale_fen"] = share if on + over else None
    return line
