"""A model of the blueprint's own, and rows that write it, for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Record = dict[str, Any]


def title(text: str) -> Record:
    return {"zh": text, "en": text}


def field(id_: str, key: str, kind: str = "text", **more: Any) -> Record:
    return {"id": id_, "key": key, "title": title(key.capitalize()), "kind": kind, **more}


def buyers(*more: Record, known_by: Sequence[str] = ("phone",)) -> Record:
    """Buyers, known by their phone number."""
    fields = [
        field("f1", "phone"),
        field("f2", "level", "choice", choices=["gold", "silver"]),
        field("f3", "spent", "money"),
        *more,
    ]
    head = {"id": "buyer", "key": "buyers", "title": {"zh": "买家", "en": "Buyers"}}
    return {**head, "known_by": list(known_by), "fields": fields}


def record(**values: Any) -> Record:
    """The action that writes a buyer; the phone is the order's unless given."""
    given = {"phone": {"var": "phone"}, **values}
    entries = [{"field": name, "value": value} for name, value in given.items()]
    return {"do": "record", "model": "buyers", "values": entries}


def row(id_: str, then: Sequence[Record], when: Any = True) -> Record:
    return {"id": id_, "title": title(id_), "when": when, "then": list(then)}


def with_rows(*rows: Record, model: Record | None = None) -> Callable[[Record], None]:
    """Let a document have buyers, and these rows first in its risk rules."""

    def change(document: Record) -> None:
        document["models"] = [model or buyers()]
        risk = next(r for r in document["rules"] if r["stage"] == "risk")
        risk["mode"] = "all"
        risk["rows"][:0] = rows

    return change


def with_lists(*lists: Record, rows: Sequence[Record] = ()) -> Callable[[Record], None]:
    """The same with more rule lists, each set off by a trigger."""

    def change(document: Record) -> None:
        with_rows(*rows)(document)
        document["rules"].extend(lists)

    return change


def rule_list(id_: str, trigger: Record, *rows: Record, mode: str = "all") -> Record:
    head = {"id": id_, "title": title(id_), "mode": mode}
    return {**head, "trigger": trigger, "rows": list(rows)}
