"""How often somebody may call: a bucket for each, in the memory of this process."""

from __future__ import annotations

import threading
from collections.abc import Hashable

MOST_KEYS = 10_000


class Throttle:
    """Each key may call `burst` times at once and `per_second` times a second for ever."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._gap = 1000 / per_second
        self._depth = self._gap * (burst - 1)
        self._full: dict[Hashable, float] = {}  # when the bucket will be full again (ms)
        self._lock = threading.Lock()

    def wait_ms(self, key: Hashable, now: int) -> int:
        """0: the call is counted and may go on; else how long it had better wait."""
        with self._lock:
            full = max(self._full.get(key, 0.0), float(now))
            late = full - now - self._depth
            if late > 0:
                return int(late) + 1
            if len(self._full) >= MOST_KEYS:
                self._full = {k: at for k, at in self._full.items() if at > now}
            self._full[key] = full + self._gap
            return 0
