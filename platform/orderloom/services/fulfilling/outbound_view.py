"""What people and programs get of outbound lists: the lists, their entries, a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderloom.errors import InputError, NotFound
from orderloom.services.files import spreadsheet
from orderloom.services.fulfilling.outbound_content import COLUMNS, sheet_rows
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, hub
from orderloom.store.queries import outbound as rows
from orderloom.store.queries.people import add_audit
from orderloom.texts import Locale, say

Record = dict[str, Any]
_SLICE = 500


@dataclass(frozen=True)
class Page:
    """`next`: behind which id, or place, the following page starts; None at the end."""

    items: list[Record]
    next: int | None


def lists(tx: Tx, warehouse_id: int | None, before: int | None, limit: int) -> Page:
    """Lists, newest first."""
    found = rows.page(tx, warehouse_id, before, limit + 1)
    page = found[:limit]
    return Page([_head(row) for row in page], page[-1].id if len(found) > limit else None)


def warehouses(tx: Tx) -> list[Record]:
    """All warehouses, to choose one."""
    return [{"id": row.id, "title": row.title} for row in hub.warehouses(tx)]


def one(tx: Tx, list_id: int) -> Record:
    """The head of a list; raises NotFound."""
    row = rows.by_id(tx, list_id)
    if row is None:
        raise NotFound("outbound.not_found", str(list_id))
    return _head(row)


def _head(row: AnyRow) -> Record:
    warehouse = {"id": row.warehouse_id, "title": row.warehouse}
    return {**row._mapping, "warehouse": warehouse, "asked": row.slot is None, "day": row.for_day}


def entries(tx: Tx, list_id: int, after: int, limit: int) -> Page:
    """Entries of a list in its order, behind a place."""
    found = rows.entries(tx, list_id, after, limit + 1)
    page = found[:limit]
    following = page[-1].place if len(found) > limit else None
    return Page([row.content for row in page], following)


def write(tx: Tx, head: Record, path: Path, locale: Locale) -> str:
    """Write a list as a workbook and return the name people know it by.

    Raises InputError for one that is longer than a worksheet.
    """
    if head["sheet_rows"] > spreadsheet.MOST_ROWS:
        most = {"rows": head["sheet_rows"], "most": spreadsheet.MOST_ROWS}
        raise InputError("outbound.too_long", **most)
    headers = [say(f"outbound.column_{name}", locale)[0] for name in COLUMNS]
    spreadsheet.write(path, head["day"], headers, _sheet(tx, head["id"]))
    named = {"warehouse": head["warehouse"]["title"], "day": head["day"]}
    return say("outbound.file", locale, named)[0]


def _sheet(tx: Tx, list_id: int) -> Iterator[list[str]]:
    after: int | None = 0
    while after is not None:
        page = entries(tx, list_id, after, _SLICE)
        for content in page.items:
            yield from sheet_rows(content)
        after = page.next


def note_taken(tx: Tx, head: Record, form: str, user: User, now: int) -> None:
    """Remember who took the names and addresses of a list away, as `form` (xlsx, api)."""
    detail = {"form": form, "count": head["count"], "day": head["day"]}
    add_audit(tx, now, user.login, "outbound.take", str(head["id"]), detail)
