"""The queue of things that need a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from orderloom.store.among import among
from orderloom.store.bulk import upsert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import exception


@dataclass(frozen=True)
class Raised:
    """`subject`: what it is about (one open row each); `cause`: shared by those alike."""

    kind: str
    code: str
    subject: str
    cause: str
    params: dict[str, Any] = field(default_factory=dict)
    account_id: int | None = None
    inbox_id: int | None = None
    order_id: int | None = None
    outbox_id: int | None = None


def raise_all(tx: Tx, raised: Sequence[Raised], now: int) -> None:
    """Open an exception for each, or open it again where the subject had one before."""
    unique = list({item.subject: item for item in raised}.values())
    rows = [
        {
            "id": new,
            **vars(item),
            "state": "open",
            "created_at": now,
            "resolved_at": None,
            "resolved_by": None,
        }
        for new, item in zip(reserve(tx, len(unique)), unique, strict=True)
    ]
    upsert_many(tx, exception, rows, ("subject",))


def resolve(tx: Tx, subjects: Sequence[str], now: int, user_id: int | None = None) -> None:
    """Close the open exceptions of these subjects."""
    if subjects:
        tx.execute(
            update(exception)
            .where(among(exception.c.subject, subjects), exception.c.state == "open")
            .values(state="resolved", resolved_at=now, resolved_by=user_id)
        )


def resolve_causes(tx: Tx, causes: Sequence[str], now: int) -> None:
    """Close all open exceptions that have one of these causes."""
    tx.execute(
        update(exception)
        .where(exception.c.cause.in_(list(causes)), exception.c.state == "open")
        .values(state="resolved", resolved_at=now, resolved_by=None)
    )
