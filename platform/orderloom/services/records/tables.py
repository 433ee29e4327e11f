"""The tables of a blueprint's own models: made and extended when it is published.

A model is its id, in whichever blueprint it stands: two that name the same id share its records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Table

from orderloom.blueprint.findings import Finding, refuse
from orderloom.blueprint.own_fields import OwnModel, own_models, placed_models
from orderloom.services.publishing import published
from orderloom.store import models
from orderloom.store.db import Tx

Document = Mapping[str, Any]


def make_tables(tx: Tx, document: Document) -> None:
    """Give the models of a checked document their tables and columns.

    Raises BlueprintError for a field that stands for another kind already, and for a model whose
    records are told apart by other fields: they are stored that way.
    """
    wanted = own_models(document)
    if not wanted:
        return
    known = _published(tx)
    refuse(_conflicts(document, known))
    for model in wanted:
        make = partial(models.record_table, model.id, model.known_by)
        kinds = {field.id: field.kind for field in model.fields}
        models.extend(tx, make, known[model.id].kinds if model.id in known else {}, kinds)


def table_of(model: OwnModel) -> Table:
    """The table of a model with the columns of the fields it has in this plan."""
    kinds = ((field.id, field.kind) for field in model.fields)
    return models.record_table(model.id, model.known_by, kinds)


class _Known:
    """A model as it was first published, with the kinds of all fields it ever had."""

    def __init__(self, key: str, model: OwnModel) -> None:
        self.blueprint, self.known_by = key, model.known_by
        self.names = [field.key for field in model.fields if field.id in model.known_by]
        self.kinds: dict[str, str] = {}


def _published(tx: Tx) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for key, document in published.documents(tx):
        for model in own_models(document):
            known = found.setdefault(model.id, _Known(key, model))
            known.kinds |= {field.id: field.kind for field in model.fields}
    return found


def _conflicts(document: Document, known: Mapping[str, _Known]) -> Iterator[Finding]:
    for (where, entry), model in zip(placed_models(document), own_models(document), strict=True):
        before = known.get(model.id)
        if before is None:
            continue
        if set(before.known_by) != set(model.known_by):
            params = {"name": model.id, "known": before.names}
            yield Finding("blueprint.known_by_changed", f"{where}/known_by", params)
        for index, field in enumerate(entry["fields"]):
            kind = before.kinds.get(field["id"], field["kind"])
            if kind != field["kind"]:
                params = {"name": field["id"], "known": kind, "kind": field["kind"]}
                at = f"{where}/fields/{index}/kind"
                yield Finding(
                    "blueprint.kind_changed", at, {**params, "blueprint": before.blueprint}
                )
