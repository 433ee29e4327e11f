"""The thirty rules of `rules.json` as a good engineer writes them by hand: the opponent."""

from __future__ import annotations

from typing import Any

Order = dict[str, Any]


def first_row(order: Order) -> int | None:
    """The number of the first row that matches, from 0."""
    found = _first_half(order)
    return _second_half(order) if found is None else found


def _first_half(order: Order) -> int | None:
    lines = order["lines"]
    total, item_count, hour = order["total"], order["item_count"], order["hour"]
    province, city, platform = order["province"], order["city"], order["platform"]
    weight, level, note = order["weight"], order["level"], order["note"]
    payment, presale, vip = order["payment"], order["presale"], order["vip"]
    if province in {"黑龙江", "吉林", "辽宁"} and total >= 40000 and platform == "taobao":
        return 0
    if province in {"新疆", "西藏", "青海"} and weight is not None and weight > 3000:
        return 1
    if hour >= 18 and total > 40000 and any(line["category"] == "cold" for line in lines):
        return 2
    if presale and payment != "cod" and item_count > 9:
        return 3
    if total < 3000 and (city in ("杭州", "宁波") or vip):
        return 4
    if level is not None and level >= 4 and province in {"江苏", "浙江", "上海"} and vip:
        return 5
    if note is not None and "顺丰" in note and total > 90000 and platform != "taobao":
        return 6
    if item_count >= 14 and all(line["quantity"] >= 2 for line in lines):
        return 7
    if (
        platform in {"jd", "pdd"}
        and total > 95000
        and item_count < 6
        and not any(line["gift"] for line in lines)
    ):
        return 8
    if weight is not None and 1000 <= weight <= 1400 and payment == "cod":
        return 9
    if province in {"广东", "广西", "海南"} and total >= 60000 and platform == "jd":
        return 10
    if province in {"内蒙古", "宁夏", "甘肃"} and weight is not None and weight > 5000:
        return 11
    if hour >= 20 and total > 55000 and any(line["category"] == "fragile" for line in lines):
        return 12
    if presale and payment != "credit" and item_count > 7:
        return 13
    if total < 2500 and (city in ("南京", "苏州") or vip):
        return 14
    return None


def _second_half(order: Order) -> int | None:
    lines = order["lines"]
    total, item_count, hour = order["total"], order["item_count"], order["hour"]
    province, city, platform = order["province"], order["city"], order["platform"]
    weight, level, note = order["weight"], order["level"], order["note"]
    payment, presale, vip = order["payment"], order["presale"], order["vip"]
    if level is not None and level >= 5 and province in {"山东", "河北", "天津"} and not vip:
        return 15
    if note is not None and "加急" in note and total > 70000 and platform != "jd":
        return 16
    if item_count >= 11 and all(line["quantity"] >= 3 for line in lines):
        return 17
    if (
        platform in {"taobao", "douyin"}
        and total > 90000
        and item_count < 5
        and not any(line["gift"] for line in lines)
    ):
        return 18
    if weight is not None and 2600 <= weight <= 3100 and payment == "card":
        return 19
    if province in {"四川", "重庆", "贵州"} and total >= 50000 and platform == "pdd":
        return 20
    if province in {"云南", "海南", "黑龙江"} and weight is not None and weight > 7000:
        return 21
    if hour >= 21 and total > 60000 and any(line["category"] == "liquid" for line in lines):
        return 22
    if presale and payment != "card" and item_count > 5:
        return 23
    if total < 4000 and (city in ("武汉", "长沙") or vip):
        return 24
    if level is not None and level >= 3 and province in {"福建", "江西", "安徽"} and not vip:
        return 25
    if note is not None and "周末" in note and total > 50000 and platform != "pdd":
        return 26
    if item_count >= 9 and all(line["quantity"] >= 2 for line in lines):
        return 27
    if (
        platform in {"wechat", "jd"}
        and total > 80000
        and item_count < 4
        and not any(line["gift"] for line in lines)
    ):
        return 28
    if weight is not None and 4100 <= weight <= 4600 and payment == "wallet":
        return 29
    return None
