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
export FONTCONFIG_FILE='{fonts}'
exec '{binary}' "$@"
"""
# Its own list: without any font Chromium ends at the first window.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/var/cache/fontconfig</cachedir>
</fontconfig>
"""
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-droid-fallback")
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
    debian.unpack(PACKAGES, root, needs=True)
    binary = root / "usr" / "lib" / "chromium" / "chromium"
    if not binary.exists():
        raise SetupFailed(f"This system's chromium package holds no browser. {ADVICE}")
    folders = {str(library.parent) for library in root.glob("usr/lib/*-linux-gnu*/**/*.so*")}
    folders |= {str(library.parent) for library in root.glob("lib/*-linux-gnu*/*.so*")}
    fonts, launcher = OWN / "fonts.conf", OWN / "chromium"
    fonts.write_text(FONTS.format(root=root), "utf-8")
    libraries = ":".join(sorted(folders, key=len))
    launcher.write_text(LAUNCHER.format(libraries=libraries, fonts=fonts, binary=binary), "utf-8")
    launcher.chmod(0o755)
    return launcher
