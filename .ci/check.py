"""All checks, each failure shown, one table at the end; 0 if all passed.

`--all` adds the slow tests; any other words go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kit import browser, node, python
from kit.shell import ROOT, TOOLS

BIN = python.VENV / "bin"
NOT_PACKAGES = ("tests", ".ci", "wsgi.py", "alembic/env.py")
DEEP = {"TEST_DEPTH": "5"}  # see tests/support/depth.py
SOURCES = os.pathsep.join(("platform", ".", ".ci"))


@dataclass(frozen=True)
class Check:
    """One line of the table."""

    name: str
    command: Sequence[str]
    cwd: Path = ROOT
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """`seconds`: from its start to its end."""

    name: str
    code: int
    seconds: float


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--all"]
    (TOOLS / "tmp").mkdir(parents=True, exist_ok=True)
    results = [*_side_by_side(_types(), _app()), *map(_run, _tests("--all" in sys.argv, words))]
    print("\n" + "─" * 40)
    for result in results:
        print(f"{'✗' if result.code else '✓'} {result.name:<16}{result.seconds:>7.1f} s")
    failed = [result.name for result in results if result.code]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _types() -> list[Check]:
    return [
        Check("ruff", [str(BIN / "ruff"), "check", "."]),
        Check("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Check("mypy", [str(BIN / "mypy")]),
        Check("mypy tests", [str(BIN / "mypy"), *NOT_PACKAGES], env={"MYPYPATH": SOURCES}),
    ]


def _app() -> list[Check]:
    web = node.environment()
    return [
        Check("tsc", node.npm("run", "typecheck"), node.APP, web),
        Check("vitest", node.npm("run", "test"), node.APP, web),
    ]


def _tests(slow: bool, words: Sequence[str]) -> Iterator[Check]:
    chromium = browser.find()
    # Playwright's own Node needs a library that a bare Debian lacks.
    env = {"PLAYWRIGHT_NODEJS_PATH": node.program()}
    if chromium:
        env["CHROMIUM"] = str(chromium)
    choice = [] if slow else ["-m", "not slow"]
    # Neighbours stay together: what a module starts is then started once.
    spread = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
    pytest = [str(BIN / "pytest"), "-q", *spread, *choice, *words]
    yield Check("pytest", pytest, env={**env, **(DEEP if slow else {})})
    if slow:
        yield Check("e2e", node.npm("run", "e2e"), node.APP, {**node.environment(), **env})


def _side_by_side(*lanes: Sequence[Check]) -> list[Result]:
    """Each lane's checks one after the other, the lanes at the same time: each uses one core."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        return [result for lane in pool.map(_quietly, lanes) for result in lane]


def _quietly(checks: Sequence[Check]) -> list[Result]:
    return [_run(check, held=True) for check in checks]


def _run(check: Check, held: bool = False) -> Result:
    """`held`: what it says is shown in one piece when it ends."""
    started, title = time.monotonic(), f"\n── {check.name}"
    if not held:
        print(title, flush=True)
    done = subprocess.run(
        check.command,
        cwd=check.cwd,
        env={**os.environ, **check.env},
        check=False,
        stdout=subprocess.PIPE if held else None,
        stderr=subprocess.STDOUT if held else None,
    )
    if held:
        print(title, done.stdout.decode("utf-8", "replace").rstrip(), sep="\n", flush=True)
    return Result(check.name, done.returncode, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
