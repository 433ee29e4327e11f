"""Two transactions that meet at the same row, one of them in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from orderloom.store.db import Database

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Rival:
    """Runs `work` in a thread; `join` waits for it and raises what it raised."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:  # noqa: BLE001 - raised again by join
            self._failure = failure

    def wait_until_stuck(self, database: Database, waiting: int = 1) -> None:
        """Returns when the thread waits for a lock somebody else holds, or has ended.

        `waiting`: how many threads wait then, this one among them.
        """
        while self._thread.is_alive() and not self._is_stuck(database, waiting):
            time.sleep(0.005)

    def _is_stuck(self, database: Database, waiting: int) -> bool:
        if database.is_sqlite:  # one writer at a time: the thread can only be waiting for its turn
            return True
        with database.read() as tx:
            return int(tx.execute(text(_WAITING)).scalar() or 0) >= waiting

    def join(self) -> None:
        self._thread.join()
        if self._failure is not None:
            raise self._failure
