"""Real processes: starting them, waiting for what they do, and that none is left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from orderloom.run import tree

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0  # only a test that fails waits this long
# What a developer's shell may say must not decide what a test sees.
OURS = ("ORDERLOOM_", "DATABASE_URL", "REDIS_URL")


def environment(**changes: str) -> dict[str, str]:
    """The environment for a child: ours without settings of the hub, plus `changes`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    path = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
    return {**kept, "PYTHONPATH": path, "ORDERLOOM_LANG": "en", **changes}


def wait_until(check: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """The first true answer of `check`; fails saying `what` never came."""
    deadline = time.monotonic() + patience
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < deadline, f"still waiting: {what}"
        time.sleep(0.05)  # what is waited for needs the processor too


def content(file: Path) -> str:
    """What stands in a file; nothing while there is none."""
    return file.read_text("utf-8", "replace") if file.exists() else ""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    return pid in tree.parents()


def all_gone(pids: Sequence[int]) -> bool:
    return not any(map(is_alive, pids))


class Running:
    """A started program with everything it printed, and its descendants as they were seen."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], folder: Path, cwd: Path
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._out = folder / f"printed-{time.monotonic_ns()}.txt"
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
                preexec_fn=tree.tied_to_this_process(),
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def printed(self) -> str:
        return self._out.read_text("utf-8", "replace")

    def wait_for(self, words: str, patience: float = PATIENCE) -> str:
        """Everything printed, once it contains `words`; fails if the program ends before."""

        def look() -> str | None:
            text = self.printed
            assert words in text or self.process.poll() is None, f"ended early:\n{text}"
            return text if words in text else None

        return wait_until(look, f"{words!r} in:\n{self.printed}", patience)

    def family(self) -> list[int]:
        """The program and every process below it."""
        return [self.pid, *tree.descendants(self.pid)]

    def send(self, sig: signal.Signals) -> None:
        self.process.send_signal(sig)

    def end(self, sig: signal.Signals = signal.SIGTERM, patience: float = PATIENCE) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(sig)
        return self.process.wait(patience)

    def destroy(self) -> None:
        """Whatever happened in the test: nothing stays."""
        family = self.family()
        tree.send(signal.SIGKILL, family)
        self.process.wait()


@contextmanager
def program(
    *words: str, folder: Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[Running]:
    """`python <words>`, ended with everything below it when the block ends."""
    command = [sys.executable, *words]
    running = Running(command, env or environment(), folder, cwd)
    try:
        yield running
    finally:
        running.destroy()


@contextmanager
def hub(home: Path, *words: str, output: Path | None = None, **changes: str) -> Iterator[Running]:
    """`orderloom run` in `home`, on a port of its own unless `changes` names one."""
    changes.setdefault("ORDERLOOM_PORT", str(free_port()))
    env = environment(ORDERLOOM_HOME=str(home), **changes)
    folder = output or home.parent / f"{home.name}-output"
    with program("-m", "orderloom.cli", "run", *words, folder=folder, env=env) as running:
        yield running
