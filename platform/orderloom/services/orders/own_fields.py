"""A blueprint's own fields: columns when it is published, values beside each order.

Values are kept by the field's id, orders carry them by its present key: after a renaming the
value is found again under the new key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from orderloom.blueprint.findings import Finding, refuse
from orderloom.blueprint.own_fields import OwnField, own_columns, placed_fields
from orderloom.engine.merge import BUILT_IN
from orderloom.services.orders.orderbook import OrderState
from orderloom.services.publishing import published
from orderloom.store import models
from orderloom.store.among import among
from orderloom.store.bulk import upsert_many
from orderloom.store.db import Tx

Document = Mapping[str, Any]


def make_columns(tx: Tx, document: Document) -> None:
    """Give the fields of a checked document their columns.

    Raises BlueprintError for a field whose id stands for another kind already, here or in any
    other blueprint that was ever published: its column holds values of that kind.
    """
    if not own_columns(document):
        return
    known = _published(tx)
    refuse(_conflicts(document, known))
    kinds = {field: kind for field, (kind, _) in known.items()}
    wanted = {field.id: field.kind for field in own_columns(document)}
    models.extend(tx, models.order_table, kinds, wanted)


def _published(tx: Tx) -> dict[str, tuple[str, str]]:
    """Field id -> (kind, key of a blueprint) of every version there ever was."""
    return {
        field.id: (field.kind, key)
        for key, document in published.documents(tx)
        for field in own_columns(document)
    }


def _conflicts(document: Document, known: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    for where, field in placed_fields(document):
        kind, key = known.get(field["id"], (field["kind"], ""))
        if kind != field["kind"]:
            params = {"name": field["id"], "known": kind, "kind": field["kind"], "blueprint": key}
            yield Finding("blueprint.kind_changed", f"{where}/kind", params)


def recall(tx: Tx, own: Sequence[OwnField], orders: Collection[OrderState]) -> None:
    """Put what is known of the own fields into loaded orders, under the keys they have now."""
    if not own or not orders:
        return
    table = _table(own)
    query = select(table).where(among(table.c.order_id, [order.id for order in orders]))
    rows = {row["order_id"]: dict(row) for row in tx.execute(query).mappings()}
    for order in orders:
        row = rows.get(order.id, {})
        known = {f.key: row.get(models.column_name(f.id)) for f in own}
        order.canonical = {
            **{name: value for name, value in order.canonical.items() if name in BUILT_IN},
            **{key: value for key, value in known.items() if value is not None},
        }


def write(tx: Tx, own: Sequence[OwnField], orders: Sequence[OrderState]) -> None:
    """Store the own fields of new and changed orders; what an order is silent about stays."""
    if not own:
        return
    rows = [
        {
            "order_id": order.id,
            **{models.column_name(field.id): order.canonical.get(field.key) for field in own},
        }
        for order in orders
        if any(order.canonical.get(field.key) is not None for field in own)
    ]
    upsert_many(tx, _table(own), rows, ("order_id",), keep_known=True)


def _table(own: Sequence[OwnField]) -> Any:
    return models.order_table((field.id, field.kind) for field in own)
