"""What people see of alerts: who was told what, over what, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderloom.services.orders.showing import problem
from orderloom.services.publishing.runtime import PlanCache, live_hash
from orderloom.services.telling.directory import Directory
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import contacts as rows

Record = dict[str, Any]


@dataclass(frozen=True)
class History:
    """`next`: the id the following page starts below, None at the end."""

    items: list[Record]
    next: int | None


def history(
    tx: Tx, state: str | None, contact_id: int | None, before: int | None, limit: int, now: int
) -> History:
    """One page of alerts, newest first."""
    found = rows.told(tx, state, contact_id, before, limit + 1)
    page = found[:limit]
    return History([_item(row, now) for row in page], page[-1].id if len(found) > limit else None)


def _item(row: AnyRow, now: int) -> Record:
    receipt, body = row.receipt or {}, row.body
    called = [person["name"] for person in body.get("mentions") or ()]
    return {
        "id": row.id,
        "at": row.created_at,
        "sent_at": row.sent_at,
        "severity": row.severity,
        "state": _state(row, now),
        "not_before": row.not_before if _state(row, now) == "held" else None,
        "connection": {"id": row.connection_id, "title": row.connection},
        "to": row.contact or "、".join([*body.get("to", ()), *called]),
        "subject": body["subject"],
        "text": body["text"],
        "order_id": row.order_id,
        "external_no": row.external_no,
        "joined": receipt.get("joined", 1),
        "shortened": bool(receipt.get("shortened")),
        "refused": receipt.get("refused", []),
        "problem": problem(row.trouble),
    }


def _state(row: AnyRow, now: int) -> str:
    """waiting, held (until quiet hours end), sending, sent, failed or cancelled."""
    if row.state == "dead":
        return "failed"
    quiet = row.state == "waiting" and row.contact_id is not None and row.attempts == 0
    return "held" if quiet and row.not_before > now else str(row.state)


def alerts(tx: Tx, plans: PlanCache) -> list[Record]:
    """The alerts of all live blueprints, with the recipients nobody knows."""
    live, directory = live_hash(tx), Directory.load(tx)
    if live is None:
        return []
    return [
        {
            "name": alert.id,
            "title": alert.title,
            "severity": alert.severity,
            "recipients": list(alert.recipients),
            "strangers": directory.find(alert.recipients).unknown,
        }
        for blueprint in plans.get(tx, live).blueprints.values()
        for alert in blueprint.alerts.values()
    ]
