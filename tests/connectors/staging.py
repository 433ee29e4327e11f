"""What the stages of shops have in common, whatever their platform."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from connectors.simulators.shop import Dialect, Record, ShopSimulator
from connectors.simulators.wire import Fault
from orderloom.clock import Clock
from orderloom.connect import Message, Transport, WsgiTransport
from orderloom.connect.conformance import ALL_CHECKS, Broken, Stage

NETWORK = {"server_error", "garbage", "cut", "truncated", "dropped", "timeout"}
SHOP_FAULTS = frozenset({*NETWORK, "throttled", "busy", "duplicates", "expire", "skew"})
_LATE = 900_000  # numbers of orders that appear late
_SHIPPING = 800_000  # numbers of orders that are reported as shipped
ORDER, OAID = "2034455667788990011", "1demoOaid000AbCdEf=="


class OffsetClock:
    """Another clock, `offset` milliseconds off."""

    def __init__(self, base: Clock) -> None:
        self.base = base
        self.offset = 0

    def now(self) -> int:
        return self.base.now() + self.offset


class ShopStage(Stage):
    """A shop on a simulator with a clock of its own."""

    faults = SHOP_FAULTS
    masks = frozenset({"receiver_name", "phone", "address"})
    dialect: ClassVar[Dialect]
    shipping_call: ClassVar[str] = ""
    """What the call that ships is named by, where reporting takes more than one."""

    def __init__(self) -> None:
        super().__init__()
        self.platform_clock = OffsetClock(self.clock)
        self.simulator = self.simulate(self.platform_clock)
        self._backdated = 0

    def simulate(self, clock: Clock) -> ShopSimulator:
        """The platform with the shop on it."""
        raise NotImplementedError

    def tracking_numbers(self, record: Record) -> list[str]:
        """The numbers under which an order has left, as the platform keeps them."""
        raise NotImplementedError

    def transport(self) -> Transport:
        return WsgiTransport(self.simulator)

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        call = self.shipping_call if effect_first else ""
        self.simulator.faults.add(Fault(kind, seconds=7, call=call, after=effect_first))

    def expire(self) -> None:
        self.simulator.expired = True

    def make(self, count: int) -> list[str]:
        return self.simulator.shop.make(count, "stage")

    def touch(self, external_no: str) -> None:
        self.simulator.shop.act(external_no, "memo", f"改于{self.clock.now()}")

    def backdate(self, modified_ms: int) -> str:
        self._backdated += 1
        return self._add(_LATE + self._backdated, modified_ms)

    def truth(self) -> dict[str, int]:
        number, modified = self.dialect.number, self.dialect.modified
        return {number(record): modified(record) for record in self.simulator.shop.all()}

    def skew(self, seconds: int) -> None:
        self.platform_clock.offset = seconds * 1000

    def message(self, number: int, effect: str) -> Message:
        made = self.dialect.invent(_SHIPPING + number, self.clock.now(), "ship", "to_ship")
        order_no = self.dialect.number(made)
        if order_no not in self.truth():
            self.simulator.shop.add(made)
        return shipment(number, order_no)

    def bad_message(self) -> Message:
        """Of an order that does not exist."""
        made = self.dialect.invent(_SHIPPING + 99, self.clock.now(), "ship", "to_ship")
        return shipment(99, self.dialect.number(made))

    def effects(self) -> list[str]:
        orders = self.simulator.shop.all()
        numbers = [number for order in orders for number in self.tracking_numbers(order)]
        return [f"F{number.removeprefix('ZT')}" for number in numbers]

    def _add(self, number: int, now: int) -> str:
        return self.simulator.shop.add(self.dialect.invent(number, now, "late", "to_ship"))


def shipment(number: int, order_no: str, **others: Any) -> Message:
    """The report that a fulfilment has left, as the hub hands it over."""
    body = {
        "order_no": order_no,
        "fulfilment_no": f"F{number:04d}",
        "courier": "ZTO",
        "tracking_no": f"ZT{number:04d}",
        "line_nos": [],
        "whole": True,
        "receiver_token": None,
        **others,
    }
    return Message(str(number), "shipment.report", order_no, f"F{number:04d}", body)


def delivery_order(number: int) -> dict[str, Any]:
    """A fulfilment as the hub hands it over."""
    return {
        "fulfilment_no": f"F{number:04d}",
        "warehouse_code": "HZ",
        "owner_code": "DEMO",
        "shop_nick": "演示旗舰店",
        "source_platform": "taobao",
        "placed_at": 1_790_989_091_000,
        "paid_at": 1_790_989_120_000,
        "order_no": ORDER,
        "total": 11800,
        "receiver": {
            "name": "李**",
            "mobile": "138********",
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "town": "仓前街道",
            "address": "仓**街道**路**号",
            "oaid": OAID,
        },
        "lines": [{"line_no": "1", "item_code": "TEE-BLK-M", "quantity": 2, "price": 5900}],
        "buyer_note": "请发顺丰 <急> & 小心\x0b轻放",
        "seller_note": "",
        "courier": "SF",
    }


CHECKS = {check.name: check for check in ALL_CHECKS}


def assert_noticed(
    stage: type[Stage], mistaken: type[Any], name: str, *also: type[Exception]
) -> None:
    """The check fails on the stage when `mistaken` plays on it; `also`: with one of these."""
    staged = type("Mistaken", (stage,), {"connector": mistaken})
    with pytest.raises((Broken, *also)):
        CHECKS[name].run(staged())
