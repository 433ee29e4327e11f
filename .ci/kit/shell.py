"""Running commands, remembering what is already done, and saying what went wrong."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
TAIL = 40
Word = str | Path


class SetupFailed(Exception):
    """One sentence about what failed and what to do; `log` holds the whole output."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


def say(message: str) -> None:
    print(message, flush=True)


def step(
    title: str,
    command: Sequence[Word],
    *,
    advice: str = "",
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command quietly; on failure show the end of its output and raise SetupFailed."""
    log = TOOLS / "log" / (title.split()[0].lower() + ".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    say(f"· {title} …")
    with log.open("wb") as out:
        code = _run(command, out.fileno(), cwd, env)
    if code:
        tail = log.read_text("utf-8", "replace").splitlines()[-TAIL:]
        print(*tail, sep="\n", file=sys.stderr)
        raise SetupFailed(f"{title}: failed ({code}). {advice}".rstrip(), log)
    say(f"  done in {time.monotonic() - started:.1f} s")


def _run(command: Sequence[Word], out: int, cwd: Path, env: Mapping[str, str] | None) -> int:
    words = [os.fspath(word) for word in command]
    try:
        return subprocess.run(
            words,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            check=False,
        ).returncode
    except OSError as error:
        raise SetupFailed(f"{words[0]} cannot be started: {error.strerror}.") from error


def output(command: Sequence[Word], env: Mapping[str, str] | None = None) -> str | None:
    """What a command printed, or None if it is missing or failed."""
    try:
        done = subprocess.run(
            [os.fspath(word) for word in command],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(env or {})},
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def digest(files: Iterable[Path], *extra: str) -> str:
    """A hash of the files' names and contents and of the extra words."""
    state = hashlib.sha256()
    for path in sorted(files):
        state.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        state.update(hashlib.sha256(path.read_bytes()).digest())
    for word in extra:
        state.update(word.encode() + b"\0")
    return state.hexdigest()


class Stamp:
    """Remembers for which input something was last done."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str:
        try:
            return self.path.read_text("utf-8")
        except OSError:
            return ""

    def write(self, value: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(value, "utf-8")
