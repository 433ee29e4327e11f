"""The fields a blueprint adds to the order. A field's `id` names its column and never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.blueprint.findings import Finding
from orderloom.engine.canonical import DERIVED_FIELDS, ORDER_BY_NAME

Document = Mapping[str, Any]
LONGEST_ID = 61  # characters: with the column's prefix the longest name PostgreSQL takes
_TAKEN = frozenset((*ORDER_BY_NAME, *(field.name for field in DERIVED_FIELDS), "lines", "now"))


@dataclass(frozen=True)
class OwnField:
    """One field as the store knows it: what its column is made from, and the order's key for it."""

    id: str
    key: str
    kind: str


def own_columns(document: Document) -> tuple[OwnField, ...]:
    """The own fields of a checked document."""
    return tuple(OwnField(f["id"], f["key"], f["kind"]) for _, f in placed_fields(document))


def placed_fields(document: Document) -> Iterator[tuple[str, Document]]:
    """Each own field with its place in the document."""
    for m, model in enumerate(document.get("models", [])):
        for f, field in enumerate(model["fields"]):
            yield f"/models/{m}/fields/{f}", field


def check_own_fields(document: Document) -> Iterator[Finding]:
    """Findings about the fields of a well-shaped document by itself."""
    seen: set[tuple[str, str]] = set()
    for where, field in placed_fields(document):
        for name in ("id", "key"):
            if (name, field[name]) in seen:
                yield Finding("blueprint.twice", f"{where}/{name}", {"name": field[name]})
            seen.add((name, field[name]))
        if field["key"] in _TAKEN:
            yield Finding("blueprint.key_taken", f"{where}/key", {"name": field["key"]})
        if len(field["id"]) > LONGEST_ID:
            yield Finding("blueprint.id_too_long", f"{where}/id", {"limit": LONGEST_ID})
        if (field["kind"] == "choice") != bool(field.get("choices")):
            yield Finding("blueprint.choices", f"{where}/choices")
