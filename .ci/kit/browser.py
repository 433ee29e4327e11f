"""A Chromium for the browser tests: the machine's own, or Debian's unpacked in .tools."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from kit import debian
from kit.shell import TOOLS, SetupFailed, output

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
OWN = TOOLS / "chromium"
LAUNCHER = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}'
export FONTCONFIG_FILE='{root}/etc/fonts/fonts.conf' FONTCONFIG_SYSROOT='{root}'
exec '{binary}' "$@"
"""
ADVICE = "Install Chromium or Chrome, or name one in CHROMIUM=/path/to/it, and repeat."


def find() -> Path | None:
    """$CHROMIUM, then PATH, then the one unpacked in .tools."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*NAMES, str(MAC), str(OWN / "chromium")]
    found = next(filter(None, map(shutil.which, candidates)), None)
    return Path(found) if found else None


def ensure() -> Path:
    """A Chromium that starts; raises SetupFailed when there is no way to get one."""
    chromium = find()
    if chromium is None and os.environ.get("CHROMIUM"):
        raise SetupFailed(f"CHROMIUM={os.environ['CHROMIUM']} is not a program. {ADVICE}")
    if chromium is None and not debian.available():
        raise SetupFailed(f"The browser tests need a Chromium. {ADVICE}")
    chromium = chromium or _unpack()
    if output([chromium, "--version"]) is None:
        raise SetupFailed(f"{chromium} does not start. {ADVICE}")
    return chromium


def _unpack() -> Path:
    root = OWN / "root"
    debian.unpack(["chromium", "fonts-dejavu-core", "fonts-droid-fallback"], root, needs=True)
    binary = root / "usr" / "lib" / "chromium" / "chromium"
    if not binary.exists():
        raise SetupFailed(f"This system's chromium package holds no browser. {ADVICE}")
    folders = {str(library.parent) for library in root.glob("usr/lib/*-linux-gnu*/**/*.so*")}
    folders |= {str(library.parent) for library in root.glob("lib/*-linux-gnu*/*.so*")}
    launcher = OWN / "chromium"
    text = LAUNCHER.format(libraries=":".join(sorted(folders, key=len)), root=root, binary=binary)
    launcher.write_text(text, "utf-8")
    launcher.chmod(0o755)
    return launcher
