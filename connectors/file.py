"""Orders of a shop without a platform: from spreadsheets, by form, as JSON of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from orderloom.connect import (
    Column,
    Connector,
    Normal,
    Permanent,
    RawItem,
    Seller,
    Setting,
    Text,
    beijing_ms,
    cover,
    digest,
    dump_json,
)

_EVENTS = ("placed_at", "paid_at")
_PAYMENT = {
    "paid": ("已付款", "已付", "已支付", "Paid", "Yes", "是"),
    "unpaid": ("未付款", "未付", "待付款", "Unpaid", "No", "否"),
    "refunded": ("已退款", "Refunded"),
    "closed": ("已关闭", "已取消", "Closed", "Cancelled"),
}
_WORDS = {
    "payment": {word: state for state, words in _PAYMENT.items() for word in words},
    "lines.gift": {"是": "yes", "否": "no", "Yes": "yes", "No": "no"},
}
_EXAMPLES = {
    "number": "20261009-001",
    "placed_at": "2026-10-09 08:57:00",
    "payment": "已付款",
    "total": "148.00",
    "freight": "10.00",
    "buyer": "示例买家",
    "receiver": "李示例",
    "phone": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "仓前街道示例路1号",
    "note": "请尽快发货",
    "lines.code": "TEE-BLK-S",
    "lines.title": "纯棉T恤",
    "lines.spec": "黑 S",
    "lines.quantity": "2",
    "lines.price": "69.00",
}


def _column(path: str, *titles: str, kind: Any = "text", required: bool = False) -> Column:
    values = _WORDS.get(path, {})
    return Column(path, titles, kind, values, required, _EXAMPLES.get(path, ""))


class OwnOrders(Connector):
    """A shop whose orders nobody else keeps: its number, once given, is the order's for ever."""

    key = "file"
    title = Text("表格与手工订单", "Spreadsheets and forms")
    api_version = "1"
    verified = Text(
        "没有对应的平台",
        "no vendor",
    )
    kind = "channel"
    settings = (
        Setting(
            "shop",
            Text("店铺名称", "Shop's name"),
            help=Text("以后不要改:订单以它归属。", "Do not change it later: orders belong to it."),
        ),
    )
    volatile = ("entered_by",)
    coverage = cover(
        filled="external_no placed_at paid_at modified_at ship_by payment_state total paid freight"
        " discount customer_ref buyer_note seller_note receiver_name phone province city district"
        " town address"
    )
    columns = (
        _column("number", "订单号", "订单编号", "单号", "Order number", kind="key", required=True),
        _column("placed_at", "下单时间", "订单时间", "Placed at", kind="time", required=True),
        _column("payment", "付款状态", "Payment", required=True),
        _column("paid_at", "付款时间", "Paid at", kind="time"),
        _column("modified_at", "修改时间", "Changed at", kind="time"),
        _column("ship_by", "最晚发货时间", "Ship by", kind="time"),
        _column("total", "订单金额", "总金额", "应付金额", "Total", required=True),
        _column("paid", "实付金额", "Amount paid"),
        _column("freight", "运费", "Freight"),
        _column("discount", "优惠金额", "优惠", "Discount"),
        _column("buyer", "买家", "客户", "Buyer"),
        _column("receiver", "收货人", "收件人", "Receiver"),
        _column("phone", "电话", "手机", "联系电话", "Phone"),
        _column("province", "省份", "省", "Province"),
        _column("city", "城市", "市", "City"),
        _column("district", "区县", "区", "District"),
        _column("town", "街道", "镇", "Town"),
        _column("address", "详细地址", "Address"),
        _column(
            "province city district address", "收货地址", "地址", "Whole address", kind="place"
        ),
        _column("note", "买家留言", "留言", "Buyer's note"),
        _column("seller_note", "备注", "卖家备注", "Seller's note"),
        _column("lines.line_no", "明细号", "Line number", kind="line_key"),
        _column("lines.code", "商家编码", "商品编码", "货号", "Product code"),
        _column("lines.title", "商品名称", "商品", "Product"),
        _column("lines.spec", "规格", "Specification"),
        _column("lines.quantity", "数量", "Quantity", required=True),
        _column("lines.price", "单价", "Unit price"),
        _column("lines.share", "分摊实付", "Share paid"),
        _column("lines.gift", "赠品", "Gift"),
    )

    def check(self) -> Seller:
        """There is nobody to ask: the shop is who its settings say."""
        return Seller(self.values["shop"], self.values["shop"])

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """An order of one's own; what is paid counts as paid in full where nothing else is said."""
        if not isinstance(raw, dict):
            raise Permanent("connect.no_records", item=True)
        body = {name: _plain(value) for name, value in raw.items()}
        number = body.get("number")
        if not isinstance(number, str) or not number:
            raise Permanent("connect.no_number", "number", item=True)
        body["lines"] = _lines(number, body.get("lines"))
        if body.get("payment") == "paid" and not body.get("paid"):
            body["paid"] = body.get("total")
        return Normal(number, None, _version(body), body, frozenset(), digest(body, cls.volatile))

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """One order, or a list of them."""
        for order in data if isinstance(data, list) else [data]:
            number = order.get("number") if isinstance(order, dict) else None
            yield RawItem("order", str(number or ""), None, dump_json(order))


def _plain(value: Any) -> Any:
    """Numbers as the text they were written as: no number of an order may be rounded."""
    if isinstance(value, str):
        return value.strip()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return str(value) if is_number else value


def _lines(number: str, lines: Any) -> list[Any]:
    """The only line of an order has its number, others count."""
    found = lines if isinstance(lines, list) else []
    return [_line(line, number, place, len(found)) for place, line in enumerate(found, 1)]


def _line(line: Any, number: str, place: int, count: int) -> Any:
    if not isinstance(line, dict):
        return line
    body = {name: _plain(value) for name, value in line.items()}
    body["line_no"] = body.get("line_no") or (number if count == 1 else f"{number}-{place}")
    return body


def _version(body: Mapping[str, Any]) -> int | None:
    """The time of change; without one, the latest event told of: it is at least as new."""
    changed = _instant(body.get("modified_at"))
    return changed or max(filter(None, (_instant(body.get(n)) for n in _EVENTS)), default=None)


def _instant(value: Any) -> int | None:
    try:
        return beijing_ms(value)
    except (ValueError, OverflowError):
        return None
