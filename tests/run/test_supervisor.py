"""Supervision with real processes: restarts, order of stopping, and nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from orderloom.run import tree
from tests.support.processes import (
    ROOT,
    Running,
    all_gone,
    content,
    is_alive,
    program,
    wait_until,
)

Start = Callable[..., AbstractContextManager[Running]]

SLEEPER = "import time; time.sleep(600)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {ready}; time.sleep(600)"
)
# Leaves its session, loses its parent, ignores every polite request, and says who it is.
ESCAPEE = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sig, signal.SIG_IGN)
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """`start(spec, …, flags)`: a supervisor of these processes in a program of its own."""

    def begin(*specs: dict[str, Any], flags: tuple[str, ...] = ()) -> Any:
        host = str(ROOT / "tests" / "support" / "host.py")
        return program(host, json.dumps(specs), *flags, folder=tmp_path)

    return begin


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def make(name: str, code: str, *words: str, **fields: Any) -> dict[str, Any]:
        log = str(tmp_path / f"{name}.log")
        return {"name": name, "command": [sys.executable, "-c", code, *words], "log": log, **fields}

    return make


@pytest.fixture
def escaped(tmp_path: Path) -> Iterator[Path]:
    """Where an escapee writes its number; it is killed afterwards whatever the test found."""
    file = tmp_path / "escaped"
    yield file
    if file.exists():
        tree.send(signal.SIGKILL, [int(file.read_text())])


def is_ready(log: Path) -> bool:
    return "ready" in content(log)


def pid_in(file: Path) -> int:
    return int(wait_until(lambda: content(file), f"a number in {file.name}"))


def pids_of(host: Running) -> dict[str, int]:
    lines = [line[5:] for line in host.printed.splitlines() if line.startswith("pids ")]
    return dict(json.loads(lines[-1])) if lines else {}


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_no_process_whatever_its_session(
    start: Start, spec: Callable[..., dict[str, Any]], escaped: Path, sig: signal.Signals
) -> None:
    with start(spec("a", ESCAPEE, str(escaped)), spec("b", SLEEPER)) as host:
        family = [pid_in(escaped), *host.family()]
        assert len(set(family)) >= 4
        host.end(sig)
        assert "left []" in host.printed
        assert all_gone(family)


def test_under_nohup_the_terminals_end_is_no_stop(
    start: Start, spec: Callable[..., dict[str, Any]]
) -> None:
    with start(spec("a", SLEEPER), flags=("--nohup",)) as host:
        child = wait_until(lambda: pids_of(host), "the child")["a"]
        host.send(signal.SIGHUP)
        os.kill(child, signal.SIGKILL)  # it still looks after its children
        wait_until(lambda: pids_of(host).get("a", child) != child, "the new child")
        host.end()
        assert "left []" in host.printed


def test_without_adoption_the_escapee_would_live_on(
    start: Start, spec: Callable[..., dict[str, Any]], escaped: Path
) -> None:
    if not tree.LINUX:
        pytest.fail("adoption exists on Linux only; run this test there")
    with start(spec("a", ESCAPEE, str(escaped)), flags=("--no-adoption",)) as host:
        pid = pid_in(escaped)
        wait_until(lambda: tree.parents().get(pid) == 1 or not is_alive(pid), "its parent's end")
        host.end()
        assert is_alive(pid)


def test_children_die_with_a_supervisor_that_is_killed(
    start: Start, spec: Callable[..., dict[str, Any]]
) -> None:
    with start(spec("a", SLEEPER), spec("b", DEAF.format(ready="pass"))) as host:
        children = wait_until(lambda: pids_of(host), "the children")
        os.kill(host.pid, signal.SIGKILL)
        wait_until(lambda: all_gone(list(children.values())), "the children's end")


def test_what_dies_is_started_again(start: Start, spec: Callable[..., dict[str, Any]]) -> None:
    with start(spec("a", SLEEPER), spec("b", SLEEPER)) as host:
        first = wait_until(lambda: pids_of(host), "the children")
        os.kill(first["a"], signal.SIGKILL)
        wait_until(lambda: pids_of(host).get("a", first["a"]) != first["a"], "the new child")
        second = pids_of(host)
        assert second["b"] == first["b"]
        assert "event run.restarting a SIGKILL" in host.printed


def test_a_crash_loop_is_said_once_and_trying_goes_on(
    start: Start, spec: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    with start(spec("a", "import sys; print('no key', file=sys.stderr); sys.exit(3)")) as host:
        log = tmp_path / "a.log"
        wait_until(lambda: content(log).count("no key") > 8, "nine tries")
        assert host.printed.count("event run.crash_loop a exit 3") == 1


def test_a_dead_child_leaves_nobody_to_hold_its_port(
    start: Start, spec: Callable[..., dict[str, Any]], escaped: Path
) -> None:
    with start(spec("a", ESCAPEE, str(escaped))) as host:
        stray = pid_in(escaped)
        os.kill(pids_of(host)["a"], signal.SIGKILL)
        wait_until(lambda: not is_alive(stray), "the stray's end")


def test_lower_phases_stop_first(
    start: Start, spec: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    order = tmp_path / "order"
    polite = """
import signal, sys, time
def end(*_):
    time.sleep(0.1)
    open(sys.argv[1], "a").write(sys.argv[2])
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(600)
"""
    specs = [
        spec(name, polite, str(order), name, phase=phase)
        for name, phase in (("c", 9), ("a", 1), ("b", 2))
    ]
    with start(*specs) as host:
        for name in "abc":
            wait_until(partial(is_ready, tmp_path / f"{name}.log"), "readiness")
        host.end()
    assert order.read_text() == "abc"


def test_a_deaf_process_is_killed_after_its_grace(
    start: Start, spec: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    deaf = DEAF.format(ready="print('ready', flush=True)")
    with start(spec("a", deaf, grace=0.2)) as host:
        wait_until(partial(is_ready, tmp_path / "a.log"), "readiness")
        family = host.family()
        host.end()
        assert all_gone(family)


def test_a_second_ctrl_c_does_not_wait_for_the_grace(
    start: Start, spec: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    deaf = DEAF.format(ready="print('ready', flush=True)")
    with start(spec("a", deaf, grace=10_000)) as host:
        wait_until(partial(is_ready, tmp_path / "a.log"), "readiness")
        family = host.family()
        host.send(signal.SIGINT)

        def again() -> bool:
            host.send(signal.SIGINT)
            return host.process.poll() is not None

        wait_until(again, "the end")
        assert all_gone(family)
