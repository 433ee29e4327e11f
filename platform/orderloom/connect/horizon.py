"""How far a window may reach: behind now, and never past the platform's own clock."""

from __future__ import annotations

from .base import Connector
from .paging import whole_second

SECOND = 1000
_CLOCK_TOLERANCE_MS = 3 * SECOND


class HorizonConnector(Connector):
    """A connector that pulls by windows of time, with the settings of `window_settings`."""

    def _horizon(self, now: int) -> int:
        return whole_second(now - self.values["lag_s"] * SECOND)

    def _first_mark(self, horizon: int) -> int:
        """Where the very first window begins."""
        return horizon - int(self.values["history_hours"]) * 3600 * SECOND

    def _platform_now(self, date_ms: int | None) -> int:
        """The earlier clock stands: reading past the platform's own now loses rows."""
        now = self.clock.now()
        if date_ms is None:
            return now
        skew = date_ms - now
        self._skew_ms = skew if abs(skew) > _CLOCK_TOLERANCE_MS else 0
        return now + min(self._skew_ms, 0)
