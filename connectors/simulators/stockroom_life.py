"""What becomes of deliveries in a simulated warehouse that nobody directs."""

from __future__ import annotations

import contextlib
import random
import threading

from orderloom.connect import Clock, beijing_ms

from .stockroom import Stockroom


def fate(code: str, *, begun: bool) -> str:
    """ship, part or refuse: always the same for a delivery. One that has `begun` to leave ends."""
    luck = random.Random(code).randrange(100)  # noqa: S311 - play data
    if begun or luck >= 6:
        return "ship"
    return "refuse" if luck < 2 else "part"


def is_due(since: str, clock: Clock, after_ms: int) -> bool:
    """Whether so much time has passed since an instant of Beijing."""
    return clock.now() - (beijing_ms(since) or 0) >= after_ms


class StockroomLife:
    """Sends what a stockroom was given; `after_s`: how long goods take to leave.

    `no`: what is done to what will not leave, refuse or cancel, as its system has words for it.
    """

    def __init__(self, room: Stockroom, clock: Clock, no: str, after_s: int = 10) -> None:
        self._room = room
        self._clock = clock
        self._no = no
        self._after_ms = after_s * 1000

    def run(self, stop: threading.Event) -> None:
        """Once a second until `stop` is set."""
        while not stop.wait(1.0):
            with contextlib.suppress(OSError):  # a full disk only makes it pause
                self.step()

    def step(self) -> None:
        """Sends off what is due."""
        for delivery in self._room.waiting():
            if is_due(delivery["at"], self._clock, self._after_ms):
                act = fate(delivery["code"], begun=bool(delivery["parcels"]))
                with contextlib.suppress(ValueError, KeyError):  # cancelled this moment
                    self._room.happen(delivery["code"], self._no if act == "refuse" else act)
