"""The rules of a blueprint against its models and what each channel really fills."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from orderloom.blueprint import tables
from orderloom.blueprint.findings import Finding
from orderloom.blueprint.own_fields import OwnModel, field_type, own_models
from orderloom.blueprint.triggers import looks_at
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
    order = schema_of(own, coverage, tables.specs(document))
    look_up = tables.words(document, tables.initial(document))
    names = Names(sets=tables.sets_of(document), tables=look_up)
    served, targets = _channels(document, coverage), _targets(document, own)
    for index, rules in enumerate(document.get("rules", [])):
        schema = _seen_by(document, rules, order)
        for number, row in enumerate(rules["rows"]):
            at = f"/rules/{index}/rows/{number}/when"
            found = check(texts[rules["id"], row["id"]], schema, names, channels=served)
            yield from ((d.severity, _finding(d, at)) for d in found)
        for at, (name, text) in values.items():
            if not at.startswith(f"/rules/{index}/"):
                continue
            # A value fits a field if it could be found equal to it.
            into = replace(schema, fields={**schema.fields, _TARGET: targets[name]})
            found = check({"==": [{"var": _TARGET}, text]}, into, names, channels=served)
            yield from ((d.severity, _finding(d, at, "/==/1")) for d in found)


def _seen_by(document: Document, rules: Document, order: Schema) -> Schema:
    """What the rows of a list may read."""
    what, key = looks_at(rules)
    if what == "order":
        return order
    seen = {"now": FieldSpec("instant")}
    for model in own_models(document):
        if model.key == key:
            seen |= record_fields(model, changed=what == "change")
    return replace(order, fields=seen, facts={})


def record_fields(model: OwnModel, *, changed: bool) -> dict[str, FieldSpec]:
    """A record's fields; of one that `changed` also those it had before, under `old`."""
    fields = {
        field.key: replace(_spec(field_type(field), {}), nullable=field.id not in model.known_by)
        for field in model.fields
    }
    if not changed:
        return fields
    before = FieldSpec("object", nullable=True, fields=fields)
    return {**fields, "old": before, "created": FieldSpec("yes_no")}


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
