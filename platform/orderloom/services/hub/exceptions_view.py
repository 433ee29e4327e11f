"""What people see of the exceptions queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderloom.services.hub.exceptions import actions
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import exceptions as rows
from orderloom.texts import both, both_how, heading

Record = dict[str, Any]
NO_ADVICE = {"zh": "", "en": ""}


@dataclass(frozen=True)
class Queue:
    """`next`: the id the following page starts below, None at the end."""

    items: list[Record]
    next: int | None
    groups: list[Record]


def queue(tx: Tx, state: str, code: str | None, before: int | None, limit: int) -> Queue:
    """One page of exceptions, newest first, and how many there are of each kind."""
    found = rows.page(tx, state, code, before, limit + 1)
    page = found[:limit]
    same = rows.counts_by_cause(tx, [row.cause for row in page])
    groups = [
        {"code": group.code, "title": heading(group.code), "count": group.amount}
        for group in rows.groups(tx, state)
    ]
    last = page[-1].id if len(found) > limit else None
    return Queue([_item(row, same) for row in page], last, groups)


def _item(row: AnyRow, same: dict[str, int]) -> Record:
    account = {"id": row.account_id, "title": row.account} if row.account else None
    return {
        "id": row.id,
        "kind": row.kind,
        "code": row.code,
        "actions": list(actions(row.kind, row.code)),
        "message": both(row.code, row.params),
        "how": both_how(row.code, row.params) or NO_ADVICE,
        "order_id": row.order_id,
        "external_no": row.external_no or row.payload_no or row.params.get("external_no"),
        "account": account,
        "created_at": row.created_at,
        "count_same_cause": same.get(row.cause, 0),
    }
