"""What every job works with, made once per process and warm before it forks."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field

from redis import Redis

from orderloom.clock import Clock
from orderloom.services.connections import Gateway
from orderloom.services.runtime import PlanCache, live_hash
from orderloom.store.db import Database


@dataclass
class Context:
    """`zone`: the hub's time zone, which decides when a day begins."""

    database: Database
    gateway: Gateway
    redis: Redis
    zone: str
    plans: PlanCache = field(default_factory=PlanCache)

    @property
    def clock(self) -> Clock:
        return self.gateway.clock

    @property
    def holder(self) -> str:
        """Who holds a lease: for people reading the table."""
        return f"{socket.gethostname()}/{os.getpid()}"

    def warm(self) -> str | None:
        """Compile the live plan in this process, so that forked jobs find it ready."""
        with self.database.read() as tx:
            current = live_hash(tx)
            if current is not None:
                self.plans.get(tx, current)
        self.database.dispose()
        return current


_current: list[Context] = []


def use(context: Context) -> None:
    """Set the context of this process; edges call it once at start."""
    _current[:] = [context]


def current() -> Context:
    """The context of this process."""
    return _current[0]
