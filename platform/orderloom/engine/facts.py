"""What rules may know beyond the order itself: names, arguments and meaning.

Values are fetched beforehand (services/deciding/facts.py). What cannot be judged, because the
channel hides what it would have to be judged by, is None.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTES = ("分钟", "minutes")
DAYS = ("天", "days")


@dataclass(frozen=True)
class Fact:
    """A whole number about an order. `argument`: what the one number given with it means."""

    zh: str
    en: str
    argument: tuple[str, str] | None
    default: int = 0
    most: int = 0


FACTS = {
    "orders_of_customer": Fact(
        "同一客户在此时间内的订单数(含本单)",
        "Orders of the same customer within that time, this one included",
        MINUTES,
        1440,
        525_600,
    ),
    "repeats_of_receiver": Fact(
        "同一收货人在此时间内买同样商品的订单数(含本单)",
        "Orders of the same goods to the same receiver within that time, this one included",
        MINUTES,
        60,
        44_640,
    ),
    "lookalikes": Fact(
        "本店在此时间内地区、商品和金额都相同的订单数(含本单)",
        "Orders of this shop with the same district, goods and amount within that time, "
        "this one included",
        MINUTES,
        10,
        1440,
    ),
    "vague_in_a_row": Fact(
        "该客户连续几单地址不清(含本单;被平台隐藏的不算)",
        "Orders in a row of this customer with a vague address, this one included; "
        "hidden addresses do not count",
        None,
    ),
    "percent_of_usual_amount": Fact(
        "订单金额是本店此期间常见金额(中位数)的百分之几",
        "The order's total in per cent of what is usual in this shop (the median of that time)",
        DAYS,
        30,
        366,
    ),
}
