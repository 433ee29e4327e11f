"""What every job works with, made once per process and warm before it forks."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field

from redis import Redis

from orderloom.clock import Clock, SystemClock
from orderloom.config import Settings, load
from orderloom.jobs.pacing import RedisPacer
from orderloom.services.connecting.connections import Gateway
from orderloom.services.files.uploads import Uploads
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Database


@dataclass
class Context:
    """`zone`: the hub's time zone, which decides when a day begins; `workers`: as many as there
    should be; `looked_after_at`: when this process last looked after the hub (ms)."""

    database: Database
    gateway: Gateway
    redis: Redis
    zone: str
    uploads: Uploads
    workers: int = 0
    looked_after_at: int = 0
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
            current = self.plans.warm(tx)
        # Nobody may share a connection with a fork.
        self.database.close()
        return current


def open_context(settings: Settings, clock: Clock | None = None) -> Context:
    """The context an installation's settings describe; raises ConfigError."""
    clock, redis = clock or SystemClock(), Redis.from_url(settings.broker_url())
    gateway = Gateway.of(settings, clock, RedisPacer(redis, clock))
    database = Database.open(settings.database_url)
    uploads = Uploads(settings.uploads, settings.upload_bytes)
    return Context(database, gateway, redis, settings.zone, uploads, settings.workers)


def prepare() -> str | None:
    """Make this process ready for jobs; called by a worker before each fork."""
    if not _current:
        use(open_context(load()))
    return current().warm()


_current: list[Context] = []


def use(context: Context) -> None:
    """Set the context of this process; edges call it once at start."""
    _current[:] = [context]


def current() -> Context:
    """The context of this process."""
    return _current[0]
