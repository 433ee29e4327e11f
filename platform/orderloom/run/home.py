"""The data folder of an installation: that it can be used, by one hub at a time."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from orderloom.config import Settings
from orderloom.errors import ConfigError

NEEDED_MB = 100


def prepare(settings: Settings, needed_mb: int = NEEDED_MB) -> None:
    """Make the folder; raises ConfigError if it cannot be written or its disk is full."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.logs.mkdir(exist_ok=True)
        probe = settings.home / f".probe.{os.getpid()}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError("config.home", str(settings.home), reason=reason) from error
    free = free_mb(settings.home)
    if free < needed_mb:
        raise ConfigError("config.disk_full", str(settings.home), free=free, needed=needed_mb)


def free_mb(folder: Path) -> int:
    """Megabytes an ordinary user may still write on the disk of `folder`."""
    return shutil.disk_usage(folder).free // 1_000_000


@dataclass
class Lock:
    """Held as long as the file stays open, however this process ends."""

    file: IO[str]

    def note(self, **facts: Any) -> None:
        """Leave word for a second start."""
        self.file.seek(0)
        self.file.truncate()
        json.dump({"pid": os.getpid(), **facts}, self.file)
        self.file.flush()


def lock(settings: Settings) -> Lock:
    """Raises ConfigError if a hub runs in this folder already."""
    file = (settings.home / "run.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        facts = _noted(file.read())
        file.close()
        raise ConfigError("config.home_busy", str(settings.home), **facts) from error
    held = Lock(file)
    held.note()
    return held


def is_running(settings: Settings) -> bool:
    """Whether a hub runs in this folder."""
    try:
        with (settings.home / "run.lock").open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _noted(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError:
        facts = {}
    return {"pid": facts.get("pid", "?"), "address": facts.get("address")}
