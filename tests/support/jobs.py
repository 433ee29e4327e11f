"""Jobs for tests of workers."""

from __future__ import annotations

import os
import time
from pathlib import Path


def note(file: str) -> None:
    """Write down which process ran this."""
    with Path(file).open("a") as out:
        out.write(f"{os.getpid()}\n")


def note_and_stay(file: str) -> None:
    """The same, and keep the process busy until somebody writes `<file>.release`."""
    note(file)
    while not Path(f"{file}.release").exists():
        time.sleep(0.02)
