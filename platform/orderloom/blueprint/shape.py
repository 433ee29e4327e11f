"""Whether a document has the shape of the schemas; each mistake is a finding with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from orderloom.blueprint.document import FORMAT, Blueprint
from orderloom.blueprint.findings import Finding, nearest, refuse
from orderloom.engine.transforms import CATALOGUE


def check_shape(document: Any) -> None:
    """Raise BlueprintError unless `document` has the shape of format 1."""
    if not isinstance(document, dict):
        refuse([Finding("blueprint.not_a_document", "")])
    if document.get("format") not in (None, FORMAT):
        refuse([Finding("blueprint.format", "/format", {"found": document.get("format")})])
    try:
        Blueprint().load(document)
    except ValidationError as error:
        refuse(_findings(Blueprint(), error.messages_dict, document, ""))
    refuse(_step_findings(document))


def _findings(schema: Schema, messages: Any, data: Any, at: str) -> Iterator[Finding]:
    """Marshmallow's nested messages as one flat list of findings."""
    by_key = {f.data_key or name: f for name, f in schema.fields.items()}
    for name, inner in messages.items():
        where = f"{at}/{name}"
        field = by_key.get(name)
        value = data.get(name) if isinstance(data, dict) else None
        if field is None:
            params = {"what": "key", "name": name, "nearest": nearest(name, by_key)}
            yield Finding("blueprint.unknown_name", where, {**params, "valid": sorted(by_key)})
        else:
            yield from _field_findings(field, inner, value, where)


def _field_findings(field: Any, messages: Any, value: Any, where: str) -> Iterator[Finding]:
    if isinstance(messages, list):
        yield _finding(messages[0], value, where, field)
    elif isinstance(field, fields.Nested):
        yield from _findings(field.schema, messages, value, where)
    elif isinstance(field, fields.List):
        for index, inner in messages.items():
            item = value[index] if isinstance(value, list) else None
            yield from _field_findings(field.inner, inner, item, f"{where}/{index}")
    else:
        yield Finding("blueprint.bad_value", where, {"value": _short(value)})


def _finding(message: str, value: Any, where: str, field: Any) -> Finding:
    if message == field.error_messages["required"]:
        return Finding("blueprint.missing_key", where)
    if message == "blueprint.bad_choice":
        choices = next(list(v.choices) for v in field.validators if hasattr(v, "choices"))
        return Finding(
            "blueprint.unknown_name",
            where,
            {
                "what": "choice",
                "name": _short(value),
                "nearest": nearest(str(value), choices),
                "valid": choices,
            },
        )
    code = message if message.startswith("blueprint.") else "blueprint.bad_value"
    return Finding(code, where, {"value": _short(value)})


def _short(value: Any) -> str:
    return str(value)[:80]


def _step_findings(document: Mapping[str, Any]) -> Iterator[Finding]:
    for where, step in _steps(document):
        name = step["do"]
        entry = CATALOGUE.get(name)
        if entry is None:
            params = {"what": "step", "name": name, "nearest": nearest(name, CATALOGUE)}
            yield Finding("blueprint.unknown_name", where, {**params, "valid": sorted(CATALOGUE)})
            continue
        for option in sorted(set(step) - {"do"} - entry.options):
            params = {"what": "option", "name": option, "nearest": nearest(option, entry.options)}
            valid = sorted(entry.options)
            yield Finding("blueprint.unknown_name", f"{where}/{option}", {**params, "valid": valid})


def _steps(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for m, mapping in enumerate(document["mappings"]):
        groups = (("order", mapping["order"]), ("lines/fields", mapping["lines"]["fields"]))
        for group, maps in groups:
            for f, field_map in enumerate(maps):
                for s, step in enumerate(field_map.get("steps", ())):
                    yield f"/mappings/{m}/{group}/{f}/steps/{s}", step
