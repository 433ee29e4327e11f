"""Records as people look at them: which models there are, and their records page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, or_, select

from orderloom.blueprint.own_fields import OwnModel
from orderloom.errors import NotFound
from orderloom.services.orders.showing import iso, plain
from orderloom.services.publishing.runtime import PlanCache, live_hash
from orderloom.services.records.tables import table_of
from orderloom.services.records.writing import values_of
from orderloom.store.db import Tx
from orderloom.store.models import column_name

Record = dict[str, Any]


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


def page(tx: Tx, model: OwnModel, text: str, before: int | None, limit: int) -> Page:
    """Records that contain a text, those made last first."""
    table = table_of(model)
    query = select(table).order_by(table.c.id.desc()).limit(limit + 1)
    if text:
        query = query.where(_containing(model, table, text))
    if before is not None:
        query = query.where(table.c.id < before)
    rows = [dict(row) for row in tx.execute(query).mappings()]
    shown = [_shown(model, row) for row in rows[:limit]]
    return Page(shown, rows[limit - 1]["id"] if len(rows) > limit else None)


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
