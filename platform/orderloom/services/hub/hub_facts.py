"""What the installation is called and what it is for."""

from __future__ import annotations

from typing import Any

from orderloom.store.db import Tx
from orderloom.store.queries import hub

TITLE = "Orderloom"


def hub_facts(tx: Tx, zone: str, version: str) -> dict[str, Any]:
    """`hub_meta` may name a "title", and say "demo" for one that runs on simulators."""
    return {
        "title": hub.meta(tx, "title") or TITLE,
        "zone": zone,
        "version": version,
        "demo": bool(hub.meta(tx, "demo")),
    }


def mark_demo(tx: Tx) -> None:
    """Note that this installation runs on simulators, so that everybody sees it."""
    hub.set_meta(tx, "demo", True)
