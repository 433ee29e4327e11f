"""The queue of things that need a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

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


REFUSALS = ("fulfilment.refused", "fulfilment.cancelled_by_warehouse")
_RETRIED = ("mapping", "sku", "stock", "rule", "delivery")
_NOTED = ("task", "change", "warehouse")


def actions(kind: str, code: str) -> tuple[str, ...]:
    """What a person can do about an exception: retry, elsewhere (another warehouse), done."""
    if code in REFUSALS:
        return ("retry", "elsewhere")
    if kind in _RETRIED:
        return ("retry",)
    return ("done",) if kind in _NOTED else ()


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


def open_among(tx: Tx, subjects: Iterable[str]) -> Sequence[str]:
    """Those subjects that have an open exception."""
    query = select(exception.c.subject).where(
        among(exception.c.subject, subjects), exception.c.state == "open"
    )
    return tx.execute(query).scalars().all()
