"""What a row of a decision list does: from the document to the engine's actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.engine.jsonlogic import CompiledRule
from orderloom.engine.routing import Route
from orderloom.engine.rules import (
    Action,
    Assign,
    Courier,
    CourierBy,
    Formula,
    Hold,
    Notify,
    RouteTo,
    Save,
    Send,
    Tag,
    Task,
)
from orderloom.engine.tables import CourierTable

Document = Mapping[str, Any]


def compile_action(
    document: Document,
    resolve: Callable[[Any], Any],
    formula: Callable[[str, str, Any], CompiledRule],
    couriers: Callable[[str], CourierTable],
) -> Action:
    """One checked action. `resolve` puts parameters in place; `couriers`: the table of a key.

    `formula(place, name, rule)` compiles the rule at this place of the action that works out a
    value for `name`: an own field, or "model/field" of a record.
    """
    match document["do"]:
        case "hold":
            return Hold(document["code"], document["title"])
        case "tag":
            return Tag(document["tag"])
        case "set":
            rule = formula("value", document["field"], document["value"])
            return Assign(document["field"], rule.evaluate)
        case "route":
            return RouteTo(_route(document, resolve))
        case "courier" if "table" in document:
            return CourierBy(couriers(document["table"]))
        case "courier":
            return Courier(tuple((w["courier"], w["weight"]) for w in document["weights"]))
        case "send":
            return Send(document["send_to"])
        case "task":
            return Task(document["title"])
        case "record":
            return Save(document["model"], _values(document, formula))
        case _:
            return Notify(document["alert"])


def _values(
    document: Document, formula: Callable[[str, str, Any], CompiledRule]
) -> tuple[tuple[str, Formula], ...]:
    model = document["model"]
    return tuple(
        (v["field"], formula(f"values/{i}/value", f"{model}/{v['field']}", v["value"]).evaluate)
        for i, v in enumerate(document["values"])
    )


def _route(document: Document, resolve: Callable[[Any], Any]) -> Route:
    return Route(
        tuple(document["candidates"]),
        tuple(document.get("backups", ())),
        document.get("split", "never"),
        resolve(document.get("safety", 0)),
    )
