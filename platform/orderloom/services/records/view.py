"""Records as people look at them: which models there are, and their records page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, false, or_, select

from orderloom.blueprint.own_fields import OwnModel
from orderloom.errors import NotFound
from orderloom.services.orders.showing import iso, plain
from orderloom.services.publishing.runtime import PlanCache, live_hash
from orderloom.services.records.tables import table_of
from orderloom.services.records.writing import values_of
from orderloom.store.db import Tx
from orderloom.store.models import column_name

Record = dict[str, Any]
STRETCH = 20_000  # records looked through at a time: no index helps to find a text within another


@dataclass(frozen=True)
class Page:
    """`next`: before which id the following page starts; None at the end."""

    items: list[Record]
    next: int | None


def models(tx: Tx, plans: PlanCache) -> list[OwnModel]:
    """The models of all live blueprints, each once."""
    live = live_hash(tx)
    blueprints = plans.get(tx, live).blueprints.values() if live else ()
    found = {model.id: model for one in blueprints for model in one.models.values()}
    return sorted(found.values(), key=lambda model: model.key)


def model_of(tx: Tx, plans: PlanCache, key: str) -> OwnModel:
    """Raises NotFound for one that is not live."""
    found = next((model for model in models(tx, plans) if model.key == key), None)
    if found is None:
        raise NotFound("record.no_model", key)
    return found


def described(model: OwnModel) -> Record:
    """A model with its fields, for whoever draws a table of its records."""
    fields = [{**vars(field), "known_by": field.id in model.known_by} for field in model.fields]
    return {"key": model.key, "title": dict(model.title), "fields": fields}


def page(
    tx: Tx, model: OwnModel, text: str, before: int | None, limit: int, stretch: int = STRETCH
) -> Page:
    """Records that contain a text, those made last first.

    The one whose key the text is comes at the very beginning, however old it is. For the others
    only `stretch` records are looked through at a time: a page may be short, or empty, and have a
    next one all the same.
    """
    table = table_of(model)
    if not text:
        rows = _rows(tx, table, [], before, limit + 1)
        return _page(model, rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None)
    named = _named(model, table, text)
    first = _rows(tx, table, [named], None, 1) if before is None else []
    end = _end(tx, table, before, stretch)
    looked = [_containing(model, table, text), ~named, table.c.id > (end or 0)]
    rest = _rows(tx, table, looked, before, limit + 1)
    if len(rest) > limit:
        return _page(model, [*first, *rest[:limit]], rest[limit - 1]["id"])
    return _page(model, [*first, *rest], None if end is None else end + 1)


def _rows(
    tx: Tx, table: Table, only: Iterable[Any], before: int | None, limit: int
) -> list[Mapping[str, Any]]:
    query = select(table).where(*only).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.id < before)
    return [dict(row) for row in tx.execute(query).mappings()]


def _page(model: OwnModel, rows: Iterable[Mapping[str, Any]], following: int | None) -> Page:
    return Page([_shown(model, row) for row in rows], following)


def _end(tx: Tx, table: Table, before: int | None, stretch: int) -> int | None:
    """The id below a stretch of records; None where they end within it."""
    query = select(table.c.id).order_by(table.c.id.desc()).offset(stretch).limit(1)
    if before is not None:
        query = query.where(table.c.id < before)
    found: int | None = tx.execute(query).scalar()
    return found


def _named(model: OwnModel, table: Table, text: str) -> Any:
    """The record that is known by this text alone, found by the index of its key."""
    kinds = {field.id: field.kind for field in model.fields}
    if [kinds[id_] for id_ in model.known_by] not in (["text"], ["choice"]):
        return false()
    return table.c[column_name(model.known_by[0])] == text


def _containing(model: OwnModel, table: Table, text: str) -> Any:
    columns = [f for f in model.fields if f.kind in ("text", "choice")]
    return or_(
        False,
        *(table.c[column_name(f.id)].icontains(text, autoescape=True) for f in columns),
    )


def _shown(model: OwnModel, row: Mapping[str, Any]) -> Record:
    instants = {field.key for field in model.fields if field.kind == "instant"}
    values = {k: iso(v) if k in instants else v for k, v in values_of(model, row).items()}
    names = ("id", "created_at", "changed_at", "revision", "order_id")
    return {**{name: row[name] for name in names}, "values": plain(values)}
