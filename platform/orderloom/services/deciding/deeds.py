"""What rules did to an order, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from orderloom.blueprint.own_fields import OwnField, field_type
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
from orderloom.engine.words import Text, Words
from orderloom.texts import LOCALES, both

Record = dict[str, Any]


def deeds(
    lists: Iterable[RuleList],
    compiled: CompiledBlueprint,
    judgement: Judgement,
    acted: Collection[str],
    words: Words,
) -> list[Record]:
    """{"row": title, "what": sentence} in order; `acted`: rows that did what they do once.

    `words`: how values are said, times on the hub's clock.
    """
    return [
        {"row": title, "what": what}
        for rules in lists
        for title, what in _deeds_of(rules, compiled, judgement, acted, words)
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
    rules: RuleList,
    compiled: CompiledBlueprint,
    judgement: Judgement,
    acted: Collection[str],
    words: Words,
) -> Iterator[tuple[Text, Text]]:
    matched = judgement.matched[rules.id]
    rows = [row for row in rules.rows if row.id in matched]
    for row_id, action in rules.acting(rows):
        once = isinstance(action, Notify | Send | Task | Save)
        if not once or rules.place(row_id) in acted:
            what = _said(action, compiled, judgement, judgement.saw[rules.id], words)
            if what is not None:
                yield _title(rows, row_id), what


def _title(rows: list[Row], row_id: str) -> Text:
    if row_id == OTHERWISE:
        return both("story.otherwise")
    return next(row.title for row in rows if row.id == row_id)


def _said(
    action: Action,
    compiled: CompiledBlueprint,
    judgement: Judgement,
    seen: Mapping[str, Any],
    words: Words,
) -> dict[str, str] | None:
    """None for what the story tells elsewhere: warehouses and couriers."""
    match action:
        case Hold():
            return both("story.did_hold", {"reason": action.title})
        case Tag():
            return both("story.did_tag", {"tag": action.tag})
        case Assign():
            return _assigned(action.field, compiled, judgement, words)
        case Notify():
            return both("story.did_notify", {"alert": compiled.alerts[action.alert].title})
        case Send():
            return both("story.did_send", {"to": _role(compiled, action.send_to)})
        case Task():
            return both("story.did_task", {"title": action.title})
        case Save():
            return _saved(action.worked_out(seen), compiled, words)
        case _:
            return None


def _assigned(
    name: str, compiled: CompiledBlueprint, judgement: Judgement, words: Words
) -> dict[str, str] | None:
    if name not in judgement.changes:
        return None
    field = next(field for field in compiled.own if field.key == name)
    value = _value(field, judgement.changes[name], words)
    return both("story.did_set", {"field": field.title, "value": value})


def _saved(one: Saving, compiled: CompiledBlueprint, words: Words) -> dict[str, str]:
    model, values = compiled.models[one.model], dict(one.values)
    told = [
        both("story.value_of", {"field": field.title, "value": _value(field, value, words)})
        for field in model.fields
        if (value := values.get(field.key)) is not None
    ]
    return both("story.did_record", {"model": model.title, "values": told})


def _value(field: OwnField, value: Any, words: Words) -> dict[str, str]:
    about = field_type(field)
    return {locale: words.value(value, about, locale) for locale in LOCALES}


def _role(compiled: CompiledBlueprint, key: str) -> Text:
    title: Text = next(r["title"] for r in compiled.document["roles"] if r["key"] == key)
    return title
