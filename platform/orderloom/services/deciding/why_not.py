"""Why an order did not go to another warehouse: the smallest change that would send it there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from orderloom.blueprint.plan import CompiledBlueprint, own_field_types
from orderloom.blueprint.tables import table_titles
from orderloom.engine.analysis import Change, nearest, order_schema
from orderloom.engine.jsonlogic import fact_of
from orderloom.engine.say import say
from orderloom.engine.words import Words, with_own
from orderloom.services.deciding.explain import compiled_for
from orderloom.services.deciding.rulebook import seen_of, views
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Tx
from orderloom.store.tables import decision
from orderloom.texts import LOCALES, both

Document = Mapping[str, Any]
Record = dict[str, Any]


def why_not(tx: Tx, plans: PlanCache, order_id: int, zone: str) -> list[Record]:
    """For every warehouse the order did not go to: the rows that propose it, under the plan that
    decided, and what of the order would have to be otherwise. Raises NotFound.
    """
    seen = seen_of(tx, order_id)
    last = tx.execute(
        select(decision).where(decision.c.order_id == order_id).order_by(decision.c.id.desc())
    ).first()
    compiled = compiled_for(tx, plans, last) if last else None
    if last is None or compiled is None:
        return []
    saw = views(compiled, seen)
    words = with_own(
        own_field_types(compiled.document), table_titles(compiled.document), Words(zone)
    )
    roles = [r for r in compiled.document["roles"] if r["kind"] == "warehouse"]
    return [
        {
            "role": r["key"],
            "title": r["title"],
            "ways": list(_ways(compiled, saw, seen, r["key"], words)),
        }
        for r in roles
        if r["key"] not in last.outcome["parcels"]
    ]


def _ways(
    compiled: CompiledBlueprint,
    saw: Mapping[str, Mapping[str, Any]],
    seen: Mapping[str, Any],
    warehouse: str,
    words: Words,
) -> Iterator[Record]:
    document = compiled.document
    schema = order_schema(own_field_types(document))
    for rules in document.get("rules", []):
        if rules.get("stage") != "routing":
            continue
        texts = [compiled.rule_texts[rules["id"], row["id"]] for row in rules["rows"]]
        view = saw.get(rules["id"], seen)
        for position in _proposing(rules["rows"], warehouse):
            changes = nearest(texts, position, view, schema, *compiled.names)
            row = rules["rows"][position]
            yield {
                "row": {"id": row["id"], "title": row["title"], "position": position + 1},
                "sentence": say(texts[position], words),
                "changes": None if changes is None else [_said(c, words) for c in changes],
            }


def _proposing(rows: Sequence[Document], warehouse: str) -> Iterator[int]:
    for position, row in enumerate(rows):
        for action in row["then"]:
            places = [*action.get("candidates", ()), *action.get("backups", ())]
            if action["do"] == "route" and warehouse in places:
                yield position


def _said(change: Change, words: Words) -> dict[str, str]:
    """One thing that would have to be otherwise, in words."""
    kind, _, rest = change.test.partition(":")
    if kind == "f":
        title = {locale: words.title(rest, locale) for locale in LOCALES}
        about = words.field(rest)
        value = {locale: words.value(change.value, about, locale) for locale in LOCALES}
        return both("story.change_to", {"what": title, "value": value})
    if kind == "fact":
        name, arguments = fact_of(rest)
        what = say({"fact": [name, *arguments]})
        return both("story.change_to", {"what": what, "value": change.value})
    sentence = say(json.loads(rest), words)
    if kind == "e":
        return both("story.change_to", {"what": sentence, "value": change.value})
    code = "story.change_met" if change.value else "story.change_not_met"
    return both(code, {"what": sentence})
