"""`orderloom ticker`: the process that wakes what is due."""

from __future__ import annotations

import argparse
import signal
from threading import Event

from orderloom import config, logs
from orderloom.clock import SystemClock
from orderloom.console import Console
from orderloom.jobs import context as jobs
from orderloom.jobs.ticker import tick
from orderloom.run.ticker import Ticker
from orderloom.worker import Beat


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    """It takes no words of its own."""


def run(args: argparse.Namespace, console: Console) -> int:
    settings = config.load()
    logs.set_up("ticker", settings.log_level)
    stop = Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sig, lambda *_: stop.set())
    context = jobs.open_context(settings)
    jobs.use(context)
    beat = Beat(context.database, SystemClock(), "ticker")

    def once() -> None:
        beat(None)
        tick()

    Ticker(once, stop).run()
    beat.end()
    return 0
