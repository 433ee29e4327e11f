"""The web server: one process that accepts, one that answers."""

from __future__ import annotations

import multiprocessing
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from orderloom import logs
from orderloom.config import Settings
from orderloom.run import tree

THREADS = 16


def serve(settings: Settings, port: int) -> None:
    """Answer requests until asked to stop."""
    Granian(
        f"{__name__}:create",
        factory=True,
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels(settings.log_level.lower()),
        log_dictconfig=logs.granian_config("web", settings.log_level),
    ).serve()


def create() -> Any:
    """The application, made in the process that answers; it ends with the one that accepts."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid:
        tree.die_with(parent.pid)
    # Only here: the accepting process stays small.
    from orderloom import config
    from orderloom.app import create_app
    from orderloom.store.db import Database

    settings = config.load()
    database = Database.open(settings.database_url)
    database.stay_open()  # people can look things up while the disk is full
    return create_app(settings, database)
