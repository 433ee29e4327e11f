"""The Python side: a pinned uv in .tools, the locked packages in .venv."""

from __future__ import annotations

import os
import shutil
import ssl
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from kit import debian
from kit.shell import ROOT, TOOLS, SetupFailed, Stamp, Word, digest, output, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
UV_HOME = TOOLS / "uv"
SHARED_WHEELS = Path("/usr/share/python-wheels")
LAUNCHER = """#!/bin/sh
'''exec' '{python}' "$0" "$@"
' '''
import sys

from orderloom.cli import main

sys.exit(main())
"""


def environment() -> dict[str, str]:
    """Settings for uv: the machine's own Python and certificates, a slow network forgiven."""
    env = {"UV_PYTHON_PREFERENCE": "system", "UV_HTTP_TIMEOUT": "180", "UV_NO_PROGRESS": "1"}
    if _machine_has_certificates():
        env["UV_SYSTEM_CERTS"] = "true"
    mirror = os.environ.get("PIP_INDEX_URL")
    if mirror:
        env.setdefault("UV_DEFAULT_INDEX", os.environ.get("UV_DEFAULT_INDEX", mirror))
    return env


def _machine_has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath or "/nonexistent")
    return bool(paths.cafile) or (folder.is_dir() and any(folder.iterdir()))


def uv() -> Path:
    """The pinned uv; installed at the first call."""
    binary, lock = UV_HOME / "bin" / "uv", LOCKS / "uv.txt"
    stamp, wanted = Stamp(UV_HOME / ".done"), digest([lock], str(ROOT), sys.version)
    if stamp.read() == wanted and binary.exists():
        return binary
    shutil.rmtree(UV_HOME, ignore_errors=True)
    pip, env = _private_pip()
    step(
        "uv, the package installer",
        [*pip, "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", lock],
        advice="Is the Python package index reachable?",
        env={"PIP_DISABLE_PIP_VERSION_CHECK": "1", **env},
    )
    stamp.write(wanted)
    return binary


def _private_pip() -> tuple[list[str], dict[str, str]]:
    """A fresh environment in .tools, and a pip that runs in it straight from its wheel."""
    wheel = _pip_wheel()
    if wheel is None and debian.available():
        debian.unpack(["python3-pip-whl"], TOOLS / "pip", needs=False)
        wheel = _newest((TOOLS / "pip").rglob("pip-*.whl"))
    if wheel is None:
        raise SetupFailed("This Python has no ensurepip. Install its venv package and repeat.")
    step("environment for uv", [sys.executable, "-m", "venv", "--without-pip", UV_HOME])
    return [str(UV_HOME / "bin" / "python"), "-m", "pip"], {"PYTHONPATH": str(wheel)}


def _pip_wheel() -> Path | None:
    """The pip that comes with this Python; Debian keeps it in a package of its own."""
    found = find_spec("ensurepip")
    bundled = Path(found.origin).parent / "_bundled" if found and found.origin else SHARED_WHEELS
    return _newest([*bundled.glob("pip-*.whl"), *SHARED_WHEELS.glob("pip-*.whl")])


def _newest(wheels: Iterable[Path]) -> Path | None:
    return max(wheels, key=lambda path: path.name, default=None)


def ensure(group: str) -> None:
    """Bring .venv to the lock of `group` ("run" or "dev"; dev contains run)."""
    stamp = Stamp(VENV / ".locked")
    if "dev" in (group, stamp.read().partition(" ")[0]):
        group = "dev"
    lock = LOCKS / f"{group}.txt"
    wanted = f"{group} {digest([lock], str(ROOT), sys.version)}"
    if stamp.read() == wanted and PYTHON.exists():
        return
    tool, env = uv(), environment()
    # `--clear`: an environment of another Python, or of a folder since moved, is of no use.
    base: list[Word] = [tool, "venv", "-q", "--clear", "--python", sys.executable, VENV]
    if not stamp.read() or not PYTHON.exists() or sys.version not in (_version() or ""):
        step("environment for Orderloom", base, env=env)
    sync: list[Word] = [tool, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes"]
    step(
        f"packages for Python ({group})",
        # Compiled now, once: else the first start does it in six processes at a time.
        [*sync, "--only-binary", ":all:", "--compile-bytecode", lock],
        advice="Is the Python package index reachable, and is there 1 GB of disk left?",
        env=env,
    )
    _link()
    stamp.write(wanted)


def _version() -> str | None:
    return output([PYTHON, "-c", "import sys; print(sys.version)"])


def _link() -> None:
    """Make `orderloom` importable and startable without building a package of it."""
    packages = next(VENV.glob("lib/python*/site-packages"))
    (packages / "orderloom.pth").write_text(f"{ROOT}\n{ROOT / 'platform'}\n", "utf-8")
    launcher = VENV / "bin" / "orderloom"
    launcher.write_text(LAUNCHER.format(python=PYTHON), "utf-8")
    launcher.chmod(0o755)


def lock() -> None:
    """Resolve the dependencies of pyproject.toml again, newest allowed versions."""
    tool, env = uv(), environment()
    sources = {
        "run": ["pyproject.toml"],
        "dev": ["pyproject.toml", "--group", "dev", "-c", "requirements/run.txt"],
        "ui": ["--group", "ui"],
    }
    flags = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    flags += ["--no-header", "--no-emit-index-url", "--no-emit-find-links", "-q"]
    for name, source in sources.items():
        target = f"requirements/{name}.txt"
        step(f"lock {target}", [tool, "pip", "compile", *source, *flags, "-o", target], env=env)
