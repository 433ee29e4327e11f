"""The rules of a blueprint against its models and what each channel really fills."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from orderloom.blueprint import tables
from orderloom.blueprint.findings import Finding
from orderloom.blueprint.own_fields import field_type, own_models
from orderloom.engine.canonical import DERIVED_FIELDS, LINE_FIELDS, ORDER_FIELDS, Field
from orderloom.engine.facts import FACTS
from orderloom.engine.jsonlogic import Names
from orderloom.engine.jsonlogic.check import Diagnostic, FieldSpec, Schema, TableSpec, check
from orderloom.engine.regions import PROVINCES

Document = Mapping[str, Any]
Coverage = Mapping[str, Mapping[str, str]]  # connector -> field -> filled, masked, late, never
_TARGET = "$target"  # no field can be called that
_FACTS = {name: FieldSpec("integer", nullable=True, least=0) for name in FACTS}


def schema_of(own: Sequence[Field], coverage: Coverage, look_up: Mapping[str, TableSpec]) -> Schema:
    """What rules may read: the canonical order, its lines, the blueprint's fields and tables."""
    fields = {f.name: _spec(f, coverage) for f in (*ORDER_FIELDS, *DERIVED_FIELDS)}
    fields |= {f.name: _spec(f, {}) for f in own}
    fields["province"] = FieldSpec(
        "choice", True, tuple(PROVINCES), channels=fields["province"].channels
    )
    lines = {f.name: _spec(f, {}) for f in LINE_FIELDS}
    fields["lines"] = FieldSpec("list", fields=lines)
    fields["now"] = FieldSpec("instant")
    return Schema(fields, _FACTS, look_up)


def _spec(field: Field, coverage: Coverage) -> FieldSpec:
    missing = field.maskable or (not field.required and field.default is None)
    fills = {key: found.get(field.name, "never") for key, found in coverage.items() if found}
    least = 0 if field.kind in ("integer", "money", "instant") else None
    if field.name in {f.name for f in DERIVED_FIELDS}:
        fills = {}
    return FieldSpec(
        field.kind, missing, field.choices, least=least, channels=cast("dict[str, Any]", fills)
    )


def diagnose(
    document: Document,
    texts: Mapping[tuple[str, str], Any],
    values: Mapping[str, tuple[str, Any]],
    own: Sequence[Field],
    coverage: Coverage,
) -> Iterator[tuple[str, Finding]]:
    """(severity, finding) for every condition and every value a rule gives.

    `texts`: the resolved conditions; `values`: place -> (whose value, resolved formula), where a
    record's field is named "model/field".
    """
    schema = schema_of(own, coverage, tables.specs(document))
    look_up = tables.words(document, tables.initial(document))
    names = Names(sets=tables.sets_of(document), tables=look_up)
    served = _channels(document, coverage)
    for index, rules in enumerate(document.get("rules", [])):
        for number, row in enumerate(rules["rows"]):
            at = f"/rules/{index}/rows/{number}/when"
            found = check(texts[rules["id"], row["id"]], schema, names, channels=served)
            yield from ((d.severity, _finding(d, at)) for d in found)
    targets = _targets(document, own)
    for at, (name, text) in values.items():
        # A value fits a field if it could be found equal to it.
        into = Schema({**schema.fields, _TARGET: targets[name]}, schema.facts)
        found = check({"==": [{"var": _TARGET}, text]}, into, names, channels=served)
        yield from ((d.severity, _finding(d, at, "/==/1")) for d in found)


def _targets(document: Document, own: Sequence[Field]) -> dict[str, FieldSpec]:
    """What rules may give values to, by name."""
    records = {
        f"{model.key}/{field.key}": _spec(field_type(field), {})
        for model in own_models(document)
        for field in model.fields
    }
    return {**{field.name: _spec(field, {}) for field in own}, **records}


def _channels(document: Document, coverage: Coverage) -> Collection[str]:
    """The connectors this blueprint's orders come from."""
    return sorted({m["connector"] for m in document["mappings"]} & set(coverage))


def _finding(diagnostic: Diagnostic, at: str, inside: str = "") -> Finding:
    pointer = diagnostic.pointer.removeprefix(inside)
    return Finding(diagnostic.code, f"{at}{pointer}", dict(diagnostic.params))
