"""`orderloom worker`: one process that takes jobs."""

from __future__ import annotations

import argparse

from orderloom import config, logs, worker
from orderloom.clock import SystemClock
from orderloom.console import Console
from orderloom.errors import ConfigError
from orderloom.jobs import context as jobs
from orderloom.store.db import Database


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    text = console.text("cli.worker_queues", queues=list(config.QUEUES))
    parser.add_argument("--queues", default=",".join(config.QUEUES), help=text)


def run(args: argparse.Namespace, console: Console) -> int:
    settings = config.load()
    queues = [name.strip() for name in args.queues.split(",")]
    unknown = [name for name in queues if name not in config.QUEUES]
    if unknown:
        raise ConfigError("cli.unknown_queue", "--queues", name=unknown, valid=list(config.QUEUES))
    logs.set_up("worker", settings.log_level)
    context = jobs.open_context(settings)
    jobs.use(context)
    # Not pooled: an idle connection of the parent must not be shared with its forks.
    beats = Database.open(settings.database_url, pooled=False)
    asked = worker.work(context, worker.Beat(beats, SystemClock(), "worker"), queues)
    return 0 if asked else 1
