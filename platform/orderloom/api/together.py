"""Requests that write at the same time share a transaction: one of them writes for all who wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 64  # items of one transaction
PATIENCE_S = 0.010


class Interrupted(Exception):
    """Whoever wrote for all was stopped in the middle, so nothing is stored."""


@dataclass
class _Waiting(Generic[T]):
    """`called`: set when it is stored, or when it is this one's turn to write."""

    item: T
    called: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    error: Exception | None = field(default_factory=Interrupted)


class Together(Generic[T]):
    """`write` stores all items it is given, or none of them and raises.

    It costs much the same for one item as for many, so whoever is about to write waits for those
    whose item is being made and for as many as wrote a moment ago: whoever got an answer soon
    comes again. But not longer than `patience_s`; one who comes alone again and again never waits.
    """

    def __init__(
        self, write: Callable[[Sequence[T]], None], patience_s: float = PATIENCE_S
    ) -> None:
        self._write = write
        self._patience_s = patience_s
        self._queue: deque[_Waiting[T]] = deque()
        self._coming = 0
        self._last = self._expected = 0
        self._is_led = False  # somebody writes or is called to
        self._lock = threading.Lock()
        self._all_here = threading.Condition(self._lock)

    def do(self, make: Callable[[], T]) -> T:
        """Returns the item once it is stored; raises what making or storing this one raised."""
        mine = self._queued(make)
        mine.called.wait()
        if not mine.done:
            self._settle_all()
        if mine.error is not None:
            raise mine.error
        return mine.item

    @property
    def waiting(self) -> int:
        """How many items nobody has begun to store."""
        return len(self._queue)

    def _queued(self, make: Callable[[], T]) -> _Waiting[T]:
        with self._lock:
            self._coming += 1
        made: list[_Waiting[T]] = []
        try:
            made.append(_Waiting(make()))
        finally:
            with self._lock:
                self._coming -= 1
                self._queue += made
                self._call_next()
                if not self._coming:
                    self._all_here.notify()
        return made[0]

    def _call_next(self) -> None:
        """Under the lock: the first who waits shall write, unless somebody does."""
        if self._queue and not self._is_led:
            self._is_led = True
            self._queue[0].called.set()

    def _settle_all(self) -> None:
        """Write for all who are here, oneself among them."""
        batch = self._gathered()
        try:
            self._settle(batch)
        finally:
            with self._lock:
                self._is_led = False
                self._expected = self._last + self.waiting
                self._call_next()
            for one in batch:
                one.called.set()

    def _gathered(self) -> list[_Waiting[T]]:
        """The first `MOST` who wait, as soon as nobody more is awaited."""
        until = time.monotonic() + self._patience_s
        with self._lock:
            while self._more_may_come() and time.monotonic() < until:
                self._all_here.wait(until - time.monotonic())
            self._last = min(self.waiting, MOST)
            return [self._queue.popleft() for _ in range(self._last)]

    def _more_may_come(self) -> bool:
        return self.waiting < MOST and (self._coming > 0 or self.waiting < self._expected)

    def _settle(self, all_: list[_Waiting[T]]) -> None:
        """One that cannot be stored must not take the others with it: then each is on its own."""
        try:
            self._write([one.item for one in all_])
            for one in all_:
                one.error = None
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(all_) == 1:
                all_[0].error = error
                return
            for one in all_:
                self._settle([one])
        finally:
            for one in all_:
                one.done = True
