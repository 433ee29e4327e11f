"""What processes cost, read from /proc: CPU seconds of a tree, and its memory while it runs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_HZ = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class _Stat:
    parent: int
    ticks: int  # its own and those of children it has waited for
    rss: int


def _stats() -> dict[int, _Stat]:
    found: dict[int, _Stat] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                text = Path("/proc", name, "stat").read_text()
            except OSError:
                continue
            fields = text.rpartition(")")[2].split()
            ticks = sum(int(field) for field in fields[11:15])
            found[int(name)] = _Stat(int(fields[1]), ticks, int(fields[21]) * _PAGE)
    return found


def _tree(root: int, stats: dict[int, _Stat]) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, stat in stats.items():
        children.setdefault(stat.parent, []).append(pid)
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        if pid in stats:
            found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU seconds used so far by the processes and all below them, ended ones included."""
    stats = _stats()
    return sum(stats[pid].ticks for root in roots for pid in _tree(root, stats)) / _HZ


class PeakMemory(threading.Thread):
    """Watches the largest resident memory of each tree, in bytes; pages shared count each time."""

    def __init__(self, roots: Iterable[int], every: float = 0.05) -> None:
        super().__init__(daemon=True)
        self.peaks = dict.fromkeys(roots, 0)
        self._every = every
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            stats = _stats()
            for root in self.peaks:
                size = sum(stats[pid].rss for pid in _tree(root, stats))
                self.peaks[root] = max(self.peaks[root], size)
            time.sleep(self._every)

    def stop(self) -> int:
        """The largest peak of all trees, in bytes."""
        self._over.set()
        self.join()
        return max(self.peaks.values(), default=0)
