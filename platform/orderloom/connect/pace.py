"""How often one account may be asked: the seam between the HTTP client and whoever counts calls.

Counted by the generic cell rate algorithm: one number per account, the time from which the next
call would be on schedule; `burst` calls may be ahead of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from orderloom.clock import Clock

from .errors import TryLater
from .model import Limits

PATIENCE_MS = 2_000.0  # a worker waits that long for its turn; beyond, the work is put off
PACED = "connect.paced"
Pace = Callable[[], None]
"""Returns when a call may be made; TryLater PACED when its turn is too far off."""


class Pacer(Protocol):
    """Gives each account its pace."""

    def of(self, account: str, limits: Limits) -> Pace: ...


def unpaced() -> None:
    """Every call at once."""


class Unpaced:
    """No account has to wait: for simulators that are asked by a clock moved by hand."""

    def of(self, account: str, limits: Limits) -> Pace:
        return unpaced


@dataclass(frozen=True)
class Step:
    """Limits in the units of the algorithm: milliseconds per call, and how far ahead one may be."""

    period: float
    ahead: float

    @classmethod
    def of(cls, limits: Limits) -> Step:
        period = 1000 / limits.per_second
        return cls(period, (limits.burst - 1) * period)

    def take(self, due: float, now: float) -> tuple[float, float]:
        """How long to wait for a turn, and what is due afterwards if the turn is taken."""
        due = max(due, now)
        return max(due - self.ahead - now, 0.0), due + self.period


class LocalPacer:
    """Counts the calls of this process alone."""

    def __init__(self, clock: Clock, pause: Callable[[float], None]) -> None:
        self._clock, self._pause = clock, pause
        self._due: dict[str, float] = {}

    def of(self, account: str, limits: Limits) -> Pace:
        step = Step.of(limits)

        def pace() -> None:
            wait, due = step.take(self._due.get(account, 0.0), self._clock.now())
            wait_for_turn(wait, self._pause)
            self._due[account] = due

        return pace


def wait_for_turn(wait_ms: float, pause: Callable[[float], None]) -> None:
    """Wait `wait_ms` if that is bearable, else say when to come again."""
    if wait_ms > PATIENCE_MS:
        raise TryLater(PACED, after_s=wait_ms / 1000)
    if wait_ms > 0:
        pause(wait_ms / 1000)
