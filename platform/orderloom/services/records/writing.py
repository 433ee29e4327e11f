"""Creating and changing records: many at once, each made out by the fields it is known by.

Two that write the same record take turns: its row is made or found first, locked, then changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Table, select, tuple_

from orderloom.blueprint.own_fields import OwnModel
from orderloom.engine.fits import fitted
from orderloom.engine.rules import Saving
from orderloom.errors import InputError
from orderloom.services.records.tables import table_of
from orderloom.store.among import among
from orderloom.store.bulk import insert_new, update_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.models import column_name

Values = Mapping[str, Any]
Identity = tuple[Any, ...]


@dataclass(frozen=True)
class Wanted:
    """A record as rules want it: values by the fields' keys; None leaves what is there."""

    model: OwnModel
    values: Values
    order_id: int | None = None

    @property
    def identity(self) -> Identity:
        """The values it is known by."""
        keys = {field.id: field.key for field in self.model.fields}
        return tuple(self.values[keys[id_]] for id_ in self.model.known_by)


@dataclass(frozen=True)
class Saved:
    """A record after it was created (`before` is None) or changed: values by the fields' keys."""

    model: OwnModel
    id: int
    revision: int
    before: Values | None
    after: Values
    order_id: int | None


def wanted(model: OwnModel, saving: Saving, order_id: int | None = None) -> Wanted:
    """What a rule worked out, made fit for the model's fields.

    Raises InputError when a value does not fit, or one is missing that the record needs.
    """
    given = dict(saving.values)
    values = {}
    for field in model.fields:
        value = given.get(field.key)
        about = {"model": dict(model.title), "field": dict(field.title)}
        if field.id in model.known_by and value in (None, ""):
            raise InputError("record.not_identified", field.key, **about)
        if field.required and value in (None, ""):
            raise InputError("record.not_given", field.key, **about)
        if value is None:
            continue
        try:
            values[field.key] = fitted(field.kind, field.choices, value)
        except ValueError as error:
            said = str(value)[:80]
            raise InputError("record.does_not_fit", field.key, **about, value=said) from error
    return Wanted(model, values, order_id)


def save(tx: Tx, all_: Sequence[Wanted], now: int) -> list[Saved]:
    """Write records; returns those that are new or have changed, each once, model by model."""
    saved: list[Saved] = []
    ordered = sorted(all_, key=lambda one: one.model.id)  # stable: of two writes the later counts
    for _, mine in groupby(ordered, key=lambda one: one.model.id):
        saved.extend(_save(tx, list(mine), now))
    return saved


def _save(tx: Tx, mine: Sequence[Wanted], now: int) -> list[Saved]:
    model = mine[0].model
    table = table_of(model)
    together: dict[Identity, Wanted] = {}
    for one in mine:
        known = together.get(one.identity)
        values = {**known.values, **one.values} if known else one.values
        together[one.identity] = Wanted(model, values, one.order_id)
    rows = _locked(tx, table, model, sorted(together), now)
    saved = [_changed(model, row, together[_identity(model, row)]) for row in rows]
    found = [one for one in saved if one.before is None or one.before != one.after]
    update_many(tx, table, [_row(one, now) for one in found])
    return found


def _locked(
    tx: Tx, table: Table, model: OwnModel, identities: Sequence[Identity], now: int
) -> list[dict[str, Any]]:
    """The rows of these records, made if they are not there (revision 0), in one order."""
    unique = tuple(map(column_name, model.known_by))
    fresh = [
        {
            "id": new,
            "revision": 0,
            "created_at": now,
            "changed_at": now,
            **dict(zip(unique, identity, strict=True)),
        }
        for new, identity in zip(reserve(tx, len(identities)), identities, strict=True)
    ]
    insert_new(tx, table, fresh, unique)
    columns = [table.c[name] for name in unique]
    query = select(table).where(_one_of(columns, identities)).order_by(*columns)
    return [dict(row) for row in tx.execute(query.with_for_update()).mappings()]


def _one_of(columns: Sequence[Any], identities: Iterable[Identity]) -> ColumnElement[bool]:
    if len(columns) == 1:
        return among(columns[0], [identity[0] for identity in identities])
    return tuple_(*columns).in_(list(identities))


def _identity(model: OwnModel, row: Mapping[str, Any]) -> Identity:
    return tuple(row[column_name(id_)] for id_ in model.known_by)


def values_of(model: OwnModel, row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored record by the fields' keys, those without a value left out."""
    found = {field.key: row[column_name(field.id)] for field in model.fields}
    return {key: value for key, value in found.items() if value is not None}


def _changed(model: OwnModel, row: Mapping[str, Any], want: Wanted) -> Saved:
    before = values_of(model, row)
    is_new = row["revision"] == 0
    after = {**before, **want.values}
    order_id = want.order_id or row["order_id"]
    return Saved(model, row["id"], row["revision"] + 1, None if is_new else before, after, order_id)


def _row(one: Saved, now: int) -> dict[str, Any]:
    values = {column_name(f.id): one.after.get(f.key) for f in one.model.fields}
    head = {"id": one.id, "revision": one.revision, "changed_at": now, "order_id": one.order_id}
    return {**head, **values}
