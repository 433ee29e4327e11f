"""The one source of the current time, so that tests and replays can choose it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Answers the current instant in epoch milliseconds, UTC."""

    def now(self) -> int: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, milliseconds: int) -> None:
        self._now += milliseconds


def midnight(now: int, zone: str) -> int:
    """When the day began in which `now` lies, on the clocks of a zone (epoch ms)."""
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone))
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
