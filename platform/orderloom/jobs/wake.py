"""Telling workers that there is work. Losing a call costs seconds, never work: see `sweep`."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis
from rq import Queue

MARK_SECONDS = 4
_QUEUES = {"process": "work", "pull": "io", "deliver": "io"}
TIMEOUT_SECONDS = 60


def wake(redis: Redis, kind: str, refs: Sequence[int]) -> None:
    """Enqueue one job per ref, unless one is waiting already."""
    for ref in refs:
        if redis.set(_mark(kind, ref), b"1", nx=True, ex=MARK_SECONDS):
            queue = Queue(_QUEUES[kind], connection=redis, serializer="json")
            queue.enqueue(
                f"orderloom.jobs.{kind}",
                ref,
                job_timeout=TIMEOUT_SECONDS,
                result_ttl=0,
                failure_ttl=3600,
                ttl=TIMEOUT_SECONDS,
            )


def started(redis: Redis, kind: str, ref: int) -> None:
    """A job took up the call: from now on a new one must be enqueued again."""
    redis.delete(_mark(kind, ref))


def _mark(kind: str, ref: int) -> str:
    return f"orderloom:wake:{kind}:{ref}"
