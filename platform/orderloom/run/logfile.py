"""Log files of processes that cannot rotate them together: cut from outside, read from the end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

LARGEST = 20 * 1024 * 1024
_TAIL = 16 * 1024


def trim(path: Path, largest: int = LARGEST) -> None:
    """Keep one old copy and start over when the file has grown; writers append, so none is lost."""
    try:
        if path.stat().st_size > largest:
            shutil.copyfile(path, path.with_suffix(path.suffix + ".1"))
            with path.open("r+b") as file:
                file.truncate(0)
    except FileNotFoundError:
        return


def last_words(path: Path) -> str:
    """The last line of a log, as a person would read it."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    line = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return _message(line)[:300]


def _message(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict):
        return line
    error = str(entry.get("error") or "").strip().rpartition("\n")[2]
    return " – ".join(filter(None, [str(entry.get("message", "")), error])) or line
