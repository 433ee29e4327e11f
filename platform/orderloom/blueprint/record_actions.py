"""The action that creates or updates a record: what it names must exist and identify a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.blueprint.findings import Finding, unknown
from orderloom.blueprint.own_fields import placed_models

Document = Mapping[str, Any]


def check_record(document: Document, action: Document, where: str) -> Iterator[Finding]:
    """Findings about one action; nothing of those that write no record."""
    if action["do"] != "record" or "model" not in action:
        return
    models = {model.get("key", ""): model for _, model in placed_models(document)}
    model = models.get(action["model"])
    if model is None:
        yield unknown("model", action["model"], f"{where}/model", models)
        return
    yield from _values(model, action.get("values", []), f"{where}/values")


def _values(model: Document, values: list[Document], at: str) -> Iterator[Finding]:
    keys = [field["key"] for field in model["fields"]]
    given = [entry["field"] for entry in values]
    for index, name in enumerate(given):
        if name not in keys:
            yield unknown("field", name, f"{at}/{index}/field", keys)
        if name in given[:index]:
            yield Finding("blueprint.twice", f"{at}/{index}/field", {"name": name})
    for field in model["fields"]:
        if field["key"] in given:
            continue
        params = {"field": dict(field["title"]), "model": dict(model.get("title", {}))}
        if field["key"] in model.get("known_by", ()):
            yield Finding("blueprint.not_identified", at, params)
        elif field.get("required"):
            yield Finding("blueprint.not_given", at, params)
