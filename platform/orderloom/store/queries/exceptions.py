"""The exceptions queue: pages, groups, and putting work back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, select, update

from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.tables import account, exception, fulfilment, inbox, orders, outbox

_COUNTED = 1000  # a screen says "999+"


def page(tx: Tx, state: str, code: str | None, before: int | None, limit: int) -> Sequence[AnyRow]:
    """Exceptions, newest first, with the order's number and the account's title."""
    query = (
        select(
            exception,
            orders.c.external_no,
            inbox.c.external_no.label("payload_no"),
            account.c.title.label("account"),
        )
        .outerjoin(orders, orders.c.id == exception.c.order_id)
        .outerjoin(inbox, inbox.c.id == exception.c.inbox_id)
        .outerjoin(account, account.c.id == exception.c.account_id)
        .where(*_wanted(state, code))
        .order_by(exception.c.id.desc())
        .limit(limit)
    )
    return tx.execute(query if before is None else query.where(exception.c.id < before)).all()


def groups(tx: Tx, state: str) -> Sequence[AnyRow]:
    """Codes with their counts, most frequent first."""
    amount = func.count().label("amount")
    query = select(exception.c.code, amount).where(exception.c.state == state)
    return tx.execute(
        query.group_by(exception.c.code).order_by(amount.desc(), exception.c.code)
    ).all()


def counts_by_cause(tx: Tx, causes: Sequence[str]) -> dict[str, int]:
    """How many open exceptions share each cause."""
    query = (
        select(exception.c.cause, func.count())
        .where(exception.c.state == "open", exception.c.cause.in_(list(causes)))
        .group_by(exception.c.cause)
    )
    return dict(tx.execute(query).all())


def count_open(tx: Tx) -> int:
    query = select(func.count()).where(exception.c.state == "open")
    return tx.execute(query.select_from(exception)).scalar_one()


def open_by_kind(tx: Tx) -> Sequence[AnyRow]:
    """How many are open per kind, account and connection of the message (both may be None)."""
    columns = (exception.c.kind, exception.c.account_id, outbox.c.connection_id)
    query = (
        select(*columns, func.count().label("amount"))
        .select_from(exception)
        .outerjoin(outbox, outbox.c.id == exception.c.outbox_id)
        .where(exception.c.state == "open")
        .group_by(*columns)
    )
    return tx.execute(query).all()


def open_by_warehouse(tx: Tx) -> Counter[int]:
    """How many open ones are about fulfilments of each warehouse; of very many, the newest."""
    mine = exception.c.state == "open", exception.c.kind == "warehouse"
    newest = select(exception.c.params).where(*mine).order_by(exception.c.id.desc())
    numbers = Counter(
        params.get("fulfilment") for params in tx.execute(newest.limit(_COUNTED)).scalars()
    )
    places = select(fulfilment.c.no, fulfilment.c.warehouse_id)
    found: Counter[int] = Counter()
    for number, warehouse_id in tx.execute(places.where(among(fulfilment.c.no, [*numbers]))):
        found[warehouse_id] += numbers[number]
    return found


def open_strangers(tx: Tx) -> dict[int, int]:
    """Open ones about fulfilments nobody knows, by the connection that told of them."""
    mine = exception.c.state == "open", exception.c.code == "fulfilment.unknown"
    query = select(exception.c.cause, func.count()).where(*mine).group_by(exception.c.cause)
    return {int(cause.rpartition("/")[2]): count for cause, count in tx.execute(query)}


def for_change(tx: Tx, exception_id: int) -> AnyRow | None:
    """One exception, locked until the transaction ends."""
    query = select(exception).where(exception.c.id == exception_id).with_for_update()
    return tx.execute(query).one_or_none()


def resolve(tx: Tx, exception_id: int, user_id: int, now: int) -> None:
    tx.execute(
        update(exception)
        .where(exception.c.id == exception_id)
        .values(state="resolved", resolved_at=now, resolved_by=user_id)
    )


def latest_payload(tx: Tx, order_id: int) -> int | None:
    """The inbox row that last said something about an order."""
    query = select(func.max(inbox.c.id)).where(inbox.c.order_id == order_id)
    return tx.execute(query).scalar_one_or_none()


def put_back_payload(tx: Tx, inbox_id: int) -> int:
    """Have a payload worked on again at once; returns the row count.

    Counting the attempt tells the work that a repeat of known content is meant.
    """
    again = {"state": case((inbox.c.payload == "", "announced"), else_="waiting"), "not_before": 0}
    statement = update(inbox).where(inbox.c.id == inbox_id, inbox.c.state != "waiting")
    return tx.execute(statement.values(attempts=inbox.c.attempts + 1, **again)).rowcount


def put_back_message(tx: Tx, outbox_id: int) -> int:
    """Have a dead message sent again at once; returns the row count."""
    statement = update(outbox).where(outbox.c.id == outbox_id, outbox.c.state == "dead")
    return tx.execute(statement.values(state="waiting", not_before=0, attempts=0)).rowcount


def _wanted(state: str, code: str | None) -> list[ColumnElement[bool]]:
    conditions = [exception.c.state == state]
    return conditions if code is None else [*conditions, exception.c.code == code]
