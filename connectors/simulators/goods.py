"""The demo's catalogue, and orders made up from a number: the same number, the same order."""

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
SKU_IDS = {good.sku: str(4600000000001 + n) for n, good in enumerate((*GOODS, UNKNOWN))}
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("安", "小禾", "一帆", "知夏", "子墨", "若溪", "明远", "书言", "南星", "云起")
_MESSAGES = ("", "", "", "", "请发顺丰", "尽快发货", "包装好一点,送人的", "工作日送货")
_FREIGHT = (0, 0, 0, 0, 800, 1200)
_UNKNOWN_SHARE = 0.01
TOP_STATUS = {
    "to_pay": "WAIT_BUYER_PAY",
    "forbidden": "PAID_FORBID_CONSIGN",
    "to_ship": "WAIT_SELLER_SEND_GOODS",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "finished": "TRADE_FINISHED",
    "closed": "TRADE_CLOSED",
}


def yuan(fen: int) -> str:
    """Fen as the platforms write money: `118.00`."""
    return f"{fen // 100}.{fen % 100:02d}"


def tid_of(number: int) -> int:
    """The 19-digit order number of the `number`-th order."""
    return FIRST_TID + number * _TID_STEP


@dataclass(frozen=True)
class Piece:
    """One line of an invented order; `discount`: its share of the shop's discount, in fen."""

    good: Good
    quantity: int
    discount: int

    @property
    def amount(self) -> int:
        """Before the discount, in fen."""
        return self.good.price * self.quantity


@dataclass(frozen=True)
class Buyer:
    """An invented person; the same `who`, the same customer."""

    who: int
    name: str
    mobile: str
    province: str
    city: str
    district: str
    town: str
    street: str
    token: str


@dataclass(frozen=True)
class Invented:
    """An order before a platform writes it down; money in fen."""

    pieces: tuple[Piece, ...]
    freight: int
    message: str
    buyer: Buyer

    @property
    def goods(self) -> int:
        """What the goods cost without any discount."""
        return sum(piece.amount for piece in self.pieces)

    @property
    def discount(self) -> int:
        return sum(piece.discount for piece in self.pieces)

    @property
    def payment(self) -> int:
        """What the buyer pays, freight included."""
        return self.goods - self.discount + self.freight


def invent(number: int, seed: str = "demo") -> Invented:
    """The `number`-th order of `seed`: always the same."""
    luck = random.Random(f"{seed}/order/{number}")  # noqa: S311 - play data
    wanted = _wanted(luck)
    discounts = _discounts(luck, [good.price * quantity for good, quantity in wanted])
    freight = luck.choice(_FREIGHT)
    message = luck.choice(_MESSAGES)
    pieces = tuple(Piece(*line, share) for line, share in zip(wanted, discounts, strict=True))
    return Invented(pieces, freight, message, _buyer(luck))


def _wanted(luck: random.Random) -> list[tuple[Good, int]]:
    goods = luck.sample(GOODS, luck.choice((1, 1, 1, 2, 2, 3)))
    if luck.random() < _UNKNOWN_SHARE:
        goods[0] = UNKNOWN
    return [(good, luck.choice((1, 1, 1, 1, 2, 3))) for good in goods]


def _discounts(luck: random.Random, amounts: list[int]) -> list[int]:
    """A discount of the shop, spent over the lines."""
    goods = sum(amounts)
    left = discount = luck.choice((0, 0, 0, 1000, 2000)) if goods > 10000 else 0
    shares = [discount * amount // goods for amount in amounts[:-1]]
    return [*shares, left - sum(shares)]


def _buyer(luck: random.Random) -> Buyer:
    who = luck.randrange(4000)
    province = luck.choices(PROVINCES, WEIGHTS)[0]
    street = f"{luck.choice(STREETS)}{luck.randrange(1, 400)}号{luck.randrange(1, 30)}栋"
    return Buyer(
        who=who,
        name=luck.choice(_SURNAMES) + luck.choice(_GIVEN),
        mobile=f"1380000{who:04d}",
        province=province,
        city=luck.choice(CITIES[province]),
        district=luck.choice(DISTRICTS),
        town=luck.choice(TOWNS),
        street=f"{street}{luck.randrange(101, 2500)}室",
        token=f"{luck.getrandbits(80):020x}",
    )


def make_trade(
    number: int, now_ms: int, seed: str = "demo", status: str = "WAIT_SELLER_SEND_GOODS"
) -> dict[str, Any]:
    """A whole TOP trade in clear, invented from `seed` and `number`."""
    made = invent(number, seed)
    lines = [
        _line(tid_of(number) + place, piece, status) for place, piece in enumerate(made.pieces, 1)
    ]
    trade = {
        "tid": str(tid_of(number)),
        "type": "fixed",
        "status": status,
        "title": SHOP,
        "seller_nick": SHOP,
        "total_fee": yuan(made.goods),
        "post_fee": yuan(made.freight),
        "discount_fee": yuan(made.discount),
        "adjust_fee": "0.00",
        "payment": yuan(made.payment),
        "created": beijing_text(now_ms),
        "modified": beijing_text(now_ms),
        "buyer_message": made.message,
        "seller_memo": "",
        "seller_flag": 0,
        "orders": {"order": lines},
        **_top_buyer(made.buyer),
    }
    if status != "WAIT_BUYER_PAY":
        trade["pay_time"] = beijing_text(now_ms)
    return trade


def _line(oid: int, piece: Piece, status: str) -> dict[str, Any]:
    good = piece.good
    return {
        "oid": str(oid),
        "num_iid": good.item_id,
        "sku_id": SKU_IDS[good.sku],
        "outer_iid": good.sku.rpartition("-")[0],
        "outer_sku_id": good.sku,
        "title": good.title,
        "sku_properties_name": good.spec,
        "price": yuan(good.price),
        "num": piece.quantity,
        "total_fee": yuan(piece.amount),
        "payment": yuan(piece.amount),
        "discount_fee": "0.00",
        "adjust_fee": "0.00",
        "part_mjz_discount": yuan(piece.discount),
        "divide_order_fee": yuan(piece.amount - piece.discount),
        "status": status,
        "refund_status": "NO_REFUND",
    }


def _top_buyer(buyer: Buyer) -> dict[str, Any]:
    return {
        "buyer_nick": f"买家{buyer.who:04d}号",
        "buyer_open_uid": f"AAEdemo{buyer.who:018d}",
        "receiver_name": buyer.name,
        "receiver_state": buyer.province,
        "receiver_city": buyer.city,
        "receiver_district": buyer.district,
        "receiver_town": buyer.town,
        "receiver_address": buyer.street,
        "receiver_zip": "000000",
        "receiver_mobile": buyer.mobile,
        "receiver_phone": "",
        "oaid": f"1demo{buyer.token}==",
    }
