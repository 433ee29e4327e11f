"""Blueprints as people edit them: drafts with a revision, versions, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update

from orderloom.blueprint.findings import Finding
from orderloom.blueprint.installed import NOTHING, Installed
from orderloom.blueprint.own_fields import stored_ids
from orderloom.blueprint.plan import check, own_field_types
from orderloom.blueprint.tables import table_titles
from orderloom.engine.words import PLAIN, Words, with_own
from orderloom.errors import BlueprintError, Conflict, NotFound
from orderloom.services.deciding import rulebook
from orderloom.services.publishing import publish, wording
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import audit, blueprint, blueprint_version
from orderloom.texts import both, both_how

Document = Mapping[str, Any]
Record = dict[str, Any]


def list_all(tx: Tx) -> list[Record]:
    """Every blueprint of this installation."""
    rows = tx.execute(select(blueprint).order_by(blueprint.c.key))
    return [_summary(tx, row) for row in rows.all()]


def get(tx: Tx, key: str) -> Record:
    """A blueprint with its draft, the values of its parameters, and which own data is live."""
    row = _row(tx, key)
    live = _version(tx, row, row.live_version).document if row.live_version else {}
    return {
        **_summary(tx, row),
        "draft": row.draft,
        "stored_ids": stored_ids(live),
        "parameters": publish.parameter_values(tx, row.id),
    }


def _row(tx: Tx, key: str) -> Row[Any]:
    row = tx.execute(select(blueprint).where(blueprint.c.key == key)).first()
    if row is None:
        raise NotFound("blueprint.unknown", key)
    return row


def _summary(tx: Tx, row: Row[Any]) -> Record:
    live = _version(tx, row, row.live_version) if row.live_version else None
    return {
        "key": row.key,
        "title": row.draft.get("title") or {"zh": row.key, "en": row.key},
        "revision": row.draft_revision,
        "changed_at": row.changed_at,
        "live_version": row.live_version,
        "published_at": live.published_at if live else None,
        "differs": live is None or live.document != row.draft,
    }


def _version(tx: Tx, row: Row[Any], version: int) -> Row[Any]:
    found = tx.execute(
        select(blueprint_version).where(
            blueprint_version.c.blueprint_id == row.id, blueprint_version.c.version == version
        )
    ).first()
    if found is None:
        raise NotFound("blueprint.no_version", f"{row.key}/{version}")
    return found


def save(tx: Tx, key: str, document: Document, revision: int, now: int) -> int:
    """Store a draft that may still be wrong; Conflict when somebody else saved meanwhile."""
    if document.get("key") != key:
        raise BlueprintError("blueprint.key_changed", "/key", key=key)
    changed = tx.execute(
        update(blueprint)
        .where(blueprint.c.key == key, blueprint.c.draft_revision == revision)
        .values(draft=document, draft_revision=revision + 1, changed_at=now)
    )
    if changed.rowcount != 1:
        _row(tx, key)
        raise Conflict("blueprint.changed_meanwhile", key)
    return revision + 1


def go_live(
    tx: Tx,
    key: str,
    note: str,
    revision: int,
    login: str,
    now: int,
    installed: Installed = NOTHING,
) -> Record:
    """Publish the draft of this revision; Conflict when it is not the newest."""
    if _row(tx, key).draft_revision != revision:
        raise Conflict("blueprint.changed_meanwhile", key)
    plan_hash = publish.publish(tx, key, note, login, now, installed=installed)
    version = _row(tx, key).live_version
    _remember(tx, login, "blueprint.published", f"{key}/{version}", {"note": note}, now)
    return {"version": version, "plan": plan_hash}


def go_back(tx: Tx, key: str, version: int, login: str, now: int) -> Record:
    """Publish an earlier version again; the draft becomes that version too.

    What is installed by now does not matter: the way back is always open.
    """
    row = _row(tx, key)
    earlier = _version(tx, row, version)
    save(tx, key, earlier.document, row.draft_revision, now)
    return go_live(tx, key, f"↩ {version}", row.draft_revision + 1, login, now)


def versions(tx: Tx, key: str) -> list[Record]:
    """What was published, newest first."""
    row = _row(tx, key)
    query = (
        select(blueprint_version)
        .where(blueprint_version.c.blueprint_id == row.id)
        .order_by(blueprint_version.c.version.desc())
    )
    return [
        {
            "version": found.version,
            "note": found.note,
            "published_at": found.published_at,
            "published_by": found.published_by,
            "live": found.version == row.live_version,
        }
        for found in tx.execute(query)
    ]


def findings(
    document: Document,
    parameters: Document,
    installed: Installed = NOTHING,
    words: Words = PLAIN,
) -> list[Record]:
    """All that is wrong: errors keep it from being published, warnings do not.

    `place`, `message`, `how` and `example` are for people; `where`, `rows` (ids) and `witness` for
    programs.
    """
    try:
        doubtful = check(document, installed)
    except BlueprintError as error:
        found = error.params.get("findings", [])
        return [_placed("error", item, document) for item in found]
    warned = [_placed("warning", item, document) for item in doubtful]
    words = with_own(own_field_types(document), table_titles(document), words)
    analysed = rulebook.analysis(document, parameters)
    return [*warned, *(_warning(item, document, words) for item in analysed)]


def _placed(level: str, item: Finding, document: Any) -> Record:
    return {
        "level": level,
        "code": item.code,
        "where": item.where,
        "place": wording.place(document, item.where),
        "message": both(item.code, item.params),
        "how": both_how(item.code, item.params),
        "rows": [],
        "witness": None,
        "example": None,
    }


def _warning(item: Record, document: Document, words: Words) -> Record:
    code = f"rules.{item['kind']}"
    rows = next(r["rows"] for r in document["rules"] if r["id"] == item["list"])
    params = {"rows": [wording.row_name(rows[at], at) for at in item["positions"][1:]]}
    return {
        "level": "note" if item["kind"] in ("overlap", "undecided") else "warning",
        "code": code,
        "where": item["where"],
        "place": wording.place(document, item["where"]),
        "message": both(code, params),
        "how": both_how(code, params),
        "rows": item["rows"],
        "witness": item["witness"],
        "example": wording.example(item["witness"], item["reads"], words),
    }


def _remember(
    tx: Tx, actor: str, action: str, subject: str, detail: Mapping[str, Any], now: int
) -> None:
    (new,) = reserve(tx, 1)
    tx.execute(
        audit.insert().values(
            id=new, at=now, actor=actor, action=action, subject=subject, detail=dict(detail)
        )
    )
