"""Debian packages without root: fetched by apt into a cache of our own and unpacked aside."""

from __future__ import annotations

import getpass
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from kit.shell import TOOLS, SetupFailed, output, step

APT = TOOLS / "apt"
_PACKAGE = re.compile(r"^'[^']*' ([^_]+)_", re.MULTILINE)


def available() -> bool:
    return all(map(shutil.which, ("apt-get", "dpkg")))


def _apt(*words: str) -> list[str]:
    lists, cache = APT / "lists", APT / "cache"
    for folder in (lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State::Lists": str(lists),
        "Dir::Cache": str(cache),
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": getpass.getuser(),
    }
    flags = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    return ["apt-get", *flags, "-qq", *words]


def missing(packages: Sequence[str]) -> list[str]:
    """The packages, and what they need, that this machine does not have yet."""
    listing = output(_apt("--print-uris", "--no-install-recommends", "install", *packages))
    if listing is None:
        raise SetupFailed(f"apt does not know {', '.join(packages)}.")
    return _PACKAGE.findall(listing)


def unpack(packages: Sequence[str], into: Path, *, needs: bool) -> None:
    """Unpack packages below `into`; with `needs` also whatever they need and the machine lacks."""
    debs = APT / into.name
    shutil.rmtree(debs, ignore_errors=True)
    shutil.rmtree(into, ignore_errors=True)
    debs.mkdir(parents=True)
    into.mkdir(parents=True)
    step("Lists of Debian packages", _apt("update"))
    names = missing(packages) if needs else list(packages)
    step(f"Debian packages: {' '.join(packages)}", _apt("download", *names), cwd=debs)
    for deb in sorted(debs.glob("*.deb")):
        if output(["dpkg", "-x", deb, into]) is None:
            raise SetupFailed(f"{deb.name} cannot be unpacked; is the disk full?")
    shutil.rmtree(debs)
