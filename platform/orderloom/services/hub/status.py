"""The state of the hub in figures, and whether it is ready to work."""

from __future__ import annotations

from collections import Counter
from typing import Any

from orderloom.services.hub import presence
from orderloom.store import migrations
from orderloom.store.db import Tx
from orderloom.store.queries import census, hub

Record = dict[str, Any]


def collect(tx: Tx, now: int) -> Record:
    """What `orderloom status --json` prints; see docs/commands.md."""
    by_channel = census.count_by(tx, "platform")
    messages: Counter[str] = Counter()
    for row in hub.outbox_counts(tx):
        messages[row.state] += row.amount
    on_hand, allocated, oversold = hub.stock_sums(tx)
    live = hub.live_plan(tx)
    return {
        "orders": {
            "total": sum(by_channel.values()),
            "by_channel": by_channel,
            "by_state": census.count_by(tx, "state"),
        },
        "inbox": {
            "waiting": sum(hub.inbox_waiting(tx).values()),
            "failed": hub.inbox_failed(tx),
        },
        "outbox": {
            "waiting": messages["waiting"] + messages["sending"],
            "sent": messages["sent"],
            "dead": messages["dead"],
        },
        "stock": {"on_hand": on_hand, "allocated": allocated, "oversold": oversold},
        "workers": presence.count_alive(tx, "worker", now),
        "plan": live.hash if live else None,
    }


def gauges(tx: Tx, now: int) -> Record:
    """What /metrics shows from the database: cheap enough to be asked every few seconds."""
    messages: Counter[str] = Counter()
    for row in hub.open_messages(tx):
        messages[row.state] += row.amount
    return {
        "orders": census.count_by(tx, "state"),
        "inbox": {
            "waiting": sum(hub.inbox_waiting(tx).values()),
            "failed": hub.inbox_failed(tx),
        },
        "outbox": {state: messages[state] for state in ("waiting", "sending", "dead")},
        "workers": presence.count_alive(tx, "worker", now),
    }


def is_migrated(tx: Tx) -> bool:
    """Whether the tables are those of this version."""
    return migrations.current(tx) == migrations.head()


def has_plan(tx: Tx) -> bool:
    """Whether a plan is live, so that orders can be worked on."""
    return hub.live_plan(tx) is not None
