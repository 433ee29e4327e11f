"""What was ever published: from it follows how the tables look that only plans know of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from orderloom.store.db import Tx
from orderloom.store.tables import blueprint, blueprint_version


def live_document(tx: Tx, blueprint_id: int) -> Mapping[str, Any] | None:
    """The version of a blueprint that is live; None for one that never was."""
    query = (
        select(blueprint_version.c.document)
        .join(blueprint, blueprint.c.id == blueprint_version.c.blueprint_id)
        .where(blueprint.c.id == blueprint_id)
        .where(blueprint_version.c.version == blueprint.c.live_version)
    )
    found: Mapping[str, Any] | None = tx.execute(query).scalar()
    return found


def documents(tx: Tx) -> list[tuple[str, Mapping[str, Any]]]:
    """(key of the blueprint, document) of every version there ever was, oldest first."""
    query = (
        select(blueprint.c.key, blueprint_version.c.document)
        .join(blueprint, blueprint.c.id == blueprint_version.c.blueprint_id)
        .order_by(blueprint_version.c.id)
    )
    return [(row.key, row.document) for row in tx.execute(query)]
