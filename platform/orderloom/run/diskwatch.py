"""Says once that the disk is full, and once that there is space again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from orderloom.run.home import NEEDED_MB, free_mb

EVERY = 5.0


class DiskWatch:
    """Call it as often as you like; it looks every few seconds."""

    def __init__(
        self,
        folder: Path,
        tell: Callable[[str, Mapping[str, Any]], None],
        free: Callable[[Path], int] = free_mb,
        every: float = EVERY,
    ) -> None:
        self._folder, self._tell, self._free, self._every = folder, tell, free, every
        self._looked = float("-inf")
        self._full = False

    def __call__(self) -> None:
        if time.monotonic() - self._looked < self._every:
            return
        self._looked = time.monotonic()
        free = self._free(self._folder)
        full = free < (NEEDED_MB * 2 if self._full else NEEDED_MB)
        if full != self._full:
            self._full = full
            facts = {"where": str(self._folder), "free": free, "needed": NEEDED_MB}
            self._tell("run.disk_full" if full else "run.disk_free", facts)
