"""RQ workers as the hub needs them: warm before they fork, and gone when their parent is."""

from __future__ import annotations

import gc
import logging
import os
import socket
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any

from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.worker import DequeueStrategy
from sqlalchemy.exc import DBAPIError

from orderloom.clock import Clock
from orderloom.jobs.context import Context, prepare
from orderloom.run import tree
from orderloom.services.hub import presence
from orderloom.store.db import Database

log = logging.getLogger(__name__)
BEAT_SECONDS = 5.0
ENDS, MEMORY = 20, 120.0  # more ends than that within so many seconds are not bad luck
WARM_SECONDS = 2.0  # how long the parent trusts what it knows of the plan; a job looks itself
# A job makes many records and few cycles: looking for those less often saves a sixth of its time.
GARBAGE_THRESHOLDS = (50_000, 20, 20)


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
        self.plan: str | None = None
        self._warmed = float("-inf")
        self.asked_to_stop = False

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Warm first, so that every fork finds the live plan compiled."""
        if time.monotonic() - self._warmed > WARM_SECONDS:
            self.warm()
        super().execute_job(job, queue)

    def warm(self) -> None:
        """Know the live plan; what a fork inherits then is never looked through for garbage."""
        try:
            plan = prepare()
        except DBAPIError as error:  # the job meets the same error, and says what it cost
            log.warning("cannot read the plan", extra={"error": str(error.orig)})
            return
        if plan != self.plan:
            gc.collect()
            gc.freeze()
        self.plan, self._warmed = plan, time.monotonic()

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        return self.HEARTBEAT_TTL

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)
        self._beat(self.plan)
        # RQ only notes a request that comes as a job ends, and then waits for the next job.
        if self.asked_to_stop and not self.horse_pid:
            raise StopRequested

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        tree.die_with(self.pid or 0)
        gc.set_threshold(*GARBAGE_THRESHOLDS)
        super().main_work_horse(job, queue)


def work(context: Context, beat: Beat, queues: Sequence[str]) -> bool:
    """Take jobs until asked to stop; False if the worker ended again and again by itself.

    RQ's own loop ends when the queue server goes away at a bad moment; then it begins anew.
    """
    ends: list[float] = []
    try:
        while not _work_once(context, beat, queues):
            ends = [*(at for at in ends if time.monotonic() - at < MEMORY), time.monotonic()]
            if len(ends) > ENDS:
                return False
            time.sleep(1.0)
    except StopRequested:
        pass  # asked while we waited
    finally:
        beat.end()
    return True


def _work_once(context: Context, beat: Beat, queues: Sequence[str]) -> bool:
    """One life of an RQ worker; True if it was asked to end."""
    worker: AppWorker | None = None
    try:
        worker = AppWorker(queues, context, beat)
        worker.warm()
        beat(worker.plan)
        worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    except RedisError as error:
        log.warning("the queue server went away", extra={"error": str(error)})
    if worker is None:
        return False
    if worker.horse_pid:
        worker.kill_horse()
        worker.wait_for_horse()
    return worker.asked_to_stop
