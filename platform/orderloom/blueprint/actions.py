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
    Hold,
    Notify,
    RouteTo,
    Send,
    Tag,
    Task,
)

Document = Mapping[str, Any]


def compile_action(
    document: Document, resolve: Callable[[Any], Any], formula: Callable[[Any], CompiledRule]
) -> Action:
    """One checked action. `resolve` puts parameters in place; `formula` compiles a value's rule."""
    match document["do"]:
        case "hold":
            return Hold(document["code"], document["title"])
        case "tag":
            return Tag(document["tag"])
        case "set":
            return Assign(document["field"], formula(document["value"]).evaluate)
        case "route":
            return RouteTo(_route(document, resolve))
        case "courier":
            return Courier(tuple((w["courier"], w["weight"]) for w in document["weights"]))
        case "send":
            return Send(document["send_to"])
        case "task":
            return Task(document["title"])
        case _:
            return Notify(document["alert"])


def _route(document: Document, resolve: Callable[[Any], Any]) -> Route:
    return Route(
        tuple(document["candidates"]),
        tuple(document.get("backups", ())),
        document.get("split", "never"),
        resolve(document.get("safety", 0)),
    )
