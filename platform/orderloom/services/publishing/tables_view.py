"""Live tables as people see them: what stands in them, who reads them, who changed what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from orderloom.blueprint.tables import COURIERS, names_read, sets_of
from orderloom.connect import COURIERS as KNOWN_COURIERS
from orderloom.engine.regions import REGION_SETS, province
from orderloom.services.publishing import live_tables
from orderloom.services.publishing.live_tables import TableRow
from orderloom.store.db import Tx
from orderloom.store.tables import live_table_version

Record = dict[str, Any]
OTHER = "OTHER"  # what the hub calls couriers it does not know: nobody can choose it


class Page(NamedTuple):
    """One page of versions; `next`: the last one on it, if there are more."""

    items: list[Record]
    next: int | None


def lists(tx: Tx) -> list[Record]:
    """All tables, without their entries."""
    return [_summary(tx, row) for row in live_tables.every(tx)]


def table(tx: Tx, table_id: int) -> Record:
    """One table with all that is needed to edit it; raises NotFound."""
    row = live_tables.find(tx, table_id)
    return {
        **_summary(tx, row),
        "entries": live_tables.entries_of(tx, table_id, row.version),
        "sets": list(_sets(row)) if row.definition["keys"] == "province" else [],
        "couriers": _couriers(row),
        "used_by": [
            {"id": rules["id"], "title": rules["title"]}
            for rules in row.document.get("rules", [])
            if row.key in names_read(rules)
        ],
    }


def _summary(tx: Tx, row: TableRow) -> Record:
    last = _versions(tx, row.id, None, 1)[0]
    return {
        "id": row.id,
        "blueprint": {"key": row.blueprint, "title": row.document["title"]},
        "key": row.key,
        **{name: row.definition[name] for name in ("title", "keys", "values")},
        "version": row.version,
        "rows": len(last.entries),
        "changed_at": last.at,
        "changed_by": last.by,
    }


def _couriers(row: TableRow) -> list[str]:
    chosen = row.definition["values"] == COURIERS
    return [code for code in KNOWN_COURIERS if code != OTHER] if chosen else []


def _sets(row: TableRow) -> Iterator[Record]:
    """The sets of provinces a row may name: the blueprint's own, then the hub's."""
    titles = {entry["key"]: entry["title"] for entry in row.document.get("sets", [])}
    for key, members in {**REGION_SETS, **sets_of(row.document)}.items():
        names = [province(member) for member in members]
        if all(names):
            title = titles.get(key, {"zh": key, "en": key})
            yield {"key": f"@{key}", "title": title, "members": names}


def _versions(tx: Tx, table_id: int, before: int | None, limit: int) -> Sequence[Row[Any]]:
    """Versions, newest first."""
    query = (
        select(live_table_version)
        .where(live_table_version.c.table_id == table_id)
        .order_by(live_table_version.c.version.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(live_table_version.c.version < before)
    return tx.execute(query).all()


def history(tx: Tx, table_id: int, before: int | None, limit: int) -> Page:
    """Who changed what, newest first; raises NotFound."""
    live_tables.find(tx, table_id)
    found = _versions(tx, table_id, before, limit + 1)
    shown = found[:limit]
    earlier: list[Row[Any] | None] = [*found[1:], None]
    items = [_told(row, last) for row, last in zip(shown, earlier, strict=False)]
    return Page(items, shown[-1].version if len(found) > limit else None)


def _told(row: Row[Any], last: Row[Any] | None) -> Record:
    changes = live_tables.changes(last.entries, row.entries) if last else []
    return {
        **{name: getattr(row, name) for name in ("version", "at", "by", "restored")},
        "changes": changes,
        "first": last is None,
    }
