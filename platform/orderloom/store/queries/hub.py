"""The installation as a whole: what is connected, what waits, what stock says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, select

from orderloom.store.bulk import upsert_many
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import (
    UNFETCHED,
    account,
    binding,
    blueprint,
    connection,
    hub_meta,
    inbox,
    outbox,
    plan,
    stock,
    warehouse,
    watch,
)

_LEFT = ("waiting", "sending", "dead")


def meta(tx: Tx, key: str) -> Any:
    """What is noted about this installation under a key, or None."""
    return tx.execute(select(hub_meta.c.value).where(hub_meta.c.key == key)).scalar_one_or_none()


def set_meta(tx: Tx, key: str, value: Any) -> None:
    upsert_many(tx, hub_meta, [{"key": key, "value": value}], ("key",))


def live_plan(tx: Tx) -> AnyRow | None:
    """The plan that is live: hash and created_at."""
    query = select(plan.c.hash, plan.c.created_at).where(plan.c.live)
    return tx.execute(query).first()


def accounts(tx: Tx) -> Sequence[AnyRow]:
    """Every shop in use, with what troubles it or its connection."""
    query = (
        select(
            account.c.id,
            account.c.connection_id,
            account.c.platform,
            account.c.title,
            account.c.trouble,
            connection.c.state.label("connection_state"),
            connection.c.trouble.label("connection_trouble"),
        )
        .join(connection, connection.c.id == account.c.connection_id)
        .where(connection.c.state != "retired")
        .order_by(account.c.id)
    )
    return tx.execute(query).all()


def connections(tx: Tx) -> Sequence[AnyRow]:
    """Every connection: id, connector, kind, title, state, trouble, failures in a row."""
    columns = ("id", "connector", "kind", "title", "state", "trouble", "failures")
    query = select(*(connection.c[name] for name in columns))
    return tx.execute(query.order_by(connection.c.id)).all()


def watches(tx: Tx, connection_id: int) -> dict[str, int]:
    """What a connection is asked again and again, and every how many seconds."""
    query = select(watch.c.kind, watch.c.every_seconds)
    return dict(tx.execute(query.where(watch.c.connection_id == connection_id)).all())


def warehouses(tx: Tx) -> Sequence[AnyRow]:
    columns = (warehouse.c.id, warehouse.c.title, warehouse.c.closed, warehouse.c.created_at)
    return tx.execute(select(*columns).order_by(warehouse.c.id)).all()


def bindings(tx: Tx) -> Sequence[AnyRow]:
    """What roles stand for: blueprint key, role, kind, target id."""
    columns = (blueprint.c.key, binding.c.role, binding.c.kind, binding.c.target_id)
    query = select(*columns).join(blueprint, blueprint.c.id == binding.c.blueprint_id)
    return tx.execute(query.order_by(binding.c.id)).all()


def inbox_query(state: str) -> Select[Any]:
    """Inbox rows of a state (waiting or failed) by account."""
    amount = func.count().label("amount")
    query = select(inbox.c.account_id, amount).where(inbox.c.state == state)
    return query.group_by(inbox.c.account_id)


def announced_query() -> Select[Any]:
    """Records that are still to be fetched, by account."""
    query = select(inbox.c.account_id, func.count().label("amount"))
    return query.where(UNFETCHED, inbox.c.state == "announced").group_by(inbox.c.account_id)


def inbox_waiting(tx: Tx) -> dict[int, int]:
    """What came in, or was announced, and is not worked on yet, by account."""
    found: Counter[int] = Counter()
    for query in (inbox_query("waiting"), announced_query()):
        found.update(dict(tx.execute(query).all()))
    return dict(found)


def inbox_failed(tx: Tx) -> int:
    """How many payloads could not be worked on."""
    return sum(row.amount for row in tx.execute(inbox_query("failed")))


def outbox_query() -> Select[Any]:
    """Messages by state and connection."""
    columns = (outbox.c.state, outbox.c.connection_id)
    return select(*columns, func.count().label("amount")).group_by(*columns)


def outbox_counts(tx: Tx) -> Sequence[AnyRow]:
    return tx.execute(outbox_query()).all()


def open_query() -> Select[Any]:
    """Messages that did not leave yet, by state and connection."""
    return outbox_query().where(outbox.c.state.in_(_LEFT))


def open_messages(tx: Tx) -> Sequence[AnyRow]:
    return tx.execute(open_query()).all()


def sent_query(since: int) -> Select[Any]:
    """Messages sent since an instant, by connection."""
    amount = func.count().label("amount")
    query = select(outbox.c.connection_id, amount)
    return query.where(outbox.c.state == "sent", outbox.c.sent_at >= since).group_by(
        outbox.c.connection_id
    )


def sent_by_connection(tx: Tx, since: int) -> dict[int, int]:
    return dict(tx.execute(sent_query(since)).all())


def stock_sums(tx: Tx) -> tuple[int, int, int]:
    """(on hand, allocated, allocated beyond what is there)."""
    beyond = case(
        (stock.c.allocated > stock.c.on_hand, stock.c.allocated - stock.c.on_hand), else_=0
    )
    parts = (stock.c.on_hand, stock.c.allocated, beyond)
    sums = (func.coalesce(func.sum(part), 0) for part in parts)
    on_hand, allocated, over = tx.execute(select(*sums)).one()
    return int(on_hand), int(allocated), int(over)
