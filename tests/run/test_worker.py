"""Workers on the real queue server: jobs run, and a killed worker takes its job's process along."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue

from orderloom.services.connecting.secrets import new_key
from tests.support.processes import (
    Running,
    content,
    environment,
    is_alive,
    program,
    wait_until,
)
from tests.support.valkey import Valkey

StartWorker = Callable[..., AbstractContextManager[Running]]


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[Redis]:
    with valkey.client() as client:
        yield client


@pytest.fixture
def worker(tmp_path: Path, valkey: Valkey, sqlite_url: str) -> StartWorker:
    """`worker(words)`: an `orderloom worker` on this test's database and queues."""

    @contextmanager
    def start(*words: str) -> Iterator[Running]:
        env = environment(
            ORDERLOOM_HOME=str(tmp_path / "home"),
            DATABASE_URL=sqlite_url,
            REDIS_URL=valkey.url,
            ORDERLOOM_SECRET_KEY=new_key(),
        )
        command = ("-m", "orderloom.cli", "worker", *words)
        with program(*command, folder=tmp_path, env=env) as running:
            yield running

    return start


def enqueue(redis: Redis, queue: str, job: str, file: Path) -> None:
    Queue(queue, connection=redis, serializer="json").enqueue(
        f"tests.support.jobs.{job}", str(file)
    )


def first_pid(file: Path) -> int:
    return int(wait_until(lambda: content(file), "the job").splitlines()[0])


def test_jobs_of_both_queues_run_apart_from_the_worker(
    worker: StartWorker, redis: Redis, tmp_path: Path
) -> None:
    files = {queue: tmp_path / queue for queue in ("work", "io")}
    with worker() as running:
        for queue, file in files.items():
            enqueue(redis, queue, "note", file)
        pids = [first_pid(file) for file in files.values()]
        assert running.pid not in pids
        assert running.end() == 0


def test_a_killed_worker_takes_its_jobs_process_along(
    worker: StartWorker, redis: Redis, tmp_path: Path
) -> None:
    file = tmp_path / "job"
    with worker() as first:
        enqueue(redis, "work", "note_and_stay", file)
        horse = first_pid(file)
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(horse), "the end of the job's process")


def test_a_worker_takes_only_the_queues_it_was_given(
    worker: StartWorker, redis: Redis, tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    with worker("--queues", "io"):
        enqueue(redis, "work", "note", theirs)
        enqueue(redis, "io", "note", ours)
        first_pid(ours)
    assert not theirs.exists()


def test_an_unknown_queue_is_refused(worker: StartWorker) -> None:
    with worker("--queues", "work,mail") as running:
        assert running.process.wait() == 2
        assert "mail" in running.printed
        assert "work, io" in running.printed


def test_an_idle_worker_outlives_its_queue_server(
    worker: StartWorker, redis: Redis, valkey: Valkey, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    with worker() as running:
        enqueue(redis, "work", "note", before)
        first_pid(before)
        wait_until(lambda: len(running.family()) == 1, "an idle worker")
        valkey.kill()
        valkey.start()
        enqueue(redis, "work", "note", after)
        first_pid(after)
        assert running.end() == 0


def test_a_worker_whose_job_ends_without_a_queue_server_works_on(
    worker: StartWorker, redis: Redis, valkey: Valkey, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    with worker() as running:
        enqueue(redis, "work", "note_and_stay", before)
        horse = first_pid(before)
        valkey.kill()
        (tmp_path / "before.release").touch()
        wait_until(lambda: not is_alive(horse), "the job's end")
        valkey.start()
        enqueue(redis, "work", "note", after)
        first_pid(after)
        assert running.end() == 0
