"""W1's input, the same bytes on every machine: orders shaped like Taobao trades, and stock.

10,000 orders come in pages of 100, oldest first; 15 warehouses carry 500 products. Everything is
drawn from one seeded generator, so the order of the draws must not change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

SEED = 20261122
ORDERS = 10_000
PAGE = 100

# Province as the platform writes it -> how often it is drawn.
PROVINCES = {
    "上海市": 8,
    "江苏省": 10,
    "浙江省": 11,
    "安徽省": 4,
    "广东省": 14,
    "广西壮族自治区": 3,
    "海南省": 1,
    "福建省": 4,
    "北京市": 6,
    "天津市": 2,
    "河北省": 4,
    "山西省": 2,
    "内蒙古自治区": 1,
    "四川省": 5,
    "重庆市": 3,
    "云南省": 2,
    "贵州省": 2,
    "陕西省": 3,
    "甘肃省": 1,
    "宁夏回族自治区": 1,
    "辽宁省": 3,
    "吉林省": 1,
    "黑龙江省": 2,
    "湖北省": 4,
    "湖南省": 4,
    "河南省": 5,
    "江西省": 3,
    "山东省": 7,
    "新疆维吾尔自治区": 1,
    "西藏自治区": 1,
    "青海省": 1,
}
CITIES = ("第一市", "中心市", "临江市", "新河市", "高新市")
DISTRICTS = ("城东区", "城西区", "开发区", "滨江区", "老城区")
WAREHOUSES = (
    *("SH", "HZ", "GZ", "SZ", "BJ", "TJ", "CD", "CQ", "XA", "SY", "WH", "ZZ"),
    *("VIP", "COLD", "BULK"),
)

_PLAIN = [f"{kind}-{i:03d}" for kind in ("TEE", "SHOE", "BAG", "HOME") for i in range(115)]
SPECIAL = [f"{kind}-{i:03d}" for kind in ("COLD", "BULK") for i in range(20)]
SKUS = SPECIAL + _PLAIN
_POSITION = {sku: i for i, sku in enumerate(SKUS)}
_SKU_WEIGHTS = [1.2] * len(SPECIAL) + [1.0 + (i % 17) / 4 for i in range(len(_PLAIN))]
_PRICES = {sku: 900 + 137 * i % 45000 for i, sku in enumerate(SKUS)}  # fen

_STATUSES = (
    *("WAIT_SELLER_SEND_GOODS",) * 8,
    "SELLER_CONSIGNED_PART",
    "WAIT_BUYER_CONFIRM_GOODS",
)
_SECONDS_APART = 7


@dataclass(frozen=True)
class Workload:
    """`pages`: the feed's answers as bytes; `stock`: (warehouse, product, pieces)."""

    pages: list[bytes]
    stock: list[tuple[str, str, int]]


def make(orders: int = ORDERS) -> Workload:
    """Draw the orders, then the stock: the same for the same number of orders."""
    draw = Random(SEED)
    trades = [_trade(draw, number) for number in range(orders)]
    return Workload(list(_pages(trades)), list(_stock(draw)))


def _trade(draw: Random, number: int) -> dict[str, Any]:
    province = draw.choices(list(PROVINCES), list(PROVINCES.values()))[0]
    count = draw.choice((1, 1, 1, 2, 2, 3))
    lines = [_line(draw, number, place) for place in range(count)]
    goods = sum(line["num"] * _PRICES[line["outer_sku_id"]] for line in lines)
    freight = draw.choice((0, 0, 0, 800, 1200))
    placed = number * _SECONDS_APART
    return {
        "tid": str(3_100_000_000_000_000 + number),
        "buyer_nick": f"买家{draw.randrange(99_999):05d}",
        "receiver_name": f"张{draw.randrange(999):03d}",
        "receiver_state": province,
        "receiver_city": draw.choice(CITIES),
        "receiver_district": draw.choice(DISTRICTS),
        "receiver_address": _address(draw),
        "receiver_mobile": f"138{draw.randrange(10**8):08d}",
        "receiver_phone": "",
        "receiver_zip": "310000",
        "payment": _yuan(goods + freight),
        "post_fee": _yuan(freight),
        "total_fee": _yuan(goods),
        "discount_fee": "0.00",
        "status": draw.choice(_STATUSES),
        "type": "fixed",
        "created": _moment(placed),
        "pay_time": _moment(placed + 30),
        "modified": _moment(placed + 30),
        "buyer_message": draw.choice(("", "", "", "请尽快发货")),
        "seller_memo": "",
        "shipping_type": "express",
        "num": sum(line["num"] for line in lines),
        "orders": {"order": lines},
    }


def _line(draw: Random, number: int, place: int) -> dict[str, Any]:
    sku = draw.choices(SKUS, _SKU_WEIGHTS)[0]
    pieces = draw.choice((1, 1, 1, 1, 2, 3))
    return {
        "oid": str(91_000_000_000_000 + number * 10 + place),
        "num_iid": 520_000_000 + _POSITION[sku],
        "sku_id": str(3_900_000 + _POSITION[sku]),
        "outer_sku_id": sku,
        "title": f"2026秋冬新款 测试商品 {sku}",
        "sku_properties_name": "颜色:黑色;尺码:L",
        "num": pieces,
        "price": _yuan(_PRICES[sku]),
        "payment": _yuan(pieces * _PRICES[sku]),
        "refund_status": "NO_REFUND",
        "status": "WAIT_SELLER_SEND_GOODS",
    }


def _address(draw: Random) -> str:
    street, house, room = draw.randrange(999), draw.randrange(40), draw.randrange(2000)
    return f"幸福路{street}号{house}幢{room}室"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _moment(seconds: int) -> str:
    day, hour = 1 + seconds // 86400 % 28, seconds // 3600 % 24
    return f"2026-11-{day:02d} {hour:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _pages(trades: list[dict[str, Any]]) -> Iterator[bytes]:
    starts = range(0, len(trades), PAGE)
    for number, start in enumerate(starts):
        answer = {
            "trades": {"trade": trades[start : start + PAGE]},
            "has_next": number + 1 < len(starts),
            "total_results": len(trades),
            "request_id": f"r{number:06d}",
        }
        document = {"trades_sold_get_response": answer}
        yield json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


_USUAL, _USUAL_SPECIAL = 4, 6
_LEVELS = {"SH": 9, "GZ": 6, "BJ": 4, "WH": 6, "CD": 3, "COLD": 12, "BULK": 12}
_SPECIAL_LEVELS = {"COLD": 18, "BULK": 18}


def _stock(draw: Random) -> Iterator[tuple[str, str, int]]:
    for warehouse in WAREHOUSES:
        for sku in SKUS:
            base = _LEVELS.get(warehouse, _USUAL)
            if sku in SPECIAL:
                base = _SPECIAL_LEVELS.get(warehouse, _USUAL_SPECIAL)
            yield f"WH-{warehouse}", sku, draw.randrange(base * 2 + 1) + base // 2
