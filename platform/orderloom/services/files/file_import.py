"""Orders from a file: whose they are, and what became of each.

`jobs.importing` lands and works batch by batch with what is here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Row, func, select

from orderloom.connect import ConnectorError, FileRecord, RawItem
from orderloom.errors import InputError, NotFound
from orderloom.services.publishing.runtime import AccountFacts, account_facts
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import account, inbox

Outcome = Literal["accepted", "updated", "unchanged", "failed", "waiting"]
Key = tuple[str, str]  # order number, digest


def find_account(tx: Tx, name: str) -> AccountFacts:
    """The account of that title, seller id or id; raises NotFound or InputError naming them all."""
    wanted = name.strip().casefold()
    rows = tx.execute(select(account).order_by(account.c.id)).all()
    found = [
        row
        for row in rows
        if wanted in (row.title.strip().casefold(), row.seller_id.casefold(), str(row.id))
    ]
    if len(found) == 1:
        return account_facts(tx, found[0].id)
    if found:
        raise InputError("account.ambiguous", name, accounts=[_named(row) for row in found])
    if rows:
        raise NotFound("account.no_such", name, accounts=[_named(row) for row in rows])
    raise NotFound("account.none_yet", name)


def _named(row: Row[Any]) -> str:
    return f"{row.title} ({row.platform}, {row.seller_id}, id {row.id})"


def item(record: FileRecord) -> RawItem:
    """As the ingest door takes it; it finds out number and version itself."""
    return RawItem("order", "", None, record.text)


@dataclass(frozen=True)
class Failure:
    """A record that is not in: where it stands, whose order it is if known, and why."""

    place: int
    is_row: bool
    external_no: str | None
    code: str
    params: dict[str, Any]

    @classmethod
    def of_record(cls, record: FileRecord, error: ConnectorError) -> Failure:
        number = error.params.get("number")
        return cls(record.place, record.is_row, number, error.code, error.params)


Told = tuple[Outcome, Failure | None]


@dataclass
class Report:
    """What became of a file's records."""

    counts: dict[str, int] = field(
        default_factory=lambda: {
            "accepted": 0,
            "updated": 0,
            "unchanged": 0,
            "failed": 0,
            "waiting": 0,
        }
    )

    @property
    def records(self) -> int:
        return sum(self.counts.values())


def outcomes(
    tx: Tx,
    account_id: int,
    records: Sequence[FileRecord],
    keys: Sequence[Key],
    fresh: Collection[int],
) -> list[Told]:
    """What became of landed records, in their order; `fresh`: places of those that were new."""
    rows = _rows(tx, account_id, keys)
    first = _first_rows(tx, (row.order_id for row in rows.values() if row.order_id))
    new = frozenset(fresh)
    found: list[Told] = []
    for place, (record, key) in enumerate(zip(records, keys, strict=True)):
        outcome = _outcome(rows[key], first, is_new=place in new)
        found.append((outcome, _failure(record, rows[key]) if outcome == "failed" else None))
    return found


def _rows(tx: Tx, account_id: int, keys: Iterable[Key]) -> dict[Key, Any]:
    columns = (inbox.c.id, inbox.c.external_no, inbox.c.digest, inbox.c.state)
    query = select(*columns, inbox.c.order_id, inbox.c.trouble).where(
        inbox.c.account_id == account_id,
        among(inbox.c.external_no, sorted({number for number, _ in keys})),
    )
    return {(row.external_no, row.digest): row for row in tx.execute(query).all()}


def _first_rows(tx: Tx, order_ids: Iterable[int]) -> set[int]:
    """The inbox rows that made these orders."""
    query = (
        select(func.min(inbox.c.id))
        .where(among(inbox.c.order_id, sorted(set(order_ids))))
        .group_by(inbox.c.order_id)
    )
    return set(tx.execute(query).scalars())


def _outcome(row: Row[Any], first: set[int], *, is_new: bool) -> Outcome:
    if row.state in ("failed", "waiting"):
        return "failed" if row.state == "failed" else "waiting"
    if not is_new or row.state != "done":
        return "unchanged"
    return "accepted" if row.id in first else "updated"


def _failure(record: FileRecord, row: Row[Any]) -> Failure:
    trouble = row.trouble or {}
    number = None if row.external_no.startswith("?") else row.external_no
    code, params = trouble.get("code", ""), trouble.get("params", {})
    return Failure(record.place, record.is_row, number, code, params)
