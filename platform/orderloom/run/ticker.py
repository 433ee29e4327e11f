"""Calls the hub's clock once a second and survives whatever it meets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event

log = logging.getLogger(__name__)
EVERY = 1.0
LONGEST_PAUSE = 10.0
REPEAT_AFTER = 60.0


class Ticker:
    """`tick` is called each second until `stop` is set; while it fails, less and less often."""

    def __init__(self, tick: Callable[[], None], stop: Event, every: float = EVERY) -> None:
        self._tick, self._stop, self._every = tick, stop, every
        self._failures = 0
        self._said: tuple[str, float] = ("", 0.0)

    def run(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            self._once()
            pause = min(self._every * 2**self._failures, max(LONGEST_PAUSE, self._every))
            self._stop.wait(max(0.0, started + pause - time.monotonic()))

    def _once(self) -> None:
        try:
            self._tick()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next second is another one
            self._failures = min(self._failures + 1, 10)
            self._say(error)
        else:
            if self._failures:
                log.info("ticking again", extra={"failures": self._failures})
            self._failures = 0

    def _say(self, error: Exception) -> None:
        """Each new kind of failure with its trace; the same one once a minute."""
        now, (kind, at) = time.monotonic(), self._said
        if type(error).__name__ != kind or now - at > REPEAT_AFTER:
            self._said = (type(error).__name__, now)
            log.error("tick failed", exc_info=error, extra={"failures": self._failures})
