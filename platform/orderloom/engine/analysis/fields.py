"""What the analyser knows of a field: its kind, whether it may be missing, its choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from orderloom.engine.canonical import DERIVED_FIELDS, LINE_FIELDS, ORDER_FIELDS, Field, Kind
from orderloom.engine.jsonlogic.check import FieldSpec
from orderloom.engine.regions import PROVINCES


@dataclass(frozen=True)
class FieldType:
    """`least`: the smallest value a number can take; `choices`: all values, where they are few."""

    kind: Kind
    nullable: bool
    choices: tuple[str, ...] = ()
    least: int | None = None


@dataclass(frozen=True)
class Schema:
    """The fields rules may read: of the order, and of each of its lines."""

    order: Mapping[str, FieldType]
    line: Mapping[str, FieldType]


def order_schema(own: Sequence[Field] = ()) -> Schema:
    """The canonical order with a blueprint's own fields."""
    order = {f.name: _type(f) for f in (*ORDER_FIELDS, *DERIVED_FIELDS, *own)}
    order["province"] = FieldType("choice", True, tuple(PROVINCES))
    order["item_count"] = FieldType("integer", False, least=1)
    order["now"] = FieldType("instant", False, least=0)
    line = {f.name: _type(f) for f in LINE_FIELDS}
    line["quantity"] = FieldType("integer", False, least=1)
    return Schema(order, line)


def plain_schema(specs: Mapping[str, FieldSpec]) -> Schema:
    """Of something without lines; what an object has inside is named `object.field`."""
    fields: dict[str, FieldType] = {}
    for name, spec in specs.items():
        for inner, found in spec.fields.items():
            fields[f"{name}.{inner}"] = _of_spec(found, nullable=spec.nullable or found.nullable)
        if not spec.fields:
            fields[name] = _of_spec(spec, nullable=spec.nullable)
    return Schema(fields, {})


def _of_spec(spec: FieldSpec, *, nullable: bool) -> FieldType:
    least = None if spec.least is None else int(spec.least)
    return FieldType(cast("Kind", spec.kind), nullable, spec.choices, least)


def _type(field: Field) -> FieldType:
    nullable = field.default is None and not field.required
    least = 0 if field.kind in ("integer", "money", "instant") else None
    return FieldType(field.kind, nullable, field.choices, least)
