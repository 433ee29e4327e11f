"""Quiet hours: from one time of the day to another, as the clock on the wall shows it in a zone.

They may reach across midnight. Where the wall clock is set forward or back, it is still what it
shows that counts: an hour that is skipped is not quiet, one that comes twice is quiet twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class QuietHours:
    """`start` and `end`: minutes after midnight, not the same one; the end itself is not quiet."""

    start: int
    end: int
    zone: str

    def covers(self, at: int) -> bool:
        """Whether the instant (epoch ms) is quiet."""
        length = (self.end - self.start) * _MINUTE_MS % _DAY_MS
        return (self._wall(at) - self.start * _MINUTE_MS) % _DAY_MS < length

    def until(self, at: int) -> int:
        """The first instant from `at` on that is not quiet (epoch ms)."""
        while self.covers(at):
            left = (self.end * _MINUTE_MS - self._wall(at)) % _DAY_MS
            at = self._clock_set(at, at + left) or at + left
        return at

    def _wall(self, at: int) -> int:
        """What the clock on the wall shows, in milliseconds after its midnight."""
        return (at + self._offset(at)) % _DAY_MS

    def _offset(self, at: int) -> int:
        moment = datetime.fromtimestamp(at // 1000, UTC).astimezone(ZoneInfo(self.zone))
        offset = moment.utcoffset()
        return round(offset.total_seconds() * 1000) if offset is not None else 0

    def _clock_set(self, low: int, high: int) -> int | None:
        """The instant after `low`, up to `high`, at which the clock is set; None without one."""
        before = self._offset(low)
        if self._offset(high) == before:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        return high
