"""Dying at a chosen moment: before any statement, or before the commit that would have kept it all.

A process that is killed loses its open transaction and everything in memory, no more; so does work
that `Crash` ends. Real processes are killed in `tests/laws/test_6_kill.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from orderloom.store.db import Database


class Crash(BaseException):
    """Not an Exception: nothing in the hub may catch it."""


@dataclass
class Countdown:
    """`left`: steps until the end; `died`: whether it came."""

    left: int
    died: bool = False

    def step(self, *_args: Any, **_options: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self.left -= 1
        if self.left == 0:
            self.died = True
            raise Crash


EVERYWHERE, COMMITS = ("before_cursor_execute", "commit"), ("commit",)


@contextmanager
def dying(database: Database, step: int, at: tuple[str, ...] = EVERYWHERE) -> Iterator[Countdown]:
    """Within the block, the writer dies before its `step`-th statement or commit.

    `at` COMMITS: only before commits, where work is too long to try every statement: what died
    between two of them is undone alike.
    """
    countdown = Countdown(step)
    steps = [(database.writer, name) for name in at]
    for engine, name in steps:
        event.listen(engine, name, countdown.step)
    try:
        yield countdown
    except Crash:
        pass
    finally:
        for engine, name in steps:
            event.remove(engine, name, countdown.step)
