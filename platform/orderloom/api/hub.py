"""What every request works with, made once per process by `app.create_app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app

from orderloom.api.cache import Cache
from orderloom.api.signing import Signer
from orderloom.clock import Clock
from orderloom.connect import Registry
from orderloom.services.runtime import PlanCache
from orderloom.store.db import Database

_NAME = "orderloom"


@dataclass(frozen=True)
class Hub:
    """`ping_broker` raises when the job queues cannot be reached; `ui`: the built browser app."""

    database: Database
    clock: Clock
    registry: Registry
    signer: Signer
    zone: str
    ping_broker: Callable[[], object]
    ui: Path
    metrics_token: str | None = None
    plans: PlanCache = field(default_factory=PlanCache)
    cache: Cache = field(default_factory=Cache)


def install(app: Flask, hub: Hub) -> None:
    """Make the hub known to the application's requests."""
    app.extensions[_NAME] = hub


def current_hub() -> Hub:
    """The hub of the request's application."""
    found: Hub = current_app.extensions[_NAME]
    return found
