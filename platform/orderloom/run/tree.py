"""The processes below this one: who they are, that none outlives us, how they end.

On Linux the supervisor is the reaper of all its descendants, so that even a process which left
its session and lost its parent stays findable, and each child is killed by the kernel should the
supervisor be. Elsewhere the same calls do what process groups allow.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PROC = Path("/proc")
# Loaded before any fork: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None


def adopt_orphans() -> None:
    """Make this process the parent of every descendant that loses its own."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int, sig: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process `sig` when its parent, process `parent`, ends."""
    _prctl(_PR_SET_PDEATHSIG, int(sig))
    if LINUX and os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), sig)


def tied_to_this_process() -> Callable[[], None]:
    """A `preexec_fn` for children that must not outlive this process."""
    parent = os.getpid()
    return lambda: die_with(parent)


def _prctl(option: int, value: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(option, value, 0, 0, 0)


def parents() -> dict[int, int]:
    """Parent by process, of all processes that are not zombies."""
    return _parents_from_proc() if LINUX else _parents_from_ps()


def _parents_from_proc() -> dict[int, int]:
    found: dict[int, int] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            try:
                # The name in parentheses may hold anything, so read from the last one on.
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state not in "ZX":
                found[int(folder.name)] = int(parent)
    return found


def _parents_from_ps() -> dict[int, int]:
    listing = subprocess.run(
        ["/bin/ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split() for line in listing.splitlines())
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def descendants(root: int) -> list[int]:
    """Every living process below `root`, nearest first."""
    by_parent: dict[int, list[int]] = {}
    for pid, parent in parents().items():
        by_parent.setdefault(parent, []).append(pid)
    found: list[int] = []
    level = [root]
    while level:
        level = [pid for parent in level for pid in by_parent.get(parent, [])]
        found += level
    return found


def send(sig: signal.Signals, pids: Iterable[int]) -> None:
    """Signal processes; those already gone are passed over."""
    for pid in pids:
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            continue


def kill_descendants(root: int, reap: Callable[[], object], patience: float = 5.0) -> list[int]:
    """Kill everything below `root` until nothing is left; returns what would not die."""
    deadline = time.monotonic() + patience
    while left := descendants(root):
        send(signal.SIGKILL, left)
        reap()
        if time.monotonic() > deadline:
            return left
        time.sleep(0.01)
    return []
