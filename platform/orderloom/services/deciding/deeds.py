"""What rules did to an order, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from orderloom.blueprint.plan import CompiledBlueprint
from orderloom.blueprint.tables import keys_said, tables_of
from orderloom.engine.rules import (
    OTHERWISE,
    Action,
    Assign,
    Hold,
    Judgement,
    Notify,
    Row,
    RuleList,
    Save,
    Saving,
    Send,
    Tag,
    Task,
)
from orderloom.engine.templates import yuan
from orderloom.services.orders.showing import iso
from orderloom.texts import both

Words = Mapping[str, str]
Record = dict[str, Any]


def deeds(
    lists: Iterable[RuleList],
    compiled: CompiledBlueprint,
    judgement: Judgement,
    acted: Collection[str],
) -> list[Record]:
    """{"row": title, "what": sentence} in order; `acted`: rows that did what they do once."""
    return [
        {"row": title, "what": what}
        for rules in lists
        for title, what in _deeds_of(rules, compiled, judgement, acted)
    ]


def courier_why(compiled: CompiledBlueprint, judgement: Judgement) -> dict[str, str] | None:
    """Which row of which version of a live table chose the courier, if one did."""
    if judgement.courier_row is None:
        return None
    key, row = judgement.courier_row
    table = compiled.tables[key]
    params = {
        "table": tables_of(compiled.document)[key]["title"],
        "version": table.version,
        "row": row + 1,
        "keys": keys_said(compiled.document, table.entries[row]) or [both("tables.others")],
    }
    return both("story.courier_row", params)


def _deeds_of(
    rules: RuleList, compiled: CompiledBlueprint, judgement: Judgement, acted: Collection[str]
) -> Iterator[tuple[Words, Words]]:
    matched = judgement.matched[rules.id]
    rows = [row for row in rules.rows if row.id in matched]
    for row_id, action in rules.acting(rows):
        once = isinstance(action, Notify | Send | Task | Save)
        if not once or rules.place(row_id) in acted:
            what = _said(action, compiled, judgement, judgement.saw[rules.id])
            if what is not None:
                yield _title(rows, row_id), what


def _title(rows: list[Row], row_id: str) -> Words:
    if row_id == OTHERWISE:
        return both("story.otherwise")
    return next(row.title for row in rows if row.id == row_id)


def _said(
    action: Action, compiled: CompiledBlueprint, judgement: Judgement, seen: Mapping[str, Any]
) -> dict[str, str] | None:
    """None for what the story tells elsewhere: warehouses and couriers."""
    match action:
        case Hold():
            return both("story.did_hold", {"reason": action.title})
        case Tag():
            return both("story.did_tag", {"tag": action.tag})
        case Assign():
            return _assigned(action.field, compiled, judgement)
        case Notify():
            return both("story.did_notify", {"alert": compiled.alerts[action.alert].title})
        case Send():
            return both("story.did_send", {"to": _role(compiled, action.send_to)})
        case Task():
            return both("story.did_task", {"title": action.title})
        case Save():
            return _saved(action.worked_out(seen), compiled)
        case _:
            return None


def _assigned(
    name: str, compiled: CompiledBlueprint, judgement: Judgement
) -> dict[str, str] | None:
    if name not in judgement.changes:
        return None
    field = next(field for field in compiled.own if field.key == name)
    value = _value(field.kind, judgement.changes[name])
    return both("story.did_set", {"field": field.title, "value": value})


def _saved(one: Saving, compiled: CompiledBlueprint) -> dict[str, str]:
    model, values = compiled.models[one.model], dict(one.values)
    told = [
        both("story.value_of", {"field": field.title, "value": _value(field.kind, value)})
        for field in model.fields
        if (value := values.get(field.key)) is not None
    ]
    return both("story.did_record", {"model": model.title, "values": told})


def _value(kind: str, value: Any) -> Any:
    if isinstance(value, bool):
        return both("story.yes" if value else "story.no")
    if kind == "money":
        return f"¥{yuan(int(value))}"
    return iso(int(value)) if kind == "instant" else value


def _role(compiled: CompiledBlueprint, key: str) -> Words:
    title: Words = next(r["title"] for r in compiled.document["roles"] if r["key"] == key)
    return title
