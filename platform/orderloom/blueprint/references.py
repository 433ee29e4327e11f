"""Checks across a blueprint: every name that is used must exist and be of the right kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from orderloom.blueprint.findings import Finding, refuse, unknown
from orderloom.blueprint.own_fields import check_own, own_fields
from orderloom.blueprint.record_actions import check_record
from orderloom.blueprint.tables import check_tables, for_couriers, for_lookup
from orderloom.blueprint.triggers import check_trigger, is_timing, is_zone
from orderloom.engine.canonical import LINE_BY_NAME, ORDER_BY_NAME

Document = Mapping[str, Any]
_LARGEST = 2**63
_ACTION_KEYS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "hold": (frozenset({"code", "title"}), frozenset()),
    "tag": (frozenset({"tag"}), frozenset()),
    "set": (frozenset({"field", "value"}), frozenset()),
    "route": (frozenset({"candidates"}), frozenset({"backups", "split", "safety"})),
    "courier": (frozenset(), frozenset({"weights", "table"})),
    "notify": (frozenset({"alert"}), frozenset()),
    "send": (frozenset({"send_to"}), frozenset()),
    "task": (frozenset({"title"}), frozenset()),
    "record": (frozenset({"model", "values"}), frozenset()),
}


def check_references(document: Document) -> None:
    """Raise BlueprintError unless all names in a well-shaped document refer to something."""
    findings: list[Finding] = []
    for check in _CHECKS:
        findings.extend(check(document))
    refuse(findings)


def names(document: Document, section: str, kind: str | None = None) -> list[str]:
    """The keys or ids of a section's entries, optionally of one kind."""
    entries = document.get(section, [])
    return [_name(e) for e in entries if kind is None or e.get("kind") == kind]


def _name(entry: Document) -> str:
    return str(entry.get("key") or entry.get("id"))


_NAMED = (
    "parameters",
    "roles",
    "sources",
    "mappings",
    "sets",
    "tables",
    "rules",
    "thresholds",
    "outbound",
    "alerts",
)


def _unique(document: Document) -> Iterator[Finding]:
    for section in _NAMED:
        yield from _twice(document.get(section, []), f"/{section}")
    for index, rules in enumerate(document.get("rules", [])):
        yield from _twice(rules["rows"], f"/rules/{index}/rows")


def _twice(entries: Sequence[Document], at: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        if _name(entry) in seen:
            yield Finding("blueprint.twice", f"{at}/{index}", {"name": _name(entry)})
        seen.add(_name(entry))


def _must(name: str, valid: Sequence[str], what: str, where: str) -> Iterator[Finding]:
    if name not in valid:
        yield unknown(what, name, where, valid)


def _sources(document: Document) -> Iterator[Finding]:
    accounts, mappings = names(document, "roles", "account"), names(document, "mappings")
    for index, source in enumerate(document["sources"]):
        at = f"/sources/{index}"
        yield from _must(source["account"], accounts, "shop", f"{at}/account")
        yield from _must(source["mapping"], mappings, "mapping", f"{at}/mapping")


def _mappings(document: Document) -> Iterator[Finding]:
    order = [*ORDER_BY_NAME, *(field["key"] for field in own_fields(document))]
    for m, mapping in enumerate(document["mappings"]):
        at = f"/mappings/{m}"
        yield from _field_maps(mapping["order"], order, f"{at}/order")
        yield from _field_maps(mapping["lines"]["fields"], list(LINE_BY_NAME), f"{at}/lines/fields")
        mapped = {entry["to"] for entry in mapping["order"]}
        for field in ORDER_BY_NAME.values():
            if field.required and field.name not in mapped:
                yield Finding("blueprint.not_mapped", f"{at}/order", {"field": field.name})


def _field_maps(maps: Sequence[Document], valid: list[str], at: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, entry in enumerate(maps):
        where = f"{at}/{index}"
        yield from _must(entry["to"], valid, "field", f"{where}/to")
        if entry["to"] in seen:
            yield Finding("blueprint.twice", f"{where}/to", {"name": entry["to"]})
        seen.add(entry["to"])
        if ("from" in entry) == ("value" in entry):
            yield Finding("blueprint.from_or_value", where)
        yield from _source(entry, where)
        yield from _options(entry, where)


def _source(entry: Document, where: str) -> Iterator[Finding]:
    value = entry.get("from", "")
    paths = value if isinstance(value, list) else [value]
    if not paths or not all(isinstance(path, str) for path in paths):
        yield Finding("blueprint.bad_value", f"{where}/from", {"value": str(value)[:80]})


_NEEDED_OPTIONS = {"table": "entries", "default": "value", "prefix": "text"}


def _options(entry: Document, where: str) -> Iterator[Finding]:
    for index, step in enumerate(entry.get("steps", ())):
        at = f"{where}/steps/{index}"
        needed = _NEEDED_OPTIONS.get(step["do"])
        if needed and needed not in step:
            yield Finding("blueprint.missing_key", f"{at}/{needed}")
        for option, value in step.items():
            if option in _OPTION_FITS and not _OPTION_FITS[option](value):
                yield Finding("blueprint.bad_value", f"{at}/{option}", {"value": str(value)[:80]})


_OPTION_FITS: Mapping[str, Callable[[Any], bool]] = {
    "entries": lambda value: isinstance(value, dict),
    "yes": lambda value: isinstance(value, list),
    "by": lambda value: isinstance(value, str) and bool(value),
    "text": lambda value: isinstance(value, str),
    "may_be_negative": lambda value: isinstance(value, bool),
    "zone": is_zone,
}


def _rules(document: Document) -> Iterator[Finding]:
    for index, rules in enumerate(document.get("rules", [])):
        at = f"/rules/{index}"
        yield from check_trigger(document, rules, at)
        for r, row in enumerate(rules["rows"]):
            yield from _references_in_rule(document, row["when"], f"{at}/rows/{r}/when")
            yield from _actions(document, row["then"], f"{at}/rows/{r}/then")
        yield from _actions(document, rules.get("otherwise", []), f"{at}/otherwise")


def _references_in_rule(document: Document, rule: Any, at: str) -> Iterator[Finding]:
    if isinstance(rule, list):
        for index, item in enumerate(rule):
            yield from _references_in_rule(document, item, f"{at}/{index}")
    elif isinstance(rule, dict):
        for key, value in rule.items():
            if key == "lookup" and isinstance(value, list) and value:
                name = str(value[0])
                yield from _must(name, for_lookup(document), "table", f"{at}/lookup/0")
            if key in ("param", "set") and len(rule) == 1:
                section = "parameters" if key == "param" else "sets"
                yield from _must(str(value), names(document, section), key, f"{at}/{key}")
            else:
                yield from _references_in_rule(document, value, f"{at}/{key}")


def _actions(document: Document, actions: Sequence[Document], at: str) -> Iterator[Finding]:
    for index, action in enumerate(actions):
        where = f"{at}/{index}"
        needed, optional = _ACTION_KEYS[action["do"]]
        for missing in sorted(needed - set(action)):
            yield Finding("blueprint.missing_key", f"{where}/{missing}")
        for extra in sorted(set(action) - needed - optional - {"do"}):
            yield unknown("key", extra, f"{where}/{extra}", needed | optional)
        if action["do"] == "courier" and ("weights" in action) == ("table" in action):
            yield Finding("blueprint.weights_or_table", where)
        yield from _action_names(document, action, where)
        yield from check_record(document, action, where)
        for place, text in formulas(action):
            yield from _references_in_rule(document, text, f"{where}/{place}")
        if "safety" in action:
            yield from _pieces(document, action["safety"], f"{where}/safety")


def formulas(action: Document) -> Iterator[tuple[str, Any]]:
    """The JSONLogic an action has, each with its place in it."""
    if "value" in action:
        yield "value", action["value"]
    for index, entry in enumerate(action.get("values", ())):
        yield f"values/{index}/value", entry["value"]


def _action_names(document: Document, action: Document, where: str) -> Iterator[Finding]:
    """Whatever an action names must exist."""
    for group in ("candidates", "backups"):
        valid = names(document, "roles", "warehouse")
        for i, name in enumerate(action.get(group, ())):
            yield from _must(name, valid, "warehouse", f"{where}/{group}/{i}")
    for key, (what, valid_names) in _NAMED_BY_ACTIONS.items():
        if key in action:
            yield from _must(action[key], valid_names(document), what, f"{where}/{key}")


_NAMED_BY_ACTIONS: Mapping[str, tuple[str, Callable[[Document], list[str]]]] = {
    "alert": ("alert", lambda document: names(document, "alerts")),
    "field": ("field", lambda document: [field["key"] for field in own_fields(document)]),
    "send_to": ("connection", lambda document: names(document, "roles", "connection")),
    "table": ("table", for_couriers),
}


def _pieces(document: Document, value: Any, where: str) -> Iterator[Finding]:
    if isinstance(value, dict) and set(value) == {"param"}:
        valid = names(document, "parameters", "integer")
        yield from _must(value["param"], valid, "parameter", f"{where}/param")
    elif not isinstance(value, int) or isinstance(value, bool) or value < 0:
        yield Finding("blueprint.bad_value", where, {"value": str(value)})


_EFFECT_KEYS = {"notify": "alert", "send": "send_to", "pool": "pool"}


def _thresholds(document: Document) -> Iterator[Finding]:
    for index, threshold in enumerate(document.get("thresholds", [])):
        at = f"/thresholds/{index}"
        yield from _amount(document, threshold["reaches"], f"{at}/reaches")
        for e, effect in enumerate(threshold["then"]):
            yield from _effect(document, effect, f"{at}/then/{e}")


def _amount(document: Document, value: Any, where: str) -> Iterator[Finding]:
    if isinstance(value, dict) and set(value) == {"param"}:
        valid = [*names(document, "parameters", "integer"), *names(document, "parameters", "money")]
        yield from _must(value["param"], valid, "parameter", f"{where}/param")
    elif not isinstance(value, int) or isinstance(value, bool) or value < 1:
        yield Finding("blueprint.bad_value", where, {"value": str(value)})


def _effect(document: Document, effect: Document, at: str) -> Iterator[Finding]:
    needed = _EFFECT_KEYS[effect["do"]]
    if needed not in effect:
        yield Finding("blueprint.missing_key", f"{at}/{needed}")
    for extra in sorted(set(effect) - {"do", needed}):
        yield unknown("key", extra, f"{at}/{extra}", [needed])
    if "alert" in effect:
        yield from _must(effect["alert"], names(document, "alerts"), "alert", f"{at}/alert")
    if "send_to" in effect:
        connections = names(document, "roles", "connection")
        yield from _must(effect["send_to"], connections, "connection", f"{at}/send_to")


def _outbound(document: Document) -> Iterator[Finding]:
    warehouses = names(document, "roles", "warehouse")
    for index, outbound in enumerate(document.get("outbound", [])):
        at = f"/outbound/{index}"
        connections = names(document, "roles", "connection")
        yield from _must(outbound["send_to"], connections, "connection", f"{at}/send_to")
        for i, name in enumerate(outbound["warehouses"]):
            yield from _must(name, warehouses, "warehouse", f"{at}/warehouses/{i}")
        yield from _parameter(document, outbound["hand_over"], f"{at}/hand_over", "schedule")
        channels = [mapping["connector"] for mapping in document["mappings"]]
        for i, name in enumerate(outbound.get("platforms", ())):
            yield from _must(name, channels, "platform", f"{at}/platforms/{i}")
        yield from _label_first(document, outbound, f"{at}/label_first")
    yield from _schedules(document)


def _label_first(document: Document, outbound: Document, where: str) -> Iterator[Finding]:
    """Whoever waits for a label needs another step that could make it."""
    others = [step for step in document["outbound"] if step["send_to"] != outbound["send_to"]]
    covered = {warehouse for step in others for warehouse in step["warehouses"]}
    for warehouse in outbound["warehouses"] if outbound.get("label_first") else ():
        if warehouse not in covered:
            yield Finding("blueprint.no_label_step", where, {"warehouse": warehouse})


def _parameter(document: Document, value: Any, where: str, kind: str) -> Iterator[Finding]:
    if isinstance(value, dict) and set(value) == {"param"}:
        valid = names(document, "parameters", kind)
        yield from _must(value["param"], valid, "parameter", f"{where}/param")


def _schedules(document: Document) -> Iterator[Finding]:
    for index, outbound in enumerate(document.get("outbound", [])):
        value = outbound["hand_over"]
        if not (isinstance(value, dict) and "param" in value) and not is_schedule(value):
            where = f"/outbound/{index}/hand_over"
            yield Finding("blueprint.bad_schedule", where, {"value": str(value)})


def _parameters(document: Document) -> Iterator[Finding]:
    for index, parameter in enumerate(document.get("parameters", [])):
        yield from check_value(parameter, parameter["default"], f"/parameters/{index}/default")


def check_value(parameter: Document, value: Any, where: str) -> Iterator[Finding]:
    """What keeps `value` from being this parameter's."""
    kind = parameter["kind"]
    fits = {
        "text": isinstance(value, str),
        "integer": _is_whole(value),
        "money": _is_whole(value) and value >= 0,
        "texts": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "schedule": is_schedule(value),
    }
    if not fits[kind]:
        code = "blueprint.bad_schedule" if kind == "schedule" else "blueprint.bad_value"
        yield Finding(code, where, {"value": str(value)[:80]})


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value < _LARGEST


def is_schedule(value: Any) -> bool:
    """`"at_once"` or `{"daily_at": "10:00"}`."""
    if value == "at_once":
        return True
    return isinstance(value, dict) and set(value) == {"daily_at"} and is_timing(value)


def _alerts(document: Document) -> Iterator[Finding]:
    connections = names(document, "roles", "connection")
    for index, alert in enumerate(document.get("alerts", [])):
        at = f"/alerts/{index}"
        yield from _must(alert["send_to"], connections, "connection", f"{at}/send_to")
        yield from _recipients(document, alert["recipients"], f"{at}/recipients")


def _recipients(document: Document, value: Any, where: str) -> Iterator[Finding]:
    if isinstance(value, dict):
        yield from _parameter(document, value, where, "texts")
    if not (isinstance(value, dict) and set(value) == {"param"}):
        yield from check_value({"kind": "texts"}, value, where)


_CHECKS = (
    _unique,
    check_own,
    _parameters,
    _sources,
    _mappings,
    check_tables,
    _rules,
    _thresholds,
    _outbound,
    _alerts,
)
