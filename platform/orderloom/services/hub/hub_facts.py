"""What the installation is called and what it is for."""

from __future__ import annotations

from typing import Any

from orderloom.store.db import Tx
from orderloom.store.queries import hub

TITLE = "Orderloom"


def hub_facts(tx: Tx, zone: str, version: str) -> dict[str, Any]:
    """`hub_meta` may name a "title", and "demo" for one that runs on simulators: their page."""
    demo = hub.meta(tx, "demo")
    return {
        "title": hub.meta(tx, "title") or TITLE,
        "zone": zone,
        "version": version,
        "demo": bool(demo),
        "demo_page": demo if isinstance(demo, str) else None,
    }


def mark_demo(tx: Tx, page: str) -> None:
    """Note that this installation runs on simulators, directed at `page`: everybody sees it."""
    hub.set_meta(tx, "demo", page)
