"""RQ workers as the hub needs them: warm before they fork, and gone when their parent is."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Sequence
from typing import Any

from rq import Queue, Worker
from rq.job import Job
from rq.worker import DequeueStrategy
from sqlalchemy.exc import DBAPIError

from orderloom.clock import Clock
from orderloom.jobs.context import Context, prepare
from orderloom.run import tree
from orderloom.services import presence
from orderloom.store.db import Database

log = logging.getLogger(__name__)
QUEUES = ("work", "io")
BEAT_SECONDS = 5.0


class Beat:
    """Writes "I am alive" into the database, at most every few seconds; never fails its caller."""

    def __init__(self, database: Database, clock: Clock, kind: str) -> None:
        name = f"{kind}@{socket.gethostname()}/{os.getpid()}"
        self._database, self._clock = database, clock
        self._process = presence.Process(name, kind, os.getpid(), clock.now())
        self._last = float("-inf")

    def __call__(self, plan_hash: str | None) -> None:
        if time.monotonic() - self._last < BEAT_SECONDS:
            return
        self._last = time.monotonic()
        try:
            with self._database.write() as tx:
                presence.beat(tx, self._process, plan_hash, self._clock.now())
        except DBAPIError as error:
            log.warning("cannot write the heartbeat", extra={"error": str(error.orig)})

    def end(self) -> None:
        try:
            with self._database.write() as tx:
                presence.leave(tx, self._process.name)
        except DBAPIError as error:
            log.warning("cannot remove the heartbeat", extra={"error": str(error.orig)})


class AppWorker(Worker):
    """One job, one fork of a process that has imported the application and compiled the plan."""

    # RQ's own figures let the job of a dead worker rest for a minute; the lease is 12 s.
    HEARTBEAT_TTL = 15
    log_result_lifespan = False

    def __init__(self, queues: Sequence[str], context: Context, beat: Beat) -> None:
        super().__init__(
            list(queues),
            connection=context.redis,
            serializer="json",
            maintenance_interval=5,
            worker_ttl=20,
            job_monitoring_interval=5,
            log_job_description=False,
        )
        self._beat = beat
        self._plan: str | None = None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Warm first, so that every fork finds the live plan compiled."""
        try:
            self._plan = prepare()
        except DBAPIError as error:  # the job meets the same error, and says what it cost
            log.warning("cannot read the plan", extra={"error": str(error.orig)})
        super().execute_job(job, queue)

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        return self.HEARTBEAT_TTL

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)
        self._beat(self._plan)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        tree.die_with(self.pid or 0)
        super().main_work_horse(job, queue)


def work(context: Context, beat: Beat, queues: Sequence[str]) -> None:
    """Take jobs until asked to stop; both queues get their turn."""
    worker = AppWorker(queues, context, beat)
    beat(prepare())
    try:
        worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    finally:
        beat.end()
