"""Fields and models a blueprint adds. An `id` names a column or table and never changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from orderloom.blueprint.findings import Finding, unknown
from orderloom.engine.canonical import DERIVED_FIELDS, ORDER_BY_NAME, Field, Kind

Document = Mapping[str, Any]
LONGEST_ID = 61  # characters: with its prefix the longest name PostgreSQL takes
_TAKEN = frozenset((*ORDER_BY_NAME, *(field.name for field in DERIVED_FIELDS), "lines", "now"))
_TAKEN_IN_RECORDS = frozenset(("now", "old", "created", "id"))
# What the hub has, or may have, tables of its own fields for.
CORE = frozenset(
    ("order", "line", "fulfilment", "parcel", "product", "warehouse", "stock", "customer", "return")
)


@dataclass(frozen=True)
class OwnField:
    """One field as the store knows it: what its column is made from, and its key in rules."""

    id: str
    key: str
    kind: str
    title: Mapping[str, str]
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class OwnModel:
    """A model as the store knows it; `known_by`: ids of the fields that make out one record."""

    id: str
    key: str
    title: Mapping[str, str]
    fields: tuple[OwnField, ...]
    known_by: tuple[str, ...]

    def field(self, key: str) -> OwnField:
        """The field of this key."""
        return next(field for field in self.fields if field.key == key)


def field_type(own: OwnField) -> Field:
    """A field of the blueprint's own as the engine knows fields."""
    return Field(
        own.key, cast("Kind", own.kind), own.title["zh"], own.title["en"], choices=own.choices
    )


def own_columns(document: Document) -> tuple[OwnField, ...]:
    """The fields a checked document adds to the order."""
    return tuple(_field(field) for field in own_fields(document))


def own_models(document: Document) -> tuple[OwnModel, ...]:
    """The models of a checked document."""
    return tuple(_model(model) for _, model in placed_models(document))


def _model(model: Document) -> OwnModel:
    fields = tuple(_field(field) for field in model["fields"])
    known_by = tuple(field.id for field in fields if field.key in model["known_by"])
    return OwnModel(model["id"], model["key"], model["title"], fields, known_by)


def _field(field: Document) -> OwnField:
    names = (field["id"], field["key"], field["kind"], field["title"])
    return OwnField(*names, tuple(field.get("choices", ())), field.get("required", False))


def stored_ids(document: Document) -> list[str]:
    """Ids of all own models and fields: what they hold cannot change once this document is live."""
    models = document.get("models", [])
    own = [model["id"] for model in models if "id" in model]
    return [*own, *(field["id"] for model in models for field in model["fields"])]


def own_fields(document: Document) -> list[Document]:
    """The fields the blueprint adds to the order."""
    return [field for _, field in placed_fields(document)]


def placed_fields(document: Document) -> Iterator[tuple[str, Document]]:
    """Each field added to the order, with its place in the document."""
    for m, model in enumerate(document.get("models", [])):
        if "extends" in model:
            yield from _placed(model, f"/models/{m}")


def placed_models(document: Document) -> Iterator[tuple[str, Document]]:
    """Each model of the blueprint's own with its place in the document."""
    for m, model in enumerate(document.get("models", [])):
        if "extends" not in model:
            yield f"/models/{m}", model


def _placed(model: Document, at: str) -> Iterator[tuple[str, Document]]:
    for f, field in enumerate(model["fields"]):
        yield f"{at}/fields/{f}", field


def check_own(document: Document) -> Iterator[Finding]:
    """Findings about the own fields and models of a well-shaped document by themselves."""
    yield from _fields(placed_fields(document), _TAKEN)
    for at, field in placed_fields(document):
        if "required" in field:  # nobody is there to give it: orders come from outside
            yield unknown("key", "required", f"{at}/required", sorted(set(field) - {"required"}))
    models = list(placed_models(document))
    yield from _twice(models)
    for at, model in models:
        yield from _own_model(model, at)
    for m, model in enumerate(document.get("models", [])):
        for extra in sorted({"id", "key", "title", "known_by"} & set(model)):
            if "extends" in model:
                yield unknown("key", extra, f"/models/{m}/{extra}", ["extends", "fields"])


def _own_model(model: Document, at: str) -> Iterator[Finding]:
    for missing in sorted({"id", "key", "title", "known_by"} - set(model)):
        yield Finding("blueprint.missing_key", f"{at}/{missing}")
    for name in ("id", "key"):
        if model.get(name) in CORE:
            yield Finding("blueprint.model_taken", f"{at}/{name}", {"name": model[name]})
    if len(model.get("id", "")) > LONGEST_ID:
        yield Finding("blueprint.id_too_long", f"{at}/id", {"limit": LONGEST_ID})
    yield from _fields(_placed(model, at), _TAKEN_IN_RECORDS)
    yield from _known_by(model, f"{at}/known_by")


def _known_by(model: Document, at: str) -> Iterator[Finding]:
    keys = [field["key"] for field in model["fields"]]
    named = model.get("known_by", [])
    if not named and "known_by" in model:
        yield Finding("blueprint.missing_key", at)
    for index, name in enumerate(named):
        if name not in keys:
            yield unknown("field", name, f"{at}/{index}", keys)
        if name in named[:index]:
            yield Finding("blueprint.twice", f"{at}/{index}", {"name": name})


def _fields(placed: Iterator[tuple[str, Document]], taken: Collection[str]) -> Iterator[Finding]:
    fields = list(placed)
    yield from _twice(fields)
    for where, field in fields:
        if field["key"] in taken:
            yield Finding("blueprint.key_taken", f"{where}/key", {"name": field["key"]})
        if len(field["id"]) > LONGEST_ID:
            yield Finding("blueprint.id_too_long", f"{where}/id", {"limit": LONGEST_ID})
        if (field["kind"] == "choice") != bool(field.get("choices")):
            yield Finding("blueprint.choices", f"{where}/choices")


def _twice(placed: list[tuple[str, Document]]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for where, entry in placed:
        for name in ("id", "key"):
            if name in entry and (name, entry[name]) in seen:
                yield Finding("blueprint.twice", f"{where}/{name}", {"name": entry[name]})
            seen.add((name, entry.get(name, "")))
