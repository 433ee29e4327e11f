"""The demo shop's catalogue, and orders made up from a number: the same number, the same order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from orderloom.connect import beijing_text

from .places import CITIES, DISTRICTS, PROVINCES, STREETS, TOWNS, WEIGHTS

SHOP = "演示旗舰店"
FIRST_TID = 2034455667780000000
_TID_STEP = 16  # room for the numbers of an order's lines


@dataclass(frozen=True)
class Good:
    """One thing on sale; `price` in fen."""

    sku: str
    title: str
    spec: str
    price: int
    item_id: int


def _family(item_id: int, spu: str, title: str, colour: str, sizes: str, price: int) -> list[Good]:
    return [
        Good(f"{spu}-{size}", title, f"颜色:{colour};尺码:{size}", price, item_id)
        for size in sizes.split()
    ]


GOODS: tuple[Good, ...] = (
    *_family(610000000001, "TEE-BLK", "纯棉T恤", "黑色", "S M L", 6900),
    *_family(610000000001, "TEE-WHT", "纯棉T恤", "白色", "S M L", 6900),
    *_family(610000000002, "SHIRT-BLU", "牛津纺衬衫", "蓝色", "M L", 15900),
    *_family(610000000003, "SKIRT-RED", "百褶半身裙", "红色", "S M", 18900),
    *_family(610000000004, "COAT-CML", "羊毛大衣", "驼色", "M L", 89900),
    *_family(610000000005, "DRESS-GRN", "法式连衣裙", "绿色", "S M L", 26900),
    Good("SCARF-GRY", "羊绒围巾", "颜色:灰色", 12900, 610000000006),
    Good("BAG-CAN", "帆布包", "颜色:本白", 4900, 610000000007),
)
UNKNOWN = Good("NEW-2026-X", "新品样衣", "颜色:米色;尺码:M", 19900, 610000000099)
_SKU_IDS = {good.sku: str(4600000000001 + n) for n, good in enumerate((*GOODS, UNKNOWN))}
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("安", "小禾", "一帆", "知夏", "子墨", "若溪", "明远", "书言", "南星", "云起")
_MESSAGES = ("", "", "", "", "请发顺丰", "尽快发货", "包装好一点,送人的", "工作日送货")
_FREIGHT = (0, 0, 0, 0, 800, 1200)
_UNKNOWN_SHARE = 0.01


def yuan(fen: int) -> str:
    """Fen as the platforms write money: `118.00`."""
    return f"{fen // 100}.{fen % 100:02d}"


def tid_of(number: int) -> int:
    """The 19-digit order number of the `number`-th order."""
    return FIRST_TID + number * _TID_STEP


def make_trade(
    number: int, now_ms: int, seed: str = "demo", status: str = "WAIT_SELLER_SEND_GOODS"
) -> dict[str, Any]:
    """A whole TOP trade in clear, invented from `seed` and `number`."""
    luck = random.Random(f"{seed}/order/{number}")  # noqa: S311 - play data
    lines, goods_fen = _lines(luck, number, status)
    discount = _shop_discount(luck, lines, goods_fen)
    post = luck.choice(_FREIGHT)
    trade = {
        "tid": str(tid_of(number)),
        "type": "fixed",
        "status": status,
        "title": SHOP,
        "seller_nick": SHOP,
        "total_fee": yuan(goods_fen),
        "post_fee": yuan(post),
        "discount_fee": yuan(discount),
        "adjust_fee": "0.00",
        "payment": yuan(goods_fen - discount + post),
        "created": beijing_text(now_ms),
        "modified": beijing_text(now_ms),
        "buyer_message": luck.choice(_MESSAGES),
        "seller_memo": "",
        "seller_flag": 0,
        "orders": {"order": lines},
        **_buyer(luck),
    }
    if status != "WAIT_BUYER_PAY":
        trade["pay_time"] = beijing_text(now_ms)
    return trade


def _lines(luck: random.Random, number: int, status: str) -> tuple[list[dict[str, Any]], int]:
    total, lines = 0, []
    wanted = luck.sample(GOODS, luck.choice((1, 1, 1, 2, 2, 3)))
    if luck.random() < _UNKNOWN_SHARE:
        wanted[0] = UNKNOWN
    for place, good in enumerate(wanted, 1):
        quantity = luck.choice((1, 1, 1, 1, 2, 3))
        total += quantity * good.price
        lines.append(_line(tid_of(number) + place, good, quantity, status))
    return lines, total


def _line(oid: int, good: Good, quantity: int, status: str) -> dict[str, Any]:
    return {
        "oid": str(oid),
        "num_iid": good.item_id,
        "sku_id": _SKU_IDS[good.sku],
        "outer_iid": good.sku.rpartition("-")[0],
        "outer_sku_id": good.sku,
        "title": good.title,
        "sku_properties_name": good.spec,
        "price": yuan(good.price),
        "num": quantity,
        "total_fee": yuan(good.price * quantity),
        "payment": yuan(good.price * quantity),
        "discount_fee": "0.00",
        "adjust_fee": "0.00",
        "part_mjz_discount": "0.00",
        "divide_order_fee": yuan(good.price * quantity),
        "status": status,
        "refund_status": "NO_REFUND",
    }


def _shop_discount(luck: random.Random, lines: list[dict[str, Any]], goods_fen: int) -> int:
    """Spends a shop-level discount over the lines; the shares and the freight make the payment."""
    discount = luck.choice((0, 0, 0, 1000, 2000)) if goods_fen > 10000 else 0
    left = discount
    for line in lines:
        fee = _fen(line["total_fee"])
        share = left if line is lines[-1] else discount * fee // goods_fen
        left -= share
        line["part_mjz_discount"] = yuan(share)
        line["divide_order_fee"] = yuan(fee - share)
    return discount


def _fen(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part)


def _buyer(luck: random.Random) -> dict[str, Any]:
    who = luck.randrange(4000)
    province = luck.choices(PROVINCES, WEIGHTS)[0]
    street = f"{luck.choice(STREETS)}{luck.randrange(1, 400)}号{luck.randrange(1, 30)}栋"
    return {
        "buyer_nick": f"买家{who:04d}号",
        "buyer_open_uid": f"AAEdemo{who:018d}",
        "receiver_name": luck.choice(_SURNAMES) + luck.choice(_GIVEN),
        "receiver_state": province,
        "receiver_city": luck.choice(CITIES[province]),
        "receiver_district": luck.choice(DISTRICTS),
        "receiver_town": luck.choice(TOWNS),
        "receiver_address": f"{street}{luck.randrange(101, 2500)}室",
        "receiver_zip": "000000",
        "receiver_mobile": f"1380000{who:04d}",
        "receiver_phone": "",
        "oaid": f"1demo{luck.getrandbits(80):020x}==",
    }
