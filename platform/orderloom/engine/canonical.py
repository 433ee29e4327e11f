"""The canonical order: the one shape every channel's orders are mapped to.

A canonical order is a plain dict with exactly the keys of ORDER_FIELDS plus `lines`, a list of
dicts with exactly the keys of LINE_FIELDS. `docs/canonical-order.md` is generated from here.
Absent values are None. Money is integer fen, instants are epoch milliseconds (UTC).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "integer", "money", "instant", "yes_no", "choice", "texts"]
Order = dict[str, Any]
Line = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field: its key, kind, titles and whether an order may lack it."""

    name: str
    kind: Kind
    zh: str
    en: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    maskable: bool = False
    longest: int = 2000  # characters of a text; those of indexed columns are short
    lapses: bool = False  # a newer payload that is silent about it means it is over


SHORT = 200
PAYMENT_STATES = ("unpaid", "deposit_paid", "paid", "refunded", "closed")
DELIVERY_STATES = ("none", "partial", "shipped", "finished")
REFUND_STATES = ("none", "requested", "returning", "refunded", "rejected", "withdrawn")

ORDER_FIELDS: tuple[Field, ...] = (
    Field("external_no", "text", "订单号", "Order number", required=True, longest=SHORT),
    Field("parent_no", "text", "原订单号", "Parent order number", longest=SHORT),
    Field("placed_at", "instant", "下单时间", "Placed at", required=True, unit="ms UTC"),
    Field("paid_at", "instant", "付款时间", "Paid at", unit="ms UTC"),
    Field("modified_at", "instant", "修改时间", "Modified at", unit="ms UTC"),
    Field("ship_by", "instant", "最晚发货时间", "Ship by", unit="ms UTC"),
    Field("payment_state", "choice", "付款状态", "Payment state", True, choices=PAYMENT_STATES),
    Field(
        "delivery_state",
        "choice",
        "平台发货状态",
        "Delivery state on the channel",
        default="none",
        choices=DELIVERY_STATES,
    ),
    Field("do_not_ship", "text", "平台要求暂不发货", "Channel says do not ship", lapses=True),
    Field("currency", "text", "币种", "Currency", default="CNY", longest=SHORT),
    Field("total", "money", "订单金额", "Order total", required=True, unit="fen"),
    Field("paid", "money", "实付金额", "Amount paid", default=0, unit="fen"),
    Field("freight", "money", "运费", "Freight", default=0, unit="fen"),
    Field("discount", "money", "优惠金额", "Discount", default=0, unit="fen"),
    Field("promotion_tags", "texts", "促销活动", "Promotions", default=()),
    Field("customer_ref", "text", "客户", "Customer", maskable=True, longest=SHORT),
    Field("buyer_note", "text", "买家留言", "Buyer's note"),
    Field("seller_note", "text", "卖家备注", "Seller's note"),
    Field("receiver_name", "text", "收货人", "Receiver", maskable=True, longest=SHORT),
    Field("phone", "text", "电话", "Phone", maskable=True),
    Field("province", "text", "省份", "Province", maskable=True, longest=SHORT),
    Field("city", "text", "城市", "City", maskable=True, longest=SHORT),
    Field("district", "text", "区县", "District", maskable=True),
    Field("town", "text", "街道", "Town", maskable=True),
    Field("address", "text", "详细地址", "Street address", maskable=True),
    Field("receiver_token", "text", "平台收货人标识", "Channel's receiver token"),
    # The token goes back to the platform and may change weekly; this key stays with the receiver.
    Field("receiver_ref", "text", "平台收货人编号", "Channel's lasting receiver key"),
)

LINE_FIELDS: tuple[Field, ...] = (
    Field("external_line_no", "text", "明细号", "Line number", required=True, longest=SHORT),
    Field("channel_item_id", "text", "平台商品", "Channel item", longest=SHORT),
    Field("channel_sku_id", "text", "平台规格", "Channel SKU", longest=SHORT),
    Field("sku_code", "text", "商家编码", "Seller's code", longest=SHORT),
    Field("title", "text", "商品名称", "Title", default=""),
    Field("spec", "text", "规格", "Specification"),
    Field("quantity", "integer", "数量", "Quantity", required=True),
    Field("price", "money", "单价", "Unit price", default=0, unit="fen"),
    Field("paid_share", "money", "分摊实付", "Share of amount paid", default=0, unit="fen"),
    Field(
        "refund_state", "choice", "退款状态", "Refund state", default="none", choices=REFUND_STATES
    ),
    Field("refund_no", "text", "退款单号", "Refund number", longest=SHORT),
    Field("refund_quantity", "integer", "退款件数", "Pieces refunded"),
    Field("refund_amount", "money", "退款金额", "Amount refunded", unit="fen"),
    Field("gift", "yes_no", "赠品", "Gift", default=False),
)

ORDER_BY_NAME = {field.name: field for field in ORDER_FIELDS}
LINE_BY_NAME = {field.name: field for field in LINE_FIELDS}
MASKABLE = frozenset(field.name for field in ORDER_FIELDS if field.maskable)


def titled(path: str) -> dict[str, str]:
    """A field as people know it; `lines/2/quantity` is that of the second line."""
    line = path.split("/")
    if line[0] != "lines" or len(line) == 1:
        return _title(ORDER_BY_NAME.get(path), path)
    if len(line) == 2:
        return {"zh": f"第 {line[1]} 行商品", "en": f"line {line[1]}"}
    found = _title(LINE_BY_NAME.get(line[2]), line[2])
    return {"zh": f"第 {line[1]} 行商品的{found['zh']}", "en": f"{found['en']} of line {line[1]}"}


def _title(field: Field | None, name: str) -> dict[str, str]:
    return {"zh": field.zh, "en": field.en} if field else {"zh": name, "en": name}


# What rules may read beyond the mapped fields; the engine adds these before judging.
DERIVED_FIELDS: tuple[Field, ...] = (
    Field("platform", "text", "平台", "Platform", required=True),
    Field("item_count", "integer", "件数", "Number of items", required=True),
    Field("tags", "texts", "标签", "Tags", default=()),
    Field("masked", "texts", "平台已脱敏字段", "Fields masked by the channel", default=()),
    Field("address_issues", "texts", "地址不清之处", "What is vague about the address"),
)


def to_ship(order: Order) -> list[Line]:
    """The lines that still want goods, each with the pieces no refund is running or done for."""
    wanted = ((line, line["quantity"] - in_refund(line)) for line in order["lines"])
    return [
        line if pieces == line["quantity"] else {**line, "quantity": pieces}
        for line, pieces in wanted
        if pieces > 0
    ]


_NOT_IN_REFUND = frozenset({"none", "rejected", "withdrawn"})


def in_refund(line: Line) -> int:
    """Pieces a refund is running or done for: all of the line, where the channel says no more."""
    if line["refund_state"] in _NOT_IN_REFUND:
        return 0
    pieces: int | None = line.get("refund_quantity")
    quantity: int = line["quantity"]
    return quantity if pieces is None else min(pieces, quantity)


def after_sale_of(line: Line) -> str:
    """The line's part in the order's after-sale state: a refund of a few pieces is none of all."""
    state: str = line["refund_state"]
    partly = state == "refunded" and in_refund(line) < line["quantity"]
    return "none" if partly or state == "withdrawn" else state


def item_count(order: Order) -> int:
    """Pieces over all lines."""
    return sum(line["quantity"] for line in order["lines"])


def for_rules(order: Order, platform: str, facts: dict[str, Any], now: int) -> dict[str, Any]:
    """What a rule sees: the order with masked values taken out (they must not be judged)."""
    seen = {**order, "platform": platform, "$facts": facts, "now": now}
    for name in order["masked"]:
        seen[name] = None
    return seen
