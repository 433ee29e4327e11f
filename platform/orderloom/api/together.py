"""Requests that write at the same time share a transaction: one of them writes for all who wait."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 64  # items of one transaction


class Interrupted(Exception):
    """Whoever wrote for all was stopped in the middle, so nothing is stored."""


@dataclass
class _Waiting(Generic[T]):
    item: T
    done: bool = False
    error: Exception | None = field(default_factory=Interrupted)


class Together(Generic[T]):
    """`write` stores all items it is given, or none of them and raises."""

    def __init__(self, write: Callable[[Sequence[T]], None]) -> None:
        self._write = write
        self._queue: deque[_Waiting[T]] = deque()
        self._turn = threading.Lock()

    def do(self, item: T) -> None:
        """Returns once the item is stored; raises what storing this one raised."""
        mine = _Waiting(item)
        self._queue.append(mine)
        while not mine.done:
            with self._turn:
                if not mine.done:
                    self._settle([self._queue.popleft() for _ in range(min(self.waiting, MOST))])
        if mine.error is not None:
            raise mine.error

    @property
    def waiting(self) -> int:
        """How many items nobody has begun to store."""
        return len(self._queue)

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
