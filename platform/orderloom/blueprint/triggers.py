"""What sets a rule list off: an order (at a `stage` of its way), a changed record, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderloom.blueprint.findings import Finding, unknown
from orderloom.blueprint.own_fields import placed_models
from orderloom.engine.rules import RuleList
from orderloom.engine.schedule import read_schedule

Document = Mapping[str, Any]
_KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "record": (frozenset({"model"}), frozenset({"event"})),
    "schedule": (frozenset({"schedule"}), frozenset({"zone", "over", "model"})),
}
Over = Literal["nothing", "orders", "records"]
_ANYWHERE = ("notify", "send", "task", "record")
_FOR_ORDERS = ("hold", "tag", "set", *_ANYWHERE)
_SOME_DAY = 1_790_000_000_000  # from any day on one sees whether a schedule ever comes


@dataclass(frozen=True)
class Triggered:
    """A compiled list that no order's way leads through.

    `model`: whose records, by key; `event`: created, changed or any; `over`: nothing, orders or
    records; `timing`: {"schedule", "zone"} as the document has them, zone "" for the hub's.
    """

    rules: RuleList
    on: Literal["record", "schedule"]
    model: str
    event: str
    over: Over
    timing: Mapping[str, Any]
    facts: tuple[str, ...] = ()


def compile_trigger(document: Document, rules: RuleList, facts: Sequence[str]) -> Triggered:
    """The trigger of a checked list."""
    trigger = document["trigger"]
    timing = {"schedule": trigger.get("schedule"), "zone": trigger.get("zone", "")}
    over: Over = "records" if trigger["on"] == "record" else trigger.get("over", "nothing")
    model, event = trigger.get("model", ""), trigger.get("event", "any")
    return Triggered(rules, trigger["on"], model, event, over, timing, tuple(facts))


def looks_at(rules: Document) -> tuple[str, str]:
    """What the rows of a list see: ("order", ""), ("record" or "change", model) or ("", "")."""
    trigger = rules.get("trigger")
    if trigger is None or trigger.get("over") == "orders":
        return "order", ""
    if trigger["on"] == "record":
        return "change", trigger.get("model", "")
    return ("record", trigger.get("model", "")) if trigger.get("over") == "records" else ("", "")


def check_trigger(document: Document, rules: Document, at: str) -> Iterator[Finding]:
    """Findings about what sets a list off, and what it cannot do then."""
    trigger = rules.get("trigger")
    if trigger is None:
        if "stage" not in rules:
            yield Finding("blueprint.missing_key", f"{at}/stage")
        return
    if "stage" in rules:
        yield Finding("blueprint.stage_or_trigger", f"{at}/stage")
    yield from _keys(trigger, f"{at}/trigger")
    if "model" in trigger:
        models = [model.get("key", "") for _, model in placed_models(document)]
        if trigger["model"] not in models:
            yield unknown("model", trigger["model"], f"{at}/trigger/model", models)
    yield from _timing(trigger, f"{at}/trigger")
    yield from _verbs(rules, at)


def _keys(trigger: Document, at: str) -> Iterator[Finding]:
    needed, optional = _KEYS[trigger["on"]]
    if trigger.get("over") == "records":
        needed = needed | {"model"}
    elif trigger["on"] == "schedule":
        optional = optional - {"model"}
    for missing in sorted(needed - set(trigger)):
        yield Finding("blueprint.missing_key", f"{at}/{missing}")
    for extra in sorted(set(trigger) - needed - optional - {"on"}):
        yield unknown("key", extra, f"{at}/{extra}", needed | optional)


def _timing(trigger: Document, at: str) -> Iterator[Finding]:
    if "zone" in trigger and not is_zone(trigger["zone"]):
        yield Finding("blueprint.bad_zone", f"{at}/zone", {"value": str(trigger["zone"])[:80]})
    if "schedule" not in trigger:
        return
    value = trigger["schedule"]
    if not is_timing(value):
        yield Finding("blueprint.bad_timing", f"{at}/schedule", {"value": str(value)[:80]})
    elif read_schedule(value).next_after(_SOME_DAY, "UTC") is None:
        yield Finding("blueprint.never", f"{at}/schedule", {"value": str(value)[:80]})


def _verbs(rules: Document, at: str) -> Iterator[Finding]:
    valid = _FOR_ORDERS if looks_at(rules)[0] == "order" else _ANYWHERE
    places = [(f"rows/{r}/then", row["then"]) for r, row in enumerate(rules["rows"])]
    for place, actions in (*places, ("otherwise", rules.get("otherwise", []))):
        for index, action in enumerate(actions):
            if action["do"] not in valid:
                where = f"{at}/{place}/{index}/do"
                params = {"name": action["do"], "valid": list(valid)}
                yield Finding("blueprint.verb_not_here", where, params)


def is_timing(value: Any) -> bool:
    """Whether it is a schedule of engine/schedule.py."""
    try:
        read_schedule(value)
    except ValueError:
        return False
    return True


def is_zone(value: Any) -> bool:
    """Whether it names a zone of the time-zone database."""
    try:
        return bool(ZoneInfo(value))
    except (TypeError, ValueError, OSError, ZoneInfoNotFoundError):
        return False
