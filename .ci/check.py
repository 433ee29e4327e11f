"""All checks one after the other, each failure shown, one table at the end; 0 if all passed.

`--all` adds the slow tests; any other words go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kit import browser, node, python
from kit.shell import ROOT, TOOLS

BIN = python.VENV / "bin"
NOT_PACKAGES = ("tests", ".ci", "wsgi.py", "alembic/env.py")
DEEP = {"TEST_DEPTH": "5"}  # see tests/support/depth.py
PROCESSES = (os.cpu_count() or 1) + 1  # some tests wait for processes and browsers
SOURCES = os.pathsep.join(("platform", ".", ".ci"))


@dataclass(frozen=True)
class Check:
    """One line of the table."""

    name: str
    command: Sequence[str]
    cwd: Path = ROOT
    env: Mapping[str, str] = field(default_factory=dict)


def checks(slow: bool, words: Sequence[str]) -> list[Check]:
    web = node.environment()
    chromium = browser.find()
    # Playwright's own Node needs a library that a bare Debian lacks.
    with_chromium = {"PLAYWRIGHT_NODEJS_PATH": node.program()}
    if chromium:
        with_chromium["CHROMIUM"] = str(chromium)
    found = [
        Check("ruff", [str(BIN / "ruff"), "check", "."]),
        Check("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Check("mypy", [str(BIN / "mypy")]),
        Check("mypy tests", [str(BIN / "mypy"), *NOT_PACKAGES], env={"MYPYPATH": SOURCES}),
        Check("tsc", node.npm("run", "typecheck"), node.APP, web),
        Check("vitest", node.npm("run", "test"), node.APP, web),
        Check("pytest", _pytest(slow, words), env={**with_chromium, **(DEEP if slow else {})}),
    ]
    if slow:
        found.append(Check("e2e", node.npm("run", "e2e"), node.APP, {**web, **with_chromium}))
    return found


def _pytest(slow: bool, words: Sequence[str]) -> list[str]:
    choice = [] if slow else ["-m", "not slow"]
    return [str(BIN / "pytest"), "-q", "-n", str(PROCESSES), *choice, *words]


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--all"]
    (TOOLS / "tmp").mkdir(parents=True, exist_ok=True)
    results = [(check.name, *_run(check)) for check in checks("--all" in sys.argv, words)]
    print("\n" + "─" * 40)
    for name, code, seconds in results:
        print(f"{'✓' if code == 0 else '✗'} {name:<16}{seconds:>7.1f} s")
    failed = [name for name, code, _ in results if code]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _run(check: Check) -> tuple[int, float]:
    print(f"\n── {check.name}", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        check.command, cwd=check.cwd, env={**os.environ, **check.env}, check=False
    )
    return done.returncode, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
