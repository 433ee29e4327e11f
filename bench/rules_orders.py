"""Made-up orders for the benchmark of rules: 40 fields, one to six lines, some of it missing."""

from __future__ import annotations

from random import Random
from typing import Any

SEED = 20261122
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川",
    "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
)  # fmt: skip
CITIES = ("杭州", "宁波", "南京", "苏州", "武汉", "长沙", "广州", "成都", "西安", "沈阳")
PLATFORMS = ("taobao", "jd", "pdd", "douyin", "wechat")
PAYMENTS = ("card", "credit", "wallet", "cod")
CATEGORIES = ("cold", "fragile", "liquid", *["plain"] * 20)
NOTES = (None, None, None, "", "请尽快", "发顺丰", "加急 谢谢", "周末送货", "放门口")


def make(count: int) -> list[dict[str, Any]]:
    """The same orders every time."""
    random = Random(SEED)
    return [_order(random, number) for number in range(count)]


def _order(random: Random, number: int) -> dict[str, Any]:
    pick = random.choice
    lines = [_line(random, n) for n in range(random.randint(1, 6))]
    order = {
        "order_no": f"{2_000_000_000_000_000_000 + number}",
        "province": pick(PROVINCES),
        "city": pick(CITIES),
        "platform": pick(PLATFORMS),
        "payment": pick(PAYMENTS),
        "total": random.randint(1_000, 120_000),
        "weight": None if random.random() < 0.3 else random.randint(100, 9_000),
        "item_count": sum(line["quantity"] for line in lines),
        "vip": random.random() < 0.1,
        "level": None if random.random() < 0.4 else random.randint(0, 5),
        "note": pick(NOTES),
        "presale": random.random() < 0.12,
        "hour": random.randint(0, 23),
        "lines": lines,
    }
    # What no rule reads is there all the same, as in real orders.
    return order | {f"field_{n}": pick((None, n, f"text {n}")) for n in range(40 - len(order))}


def _line(random: Random, number: int) -> dict[str, Any]:
    return {
        "no": number,
        "sku": f"SKU-{random.randint(1, 5_000)}",
        "category": random.choice(CATEGORIES),
        "quantity": random.randint(1, 4),
        "price": random.randint(500, 50_000),
        "gift": random.random() < 0.1,
    }
