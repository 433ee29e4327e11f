"""A hub whose calls to platforms go through something of the test's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from orderloom.connect import Transport
from orderloom.store.db import Database
from tests.support.hub import Hub

Tap = TypeVar("Tap", bound=Transport)


def tapped(database: Database, tap: Callable[[Transport], Tap], **options: Any) -> tuple[Hub, Tap]:
    """The hub, and what `tap` made of its way to platforms; `options`: of the hub."""
    made: list[Tap] = []

    def way(transport: Transport) -> Tap:
        made.append(tap(transport))
        return made[0]

    return Hub(database, transport=way, **options), made[0]
