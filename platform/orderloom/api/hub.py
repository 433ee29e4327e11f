"""What every request works with, made once per process by `app.create_app`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app

from orderloom.api.cache import Cache
from orderloom.api.limiting import Throttle
from orderloom.api.signing import Signer
from orderloom.api.together import Together
from orderloom.clock import Clock
from orderloom.connect import Push, Registry
from orderloom.services.connecting.connections import Gateway
from orderloom.services.files.uploads import Uploads
from orderloom.services.incoming import webhooks
from orderloom.services.incoming.webhooks import Hook
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Database

_NAME = "orderloom"
# Calls a second, and at once: of one connection's platform, and with a wrong token or signature.
PUSHES = (1000, 2000)
STRANGERS = (1, 30)


@dataclass(frozen=True)
class Hub:
    """`ping_broker` raises when the job queues cannot be reached; `ui`: the built browser app.

    `wake(kind, refs)` tells workers that there is work, if they can be told.
    """

    database: Database
    clock: Clock
    gateway: Gateway
    signer: Signer
    zone: str
    ping_broker: Callable[[], object]
    wake: Callable[[str, Sequence[int]], None]
    ui: Path
    uploads: Uploads
    metrics_token: str | None = None
    plans: PlanCache = field(default_factory=PlanCache)
    cache: Cache = field(default_factory=Cache)
    pushes: Throttle = field(default_factory=lambda: Throttle(*PUSHES))
    strangers: Throttle = field(default_factory=lambda: Throttle(*STRANGERS))
    # As they were when last called: what is kept of a call is checked against the database again.
    hooks: dict[int, Hook] = field(default_factory=dict)
    pushed: Together[tuple[Hook, Push]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pushed", Together(self._keep))

    def _keep(self, pushed: Sequence[tuple[Hook, Push]]) -> None:
        with self.database.write() as tx:
            kept = webhooks.keep(tx, pushed, self.clock.now())
        for kind, refs in vars(kept).items():
            if refs:
                self.wake(kind, refs)

    @property
    def registry(self) -> Registry:
        return self.gateway.registry


def install(app: Flask, hub: Hub) -> None:
    """Make the hub known to the application's requests."""
    app.extensions[_NAME] = hub


def current_hub() -> Hub:
    """The hub of the request's application."""
    found: Hub = current_app.extensions[_NAME]
    return found
