"""Keeping costly answers for a moment: the dearer one was, the longer it is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
TIMES_ITS_COST = 20  # so that no answer, however often asked for, takes over 5 % of a core
MOST_ENTRIES = 256


@dataclass(frozen=True)
class _Kept:
    value: Any
    until: float


class Cache:
    """Answers by key. Concurrent askers wait for one computation instead of repeating it."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._kept: dict[Hashable, _Kept] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, seconds: float, compute: Callable[[], T]) -> T:
        """The kept answer, or a fresh one that is kept for at least `seconds`."""
        with self._lock_of(key):
            kept = self._kept.get(key)
            if kept is not None and self._ticks() < kept.until:
                value: T = kept.value
                return value
            started = self._ticks()
            value = compute()
            now = self._ticks()
            self._keep(key, _Kept(value, now + max(seconds, TIMES_ITS_COST * (now - started))))
            return value

    def _lock_of(self, key: Hashable) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        with self._guard:
            if len(self._kept) >= MOST_ENTRIES:
                self._kept.clear()
                self._locks = {k: lock for k, lock in self._locks.items() if lock.locked()}
            self._kept[key] = kept
