"""What people see of imports: the shops they can go into, how far each is, what is not in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from orderloom.connect import Connector, ConnectorError, Registry
from orderloom.errors import NotFound
from orderloom.services.connecting import own_shops
from orderloom.services.files import imports
from orderloom.services.files.import_preview import Reading
from orderloom.services.orders.showing import problem
from orderloom.services.publishing.runtime import Bound, PlanCache, account_facts, bind
from orderloom.store.db import Tx
from orderloom.store.tables import account, connection
from orderloom.texts import both, both_how

Record = dict[str, Any]


def shops(tx: Tx, plans: PlanCache, registry: Registry) -> list[Record]:
    """Every shop that files can be imported into, in the order they were connected."""
    query = (
        select(account.c.id, account.c.title, account.c.platform, connection.c.connector)
        .join(connection, connection.c.id == account.c.connection_id)
        .order_by(account.c.id)
    )
    found = ((row, _connector(registry, row.connector)) for row in tx.execute(query).all())
    return [
        {
            "id": row.id,
            "title": row.title,
            "platform": row.platform,
            "tables": bool(connector.columns),
            "own": row.connector == own_shops.CONNECTOR,
            "published": _bound(tx, plans, row.id) is not None,
        }
        for row, connector in found
        if connector is not None and "normalise" in connector.capabilities()
    ]


def _connector(registry: Registry, key: str) -> type[Connector] | None:
    """None for one that cannot be loaded now."""
    try:
        return registry.get(key)
    except (ConnectorError, NotFound):
        return None


def _bound(tx: Tx, plans: PlanCache, account_id: int) -> Bound | None:
    try:
        return bind(tx, plans, account_id)
    except NotFound:
        return None


def reading(tx: Tx, plans: PlanCache, registry: Registry, account_id: int) -> Reading:
    """How the records of a shop are read now; raises NotFound for an unknown one."""
    connector = registry.get(account_facts(tx, account_id).connector)
    bound = _bound(tx, plans, account_id)
    if bound is None:
        return Reading(connector, None, "")
    documents = bound.blueprint.document["mappings"]
    each = next(d["lines"]["each"] for d in documents if d["id"] == bound.mapping.id)
    return Reading(connector, bound.mapping, each)


def one(tx: Tx, import_id: int) -> Record:
    """An import as it stands; raises NotFound."""
    return _shown(imports.get(tx, import_id))


def history(tx: Tx, before: int | None, limit: int) -> tuple[list[Record], int | None]:
    """A page, newest first, and the id that the next one starts below."""
    rows = imports.newest(tx, before, limit + 1)
    return [_shown(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None


def _shown(row: Row[Any]) -> Record:
    return {
        **{name: getattr(row, name) for name in _AS_STORED},
        "account": {"id": row.account_id, "title": row.account_title},
        "done": row.position,
        "own_columns": row.own or [],
        "trouble": problem(row.trouble),
        "may_continue": row.kept and row.state in ("failed", "stopped"),
        "failed_rows": row.kept and row.state in imports.ENDED and row.counts["failed"] > 0,
    }


_AS_STORED = (
    "id",
    "name",
    "size",
    "platform",
    "state",
    "created_at",
    "created_by",
    "started_at",
    "ended_at",
    "encoding",
    "read",
    "records",
    "counts",
)


def failures(
    tx: Tx, import_id: int, after: int | None, limit: int
) -> tuple[list[Record], int | None, int]:
    """A page in the order they came up, the id the next one starts above, how many there are."""
    imports.get(tx, import_id)
    rows, count = imports.failures(tx, import_id, after, limit + 1)
    shown = [
        {
            "place": row.place,
            "is_row": row.is_row,
            "external_no": row.external_no,
            "code": row.code,
            "message": both(row.code, row.params),
            "how": both_how(row.code, row.params),
        }
        for row in rows[:limit]
    ]
    return shown, rows[limit - 1].id if len(rows) > limit else None, count
