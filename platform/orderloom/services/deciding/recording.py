"""Writing what rules brought about: records first, then the messages and exceptions."""

from __future__ import annotations

from orderloom.services.deciding.effects import Effects
from orderloom.services.delivering import outbox
from orderloom.services.hub import exceptions
from orderloom.services.records import writing


def bring_about(effects: Effects) -> None:
    """Write all of it. The caller commits."""
    tx, now = effects.tx, effects.now
    writing.save(tx, effects.writes, now)
    outbox.put(tx, effects.messages, now)
    exceptions.resolve(tx, effects.resolved, now)
    exceptions.raise_all(tx, effects.raised, now)
