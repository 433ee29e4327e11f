"""Telling workers that there is work. Losing a call costs seconds, never work: see `sweep`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis import Redis
from rq import Queue

from orderloom.config import QUEUES
from orderloom.services.connecting import breaker

MARK_SECONDS = 4
TIMEOUT_SECONDS = 60
_LONGER = {"take_in": 3600, "list_outbound": 600}  # these are done in one go
WORK, IO, SLOW = QUEUES


def wake(redis: Redis, kind: str, refs: Sequence[int], queue: str = WORK) -> None:
    """Enqueue one job per ref, unless one is waiting already."""
    for ref, is_new in zip(refs, _marked(redis, kind, refs), strict=True):
        if is_new:
            Queue(queue, connection=redis, serializer="json").enqueue(
                f"orderloom.jobs.{kind}",
                ref,
                job_timeout=_LONGER.get(kind, TIMEOUT_SECONDS),
                result_ttl=0,
                failure_ttl=3600,
                ttl=TIMEOUT_SECONDS,
            )


def _marked(redis: Redis, kind: str, refs: Sequence[int]) -> list[Any]:
    """Whether each ref has got its mark just now."""
    with redis.pipeline(transaction=False) as marks:
        for ref in refs:
            marks.set(_mark(kind, ref), b"1", nx=True, ex=MARK_SECONDS)
        return marks.execute()


def call_out(redis: Redis, kind: str, refs: Sequence[int], slow: set[int]) -> None:
    """Wake jobs that call platforms, those of `slow` refs in a queue of their own."""
    quick, dawdling = breaker.apart(refs, slow)
    wake(redis, kind, quick, IO)
    wake(redis, kind, dawdling, SLOW)


def started(redis: Redis, kind: str, ref: int) -> None:
    """A job took up the call: from now on a new one must be enqueued again."""
    redis.delete(_mark(kind, ref))


def _mark(kind: str, ref: int) -> str:
    return f"orderloom:wake:{kind}:{ref}"
