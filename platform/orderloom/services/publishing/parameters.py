"""The parameters of a blueprint that is live: this company's values, changed without publishing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete, select

from orderloom.errors import BlueprintError, Conflict, NotFound
from orderloom.services.publishing import publish
from orderloom.services.publishing.published import live_document
from orderloom.services.publishing.runtime import live_hash
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import blueprint, parameter

Document = Mapping[str, Any]
Record = dict[str, Any]
_READERS = ("rules", "thresholds", "outbound", "alerts")


def overview(tx: Tx, key: str) -> Record:
    """{"plan": what is live, "items": [each parameter with its value]}; raises NotFound."""
    blueprint_id, document = _live(tx, key)
    values = publish.parameter_values(tx, blueprint_id)
    entries = document.get("parameters", [])
    items = [_shown(document, entry, values) for entry in entries]
    return {"plan": live_hash(tx), "items": items}


def _live(tx: Tx, key: str) -> tuple[int, Document]:
    id_ = tx.execute(select(blueprint.c.id).where(blueprint.c.key == key)).scalar()
    document = live_document(tx, id_) if id_ is not None else None
    if id_ is None or document is None:
        raise NotFound("blueprint.not_live", key)
    return id_, document


def _shown(document: Document, entry: Document, values: Mapping[str, Any]) -> Record:
    head = {name: entry[name] for name in ("key", "title", "kind", "default")}
    value = values.get(entry["key"], entry["default"])
    used_by = list(_readers(document, entry["key"]))
    return {**head, "value": value, "own": entry["key"] in values, "used_by": used_by}


def _readers(document: Document, key: str) -> Iterator[Record]:
    """Titles of what reads a parameter."""
    for section in _READERS:
        for entry in document.get(section, []):
            if _reads(entry, key):
                yield entry["title"]


def _reads(part: Any, key: str) -> bool:
    if isinstance(part, Mapping):
        return part == {"param": key} or any(_reads(inner, key) for inner in part.values())
    return isinstance(part, list) and any(_reads(inner, key) for inner in part)


def change(tx: Tx, key: str, name: str, value: Any, plan: str, user: User, now: int) -> Record:
    """Let a parameter have this value from the next order on; None: the blueprint's own again.

    `plan`: what was live when the person looked. Raises Conflict if that is over, BlueprintError
    for a value that does not fit.
    """
    publish.one_at_a_time(tx)
    blueprint_id, document = _live(tx, key)
    if live_hash(tx) != plan:
        raise Conflict("blueprint.parameters_changed", key)
    names = [entry["key"] for entry in document.get("parameters", [])]
    if name not in names:
        raise BlueprintError("blueprint.unknown_parameter", name)
    before = publish.parameter_values(tx, blueprint_id).get(name)
    if value is None:
        mine = (parameter.c.blueprint_id == blueprint_id, parameter.c.key == name)
        tx.execute(delete(parameter).where(*mine))
    else:
        publish.set_parameter(tx, key, name, value, document)
    publish.go_live(tx, now)
    detail = {"before": before, "after": value}
    add_audit(tx, now, user.login, "parameter.set", f"{key}/{name}", detail)
    return overview(tx, key)
