"""Live tables: seeded when their blueprint is published, then edited without publishing.

Every version is kept, so a decision can be made again with the very entries it used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import and_, or_, select, update

from orderloom.blueprint.findings import Finding, nearest, refuse
from orderloom.blueprint.tables import COURIERS, check_entries, sets_of, tables_of, tidy
from orderloom.connect import COURIERS as KNOWN_COURIERS
from orderloom.engine.tables import Entry, LiveTable
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import blueprint, blueprint_version, live_table, live_table_version
from orderloom.texts import both

Document = Mapping[str, Any]
Record = dict[str, Any]
_OF = live_table_version.c.table_id == live_table.c.id
_NOW = and_(_OF, live_table_version.c.version == live_table.c.version)


@dataclass(frozen=True)
class TableRow:
    """A live table with its definition in the live version of its blueprint."""

    id: int
    key: str
    version: int
    blueprint: str
    document: Document

    @property
    def definition(self) -> Document:
        return tables_of(self.document)[self.key]


def every(tx: Tx, table_id: int | None = None) -> list[TableRow]:
    """All tables the live blueprints have, or the one of an id."""
    query = (
        select(live_table, blueprint.c.key.label("blueprint"), blueprint_version.c.document)
        .join(blueprint, blueprint.c.id == live_table.c.blueprint_id)
        .join(blueprint_version, blueprint_version.c.blueprint_id == blueprint.c.id)
        .where(blueprint_version.c.version == blueprint.c.live_version)
        .order_by(blueprint.c.key, live_table.c.id)
    )
    if table_id is not None:
        query = query.where(live_table.c.id == table_id)
    rows = [
        TableRow(row.id, row.key, row.version, row.blueprint, row.document)
        for row in tx.execute(query)
    ]
    return [row for row in rows if row.key in tables_of(row.document)]


def find(tx: Tx, table_id: int) -> TableRow:
    """Raises NotFound."""
    for row in every(tx, table_id):
        return row
    raise NotFound("tables.not_found", str(table_id))


def _locked(tx: Tx, table_id: int) -> TableRow:
    """The same, while nobody publishes: entries are checked against what is live."""
    ours = select(live_table.c.blueprint_id).where(live_table.c.id == table_id)
    tx.execute(select(blueprint.c.id).where(blueprint.c.id.in_(ours)).with_for_update())
    return find(tx, table_id)


def versions(tx: Tx, blueprint_key: str) -> dict[str, int]:
    """The version of each table that counts now."""
    query = (
        select(live_table.c.key, live_table.c.version)
        .join(blueprint, blueprint.c.id == live_table.c.blueprint_id)
        .where(blueprint.c.key == blueprint_key)
    )
    return dict(tx.execute(query).all())


def load(tx: Tx, blueprint_key: str, wanted: Mapping[str, int]) -> dict[str, LiveTable]:
    """Tables as of these versions."""
    these = [
        and_(live_table.c.key == key, live_table_version.c.version == version)
        for key, version in wanted.items()
    ]
    query = (
        select(live_table.c.key, live_table_version.c.version, live_table_version.c.entries)
        .join(live_table_version, _OF)
        .join(blueprint, blueprint.c.id == live_table.c.blueprint_id)
        .where(blueprint.c.key == blueprint_key, or_(False, *these))
    )
    return {row.key: LiveTable(row.version, row.entries) for row in tx.execute(query)}


def current(tx: Tx, blueprint_key: str) -> dict[str, LiveTable]:
    """Every table with the entries that count now."""
    return load(tx, blueprint_key, versions(tx, blueprint_key))


def fitting(tx: Tx, document: Document) -> dict[str, LiveTable]:
    """Of the tables that are live, those with entries a draft's own definitions allow."""
    live, known = current(tx, document["key"]), tables_of(document)
    return {
        key: table
        for key, table in live.items()
        if key in known and not [*_misfits(document, known[key], table)]
    }


def seed(tx: Tx, blueprint_key: str, document: Document, by: str, now: int) -> None:
    """Give new tables the entries their document brings.

    Raises BlueprintError where what is live in a table does not fit its new definition.
    """
    live, known = current(tx, blueprint_key), tables_of(document)
    kept = [key for key in known if key in live]
    refuse(chain.from_iterable(_misfits(document, known[key], live[key]) for key in kept))
    blueprint_id: int = tx.execute(
        select(blueprint.c.id).where(blueprint.c.key == blueprint_key)
    ).scalar_one()
    for key in known:
        if key not in live:
            (new,) = reserve(tx, 1)
            row = {"id": new, "blueprint_id": blueprint_id, "key": key, "version": 1}
            tx.execute(live_table.insert().values(row))
            entries = tidy(known[key], known[key].get("entries", []))
            _keep(tx, new, {"version": 1, "entries": entries, "at": now, "by": by})


def _misfits(document: Document, table: Document, live: LiveTable) -> Iterator[Finding]:
    """The first reason why live entries are no longer the table's."""
    found = next(check_entries(table, sets_of(document), live.entries, ""), None)
    if found is not None:
        number = found.where.split("/")[1:2]
        params = {"title": table["title"], "row": int(number[0]) + 1 if number else None}
        where = f"/tables/{[*tables_of(document)].index(table['key'])}"
        reason = both(found.code, found.params)
        yield Finding("tables.no_longer_fits", where, {**params, "reason": reason})


def _keep(tx: Tx, table_id: int, values: Record) -> None:
    (new,) = reserve(tx, 1)
    tx.execute(live_table_version.insert().values(id=new, table_id=table_id, **values))


def save(
    tx: Tx, table_id: int, entries: Sequence[Entry], revision: int, user: User, now: int
) -> None:
    """New entries, made from version `revision`; the next batch follows them.

    Raises NotFound, BlueprintError with a finding for each cell that does not fit, Conflict when
    somebody saved meanwhile, InputError when nothing changed.
    """
    row = _locked(tx, table_id)
    entries = tidy(row.definition, entries)
    refuse(_all_wrong(row, entries))
    _put(tx, row, entries, revision, user, now)


def restore(tx: Tx, table_id: int, version: int, revision: int, user: User, now: int) -> None:
    """Make an earlier version's entries count again, as a new version. Raises like `save`."""
    row = _locked(tx, table_id)
    entries = entries_of(tx, table_id, version)
    refuse(_all_wrong(row, entries))
    _put(tx, row, entries, revision, user, now, restored=version)


def _all_wrong(row: TableRow, entries: Sequence[Entry]) -> Iterator[Finding]:
    yield from check_entries(row.definition, sets_of(row.document), entries, "/entries")
    if row.definition["values"] == COURIERS:
        yield from _unknown_couriers(entries)


def _unknown_couriers(entries: Iterable[Entry]) -> Iterator[Finding]:
    for number, entry in enumerate(entries):
        shares = entry["value"] if isinstance(entry["value"], list) else ()
        for name in (share["courier"] for share in shares if isinstance(share, Mapping)):
            if name not in KNOWN_COURIERS:
                params = {"name": name, "nearest": nearest(name, KNOWN_COURIERS)}
                where = f"/entries/{number}/value"
                valid = list(KNOWN_COURIERS)
                yield Finding("tables.unknown_courier", where, {**params, "valid": valid})


def _put(
    tx: Tx,
    row: TableRow,
    entries: Sequence[Entry],
    revision: int,
    user: User,
    now: int,
    restored: int | None = None,
) -> None:
    moved = tx.execute(
        update(live_table)
        .where(live_table.c.id == row.id, live_table.c.version == revision)
        .values(version=revision + 1)
    )
    if moved.rowcount != 1:
        raise _conflict(tx, row)
    before = entries_of(tx, row.id, revision)
    if list(entries) == before:
        raise InputError("tables.unchanged", str(row.id))
    values = {"version": revision + 1, "entries": list(entries), "restored": restored}
    _keep(tx, row.id, {**values, "at": now, "by": user.login})
    detail = {"version": revision + 1, "restored": restored, "changes": changes(before, entries)}
    add_audit(tx, now, user.login, "table.changed", f"{row.blueprint}/{row.key}", detail)


def _conflict(tx: Tx, row: TableRow) -> Conflict:
    newest = (
        select(live_table_version.c.by, live_table_version.c.version)
        .where(live_table_version.c.table_id == row.id)
        .order_by(live_table_version.c.version.desc())
    )
    last = tx.execute(newest).first()
    params = dict(last._mapping) if last else {}
    return Conflict("tables.changed_meanwhile", str(row.id), **params)


def entries_of(tx: Tx, table_id: int, version: int) -> list[Record]:
    """The entries of one version; raises NotFound."""
    query = select(live_table_version.c.entries).where(
        live_table_version.c.table_id == table_id, live_table_version.c.version == version
    )
    found: list[Record] | None = tx.execute(query).scalar()
    if found is None:
        raise NotFound("tables.no_version", str(version))
    return found


def changes(before: Sequence[Entry], after: Sequence[Entry]) -> list[Record]:
    """[{"before": entry or None, "after": entry or None}]; rows only moved are not among them."""
    known, kept = set(map(_content, before)), set(map(_content, after))
    old = {place: entry for place, entry in enumerate(before) if _content(entry) not in kept}
    places: dict[Any, list[int]] = {}
    for place, entry in old.items():
        for key in _keys(entry):
            places.setdefault(key, []).append(place)
    found: list[Record] = []
    for entry in (entry for entry in after if _content(entry) not in known):
        same = (place for key in _keys(entry) for place in places.get(key, ()) if place in old)
        first = min(same, default=None)
        match = None if first is None else old.pop(first)
        found.append({"before": match, "after": entry})
    return [*found, *({"before": entry, "after": None} for entry in old.values())]


def _content(entry: Entry) -> bytes:
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def _keys(entry: Entry) -> Sequence[Any]:
    """What a row is known by: each of its keys, or being the row for all others."""
    return entry["keys"] or (None,)
