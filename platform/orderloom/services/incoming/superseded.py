"""Payloads that could not be read and no longer matter: a later version of their order is in."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import inbox

Version = tuple[int, int]  # the platform's modified time, then the order of arrival


def close(tx: Tx, account_id: int, taken: Mapping[str, Version]) -> list[str]:
    """Set failed payloads aside that are older than what was taken of the same order.

    `taken`: order number -> version. Returns the subjects of the exceptions to resolve.
    """
    columns = (inbox.c.id, inbox.c.external_no, inbox.c.modified_at)
    query = select(*columns).where(
        inbox.c.account_id == account_id,
        inbox.c.state == "failed",
        among(inbox.c.external_no, sorted(taken)),
    )
    old = [
        row.id
        for row in tx.execute(query)
        if (row.modified_at or 0, row.id) <= taken[row.external_no]
    ]
    if old:
        values = {"state": "stale", "trouble": None}
        tx.execute(update(inbox).where(among(inbox.c.id, old)).values(values))
    return [f"inbox:{id_}" for id_ in old]
