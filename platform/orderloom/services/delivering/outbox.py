"""Writing to the outbox: in the transaction of the cause, once per subject, effect and version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from orderloom.engine.schedule import read_schedule
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import outbox


@dataclass(frozen=True)
class Outgoing:
    """One effect on the outside world; messages of one subject leave in order.

    `contact_id`: whose quiet hours count; `severity`: of an alert.
    """

    connection_id: int
    subject: str
    effect: str
    version: int
    body: dict[str, Any]
    not_before: int
    order_id: int | None
    contact_id: int | None = None
    severity: str | None = None


def put(tx: Tx, messages: Sequence[Outgoing], now: int) -> None:
    """Write messages; one that exists already (a repeated cause) is left as it is."""
    rows = [
        {
            "id": new,
            **vars(message),
            "idempotency_key": f"{message.subject}/{message.effect}/{message.version}",
            "state": "waiting",
            "created_at": now,
        }
        for new, message in zip(reserve(tx, len(messages)), messages, strict=True)
    ]
    insert_new(tx, outbox, rows, ("connection_id", "subject", "effect", "version"))


def take_back(tx: Tx, order_id: int, subject: str) -> list[int] | None:
    """Cancel all messages of a subject and name them; None if one of them left, or may have."""
    query = (
        select(outbox.c.id, outbox.c.state, outbox.c.doubtful)
        .where(outbox.c.order_id == order_id, outbox.c.subject == subject)
        .where(outbox.c.state != "cancelled")
        .with_for_update()  # one that is being sent this moment must not be missed
    )
    rows = tx.execute(query).all()
    if any(row.doubtful or row.state in ("sending", "sent") for row in rows):
        return None
    ids = [row.id for row in rows]
    tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="cancelled"))
    return ids


def drop(tx: Tx, id_: int) -> None:
    """Give up one message for good, so that the next of its subject may leave."""
    tx.execute(update(outbox).where(outbox.c.id == id_).values(state="cancelled"))


def told(tx: Tx, order_id: int, subject: str, effect: str) -> Row[Any] | None:
    """The message by which a subject was told of an effect."""
    query = select(outbox).where(
        outbox.c.order_id == order_id, outbox.c.subject == subject, outbox.c.effect == effect
    )
    return tx.execute(query.order_by(outbox.c.id.desc())).first()


def hand_over_at(schedule: Any, now: int, zone: str) -> int:
    """The next instant of a schedule: `"at_once"` or `{"daily_at": "10:00"}` in the hub's zone."""
    if schedule == "at_once":
        return now
    following = read_schedule(schedule).next_after(now, zone)
    return now if following is None else following


def last_hand_over(schedule: Any, now: int, zone: str) -> int:
    """The latest instant of a schedule up to now; of `"at_once"` the end of yesterday."""
    at_once = schedule == "at_once"
    last = read_schedule({"daily_at": "00:00"} if at_once else schedule).last_until(now, zone)
    return now if last is None else last - at_once
