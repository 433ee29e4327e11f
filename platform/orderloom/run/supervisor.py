"""Starts processes, starts them again when they die, and leaves none behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orderloom.run import tree
from orderloom.run.logfile import last_words, trim

TRIM_EVERY = 60.0

Tell = Callable[[str, Mapping[str, Any]], None]


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or asked the hub to end."""


class NeverReady(Exception):
    """A process died, or stayed silent, while others waited for it."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        super().__init__(name)
        self.name, self.reason, self.log = name, reason, log


@dataclass(frozen=True)
class Spec:
    """One process. Lower phases are stopped first; `grace` seconds between asking and killing."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    phase: int = 1
    grace: float = 8.0
    output: Path | None = None  # standard output apart from the log, emptied at each start


@dataclass(frozen=True)
class Pace:
    """How fast what died is started again: after `first` seconds, doubled for each death within
    `memory` seconds up to `longest`; `loop` such deaths are a crash loop."""

    first: float = 0.5
    longest: float = 30.0
    memory: float = 60.0
    loop: int = 5


@dataclass
class _Child:
    spec: Spec
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    due: float | None = None  # when to start again

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None


class Supervisor:
    """To be used from the main thread only: children die with the thread that made them."""

    def __init__(self, tell: Tell, pace: Pace | None = None) -> None:
        self._tell, self._pace = tell, pace or Pace()
        self._children: dict[str, _Child] = {}
        self._stops: list[float] = []
        self._trimmed = time.monotonic()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._tie = tree.tied_to_this_process()
        tree.adopt_orphans()

    def listen(self) -> None:
        """Take over Ctrl-C, SIGTERM and, unless ignored as under nohup, the terminal's end."""
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if sig is not signal.SIGHUP or signal.getsignal(sig) is not signal.SIG_IGN:
                signal.signal(sig, lambda *_: self._note_stop())

    def _note_stop(self) -> None:
        # A terminal and a parent may both pass on one Ctrl-C; only a later one means haste.
        now = time.monotonic()
        if not self._stops or now - self._stops[-1] > 1.0:
            self._stops.append(now)

    def start(self, spec: Spec) -> None:
        child = self._children[spec.name] = _Child(spec)
        self._spawn(child)

    def pids(self) -> dict[str, int]:
        """Process numbers by name, of those that run."""
        return {name: child.pid for name, child in self._children.items() if child.pid}

    def wait(self, name: str, ready: Callable[[], bool], patience: float) -> None:
        """Return when `ready()`; raises NeverReady or StopRequested."""
        deadline = time.monotonic() + patience
        child = self._children[name]
        while not ready():
            self.turn(0.05)
            if child.deaths:
                raise NeverReady(name, last_words(child.spec.log), child.spec.log)
            if time.monotonic() > deadline:
                raise NeverReady(name, f"no answer within {patience:.0f} s", child.spec.log)

    def run(self, watch: Callable[[], None]) -> None:
        """Keep everything running, and `watch` every second; raises StopRequested."""
        while True:
            self.turn(1.0)
            watch()

    def turn(self, patience: float) -> None:
        """One look at everything, after at most `patience` seconds; raises StopRequested."""
        now = time.monotonic()
        waits = [child.due - now for child in self._children.values() if child.due is not None]
        self._sleep(max(0.0, min([patience, *waits])))
        if self._stops:
            raise StopRequested
        if self._reap():
            self._kill_strays()
        self._restart_due()
        self._trim_logs()

    def forget(self, name: str) -> None:
        """End one process and do not start it again."""
        child = self._children.pop(name)
        if child.process:
            tree.send(signal.SIGKILL, [child.process.pid])
            child.process.wait()
        self._kill_strays()

    def stop(self) -> list[int]:
        """End all processes, phase by phase, then whatever else descends from us.

        A second Ctrl-C kills at once. Returns the processes that could not be ended.
        """
        asked = len(self._stops)
        for child in self._children.values():
            child.due = None
        for phase in sorted({child.spec.phase for child in self._children.values()}):
            self._stop_phase(phase, asked)
        return tree.kill_descendants(os.getpid(), self._reap)

    def _stop_phase(self, phase: int, asked: int) -> None:
        members = [child for child in self._children.values() if child.spec.phase == phase]
        tree.send(signal.SIGTERM, [child.pid for child in members if child.pid])
        deadline = time.monotonic() + max(child.spec.grace for child in members)
        while any(child.pid for child in members):
            self._reap(stopping=True)
            if time.monotonic() > deadline or len(self._stops) > max(asked, 1):
                tree.send(signal.SIGKILL, [child.pid for child in members if child.pid])
            self._sleep(0.02)

    def _spawn(self, child: _Child) -> None:
        spec, child.due = child.spec, None
        spec.log.parent.mkdir(parents=True, exist_ok=True)
        with spec.log.open("ab") as log, (spec.output or spec.log).open("ab") as output:
            if spec.output:
                output.truncate(0)
            child.process = subprocess.Popen(  # noqa: S603 - our own programs
                list(spec.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                env={**os.environ, **spec.env},
                # A session of its own: Ctrl-C reaches only us, and we end things in order.
                start_new_session=True,
                preexec_fn=self._tie,
            )

    def _reap(self, *, stopping: bool = False) -> bool:
        """Collect every ended process, adopted ones included; True if one of ours ended."""
        ours = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ours
            if pid == 0:
                return ours
            child = next((c for c in self._children.values() if c.pid == pid), None)
            if child is not None and child.process is not None:
                child.process.returncode = os.waitstatus_to_exitcode(status)
                self._ended(child, child.process.returncode, stopping)
                ours = True

    def _ended(self, child: _Child, code: int, stopping: bool) -> None:
        child.process = None
        if stopping or self._stops:
            return
        now, pace = time.monotonic(), self._pace
        child.deaths = [*(at for at in child.deaths if now - at < pace.memory), now]
        delay = min(pace.first * 2 ** (len(child.deaths) - 1), pace.longest)
        child.due = now + delay
        looping = len(child.deaths) == pace.loop
        log = child.spec.log
        facts = {"name": child.spec.name, "how": _how(code), "delay": f"{delay:g}", "log": str(log)}
        facts |= {"times": str(pace.loop), "words": last_words(log)}
        self._tell("run.crash_loop" if looping else "run.restarting", facts)

    def _kill_strays(self) -> None:
        """What a dead child left behind has come to us; it may hold its port or its lock."""
        ours, me = set(self.pids().values()), os.getpid()
        strays = [pid for pid, parent in tree.parents().items() if parent == me and pid not in ours]
        tree.send(signal.SIGKILL, strays)

    def _restart_due(self) -> None:
        now = time.monotonic()
        for child in self._children.values():
            if child.due is not None and child.due <= now:
                self._spawn(child)

    def _trim_logs(self) -> None:
        if time.monotonic() - self._trimmed > TRIM_EVERY:
            self._trimmed = time.monotonic()
            for child in self._children.values():
                trim(child.spec.log)

    def _sleep(self, seconds: float) -> None:
        """Sleep until a signal comes or the time is over."""
        if select.select([self._wake_read], [], [], seconds)[0]:
            while True:
                try:
                    if not os.read(self._wake_read, 512):
                        return
                except BlockingIOError:
                    return


def _how(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
