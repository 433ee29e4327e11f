"""Keeps the demo alive: orders, changes, cancellations, refunds, repeats and faults.

Step n always brings the same news, whatever the time of day; only which of the recent orders it
hits depends on what happened before.
"""

from __future__ import annotations

import contextlib
import random
import sys
import threading
from collections.abc import Callable, Sequence

from .qimen import QimenSimulator
from .shop import ShopSimulator
from .wire import Fault

_RECENT = 200
_TO_PAY, _TO_SHIP, _FORBIDDEN = "to_pay", "to_ship", "forbidden"
_NEW_STATES, _NEW_WEIGHTS = (_TO_SHIP, _TO_PAY, _FORBIDDEN), (90, 7, 3)

# (what happens, to an order in which state, how often in a thousand steps)
_EVENTS: tuple[tuple[str, str, int], ...] = (
    ("memo", _TO_SHIP, 40),
    ("move", _TO_SHIP, 30),
    ("touch", _TO_SHIP, 40),
    ("pay", _TO_PAY, 70),
    ("cancel", _TO_PAY, 15),
    ("cancel", _TO_SHIP, 15),
    ("refund", _TO_SHIP, 25),
    ("refund_done", _TO_SHIP, 15),
    ("refund_withdrawn", _TO_SHIP, 5),
    ("release", _FORBIDDEN, 15),
)
_SHOP_FAULTS = (
    "throttled",
    "server_error",
    "garbage",
    "cut",
    "truncated",
    "dropped",
    "busy",
    "duplicates",
)
_WMS_FAULTS = ("server_error", "cut", "dropped", "busy", "refused")
_FAULTS_PER_THOUSAND = 20


class Traffic:
    """One step makes one order and, now and then, something else."""

    def __init__(
        self,
        shops: Sequence[ShopSimulator],
        wms: QimenSimulator,
        seed: str = "demo",
        most: int = 100_000,
    ) -> None:
        """`most`: no new orders of a shop beyond so many, since they are kept in memory."""
        self._shops = shops
        self._wms = wms
        self._seed = seed
        self._most = most
        self.number = 0
        self.on_step: Callable[[int], None] = lambda number: None

    def step(self) -> None:
        """The next piece of news."""
        luck = random.Random(f"{self._seed}/step/{self.number}")  # noqa: S311 - play data
        place = self._shops[self.number % len(self._shops)]
        if len(place.shop) < self._most:
            place.shop.make(
                1,
                f"{self._seed}/{place.shop.dialect.kind}",
                luck.choices(_NEW_STATES, _NEW_WEIGHTS)[0],
            )
        self._happen(luck, place)
        self._disturb(luck, place)
        self.number += 1
        self.on_step(self.number)

    def run(self, rate: float, stop: threading.Event) -> None:
        """`rate` steps a second until `stop` is set; a full disk only makes it pause."""
        while not stop.wait(1 / rate):
            try:
                self.step()
            except OSError as error:
                with contextlib.suppress(OSError):  # the log is on the same disk
                    print(f"a step of the demo failed: {error}", file=sys.stderr, flush=True)

    def _happen(self, luck: random.Random, place: ShopSimulator) -> None:
        for action, state, often in _EVENTS:
            if luck.randrange(1000) < often:
                found = place.shop.latest(_RECENT, state)
                if found:
                    place.shop.act(luck.choice(found), action)

    def _disturb(self, luck: random.Random, place: ShopSimulator) -> None:
        if luck.randrange(1000) >= _FAULTS_PER_THOUSAND:
            return
        if luck.random() < 0.7:
            # Not the log-in: whoever sets up the demo should find the shop in order.
            place.faults.add(Fault(luck.choice(_SHOP_FAULTS), seconds=2, call=place.order_calls))
        else:
            kind = luck.choice(_WMS_FAULTS)
            # Half of the broken answers follow a request that was carried out all the same.
            self._wms.faults.add(
                Fault(kind, call="deliveryorder.create", after=luck.random() < 0.5)
            )
