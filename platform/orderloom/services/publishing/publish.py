"""From draft to live: saving, publishing, and the plan that all published blueprints make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import func, select, update

from orderloom.blueprint.findings import Finding, refuse
from orderloom.blueprint.installed import NOTHING, Installed
from orderloom.blueprint.plan import Version, check, compile_plan, plan_hash
from orderloom.blueprint.references import check_value
from orderloom.errors import BlueprintError, Conflict, NotFound
from orderloom.services.connecting import role_settings
from orderloom.services.deciding import schedules
from orderloom.services.orders import own_fields
from orderloom.services.publishing import live_tables
from orderloom.services.records import tables
from orderloom.store.bulk import upsert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import binding, blueprint, blueprint_version, parameter, plan

Document = Mapping[str, Any]


def save_draft(tx: Tx, document: Document, now: int) -> int:
    """Store a draft under its key; returns the blueprint's id. The draft may still be wrong."""
    key = str(document.get("key"))
    known: int | None = tx.execute(select(blueprint.c.id).where(blueprint.c.key == key)).scalar()
    if known is not None:
        tx.execute(
            update(blueprint)
            .where(blueprint.c.id == known)
            .values(draft=document, draft_revision=blueprint.c.draft_revision + 1, changed_at=now)
        )
        return known
    (new,) = reserve(tx, 1)
    tx.execute(
        blueprint.insert().values(id=new, key=key, draft=document, created_at=now, changed_at=now)
    )
    return new


def publish(
    tx: Tx,
    key: str,
    note: str,
    by: str,
    now: int,
    document: Document | None = None,
    installed: Installed = NOTHING,
) -> str:
    """Make the draft an immutable version and the plan with it live; returns the plan's hash.

    New own fields and models get their columns and tables first, in the same transaction.
    `document`: publish this one and leave the draft alone.

    Raises BlueprintError with all findings when the draft cannot be published.
    """
    one_at_a_time(tx)
    row = tx.execute(select(blueprint).where(blueprint.c.key == key)).first()
    if row is None:
        raise NotFound("blueprint.unknown", key)
    document = row.draft if document is None else document
    check(document, installed)
    refuse(_values_that_no_longer_fit(tx, row.id, document))
    own_fields.make_columns(tx, document)
    tables.make_tables(tx, document)
    live_tables.seed(tx, key, document, by, now)
    latest = select(func.max(blueprint_version.c.version)).where(
        blueprint_version.c.blueprint_id == row.id
    )
    version = 1 + (tx.execute(latest).scalar() or 0)
    (new,) = reserve(tx, 1)
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    tx.execute(
        blueprint_version.insert().values(
            id=new,
            blueprint_id=row.id,
            version=version,
            document=document,
            hash=sha256(content).hexdigest(),
            note=note,
            published_at=now,
            published_by=by,
        )
    )
    tx.execute(update(blueprint).where(blueprint.c.id == row.id).values(live_version=version))
    role_settings.apply(tx, row.id, document)
    return go_live(tx, now)


def one_at_a_time(tx: Tx) -> None:
    """The plan is made of all blueprints: of two that publish, the second must see the first."""
    tx.execute(select(blueprint.c.id).order_by(blueprint.c.id).with_for_update())


def _values_that_no_longer_fit(tx: Tx, blueprint_id: int, draft: Document) -> Iterator[Finding]:
    """This company's own values, where the draft changed what a parameter is."""
    values = parameter_values(tx, blueprint_id)
    for index, entry in enumerate(draft.get("parameters", [])):
        if entry["key"] in values:
            yield from check_value(entry, values[entry["key"]], f"/parameters/{index}")


def bind_role(tx: Tx, key: str, role: str, target_id: int) -> None:
    """Say what a role stands for here; raises BlueprintError for a role the draft does not have."""
    row = tx.execute(select(blueprint).where(blueprint.c.key == key)).one()
    roles = {entry["key"]: entry["kind"] for entry in row.draft["roles"]}
    if role not in roles:
        raise BlueprintError("blueprint.unknown_role", role, valid=sorted(roles))
    if roles[role] == "account":
        _must_be_free(tx, row.id, target_id)
    (new,) = reserve(tx, 1)
    values = {
        "id": new,
        "blueprint_id": row.id,
        "role": role,
        "kind": roles[role],
        "target_id": target_id,
    }
    upsert_many(tx, binding, [values], ("blueprint_id", "role"))


def _must_be_free(tx: Tx, blueprint_id: int, account_id: int) -> None:
    """An account belongs to one blueprint: two could not both say where its orders go."""
    query = (
        select(blueprint.c.key)
        .join(binding, binding.c.blueprint_id == blueprint.c.id)
        .where(binding.c.kind == "account", binding.c.target_id == account_id)
        .where(blueprint.c.id != blueprint_id)
    )
    other = tx.execute(query).scalar()
    if other is not None:
        raise Conflict("blueprint.account_taken", str(account_id), other=other)


def set_parameter(
    tx: Tx, key: str, name: str, value: Any, document: Document | None = None
) -> None:
    """Set this company's value of a parameter; `go_live` puts it to work.

    `document`: whose parameter it is, if not the draft's.
    """
    row = tx.execute(select(blueprint).where(blueprint.c.key == key)).one()
    given = row.draft if document is None else document
    entries = {entry["key"]: entry for entry in given.get("parameters", [])}
    if name not in entries:
        raise BlueprintError("blueprint.unknown_parameter", name)
    refuse(check_value(entries[name], value, name))
    (new,) = reserve(tx, 1)
    values = {"id": new, "blueprint_id": row.id, "key": name, "value": value}
    upsert_many(tx, parameter, [values], ("blueprint_id", "key"))


def go_live(tx: Tx, now: int) -> str:
    """Compile all live versions into a plan and swap it in; returns its hash."""
    one_at_a_time(tx)
    versions = _live_versions(tx)
    schedules.follow(tx, compile_plan(versions), now)
    hash_ = plan_hash(versions)
    tx.execute(update(plan).values(live=False))
    row = {
        "hash": hash_,
        "versions": [[key, version] for key, version, _, _ in versions],
        "parameters": {key: values for key, _, _, values in versions},
        "created_at": now,
        "live": True,
    }
    upsert_many(tx, plan, [row], ("hash",))
    return hash_


def _live_versions(tx: Tx) -> list[Version]:
    query = (
        select(blueprint.c.id, blueprint.c.key, blueprint_version.c.version)
        .add_columns(blueprint_version.c.document)
        .join(blueprint_version, blueprint_version.c.blueprint_id == blueprint.c.id)
        .where(blueprint_version.c.version == blueprint.c.live_version)
        .order_by(blueprint.c.key)
    )
    return [
        (row.key, row.version, row.document, parameter_values(tx, row.id))
        for row in tx.execute(query)
    ]


def parameter_values(tx: Tx, blueprint_id: int) -> dict[str, Any]:
    """This company's values; a parameter not named has the document's default."""
    query = select(parameter.c.key, parameter.c.value).where(
        parameter.c.blueprint_id == blueprint_id
    )
    return dict(tx.execute(query).all())
