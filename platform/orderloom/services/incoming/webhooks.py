"""What platforms bring by themselves: read by their connector, kept in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from orderloom.connect import Connector, Push, Request, TryLater
from orderloom.errors import NotFound
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import Gateway
from orderloom.services.fulfilling import confirmations
from orderloom.services.hub import work
from orderloom.services.incoming import intake, pulling
from orderloom.store.db import Tx
from orderloom.store.tables import account, connection

log = logging.getLogger(__name__)


class Moved(Exception):
    """The connection changed after the call had been read: it is to be read again."""


@dataclass(frozen=True)
class Kept:
    """What there is to do now, by job: lanes, accounts, connections."""

    process: tuple[int, ...] = ()
    fetch: tuple[int, ...] = ()
    confirm: tuple[int, ...] = ()


def name(tx: Tx, connection_id: int) -> str:
    """What the token in a connection's address stands for; raises NotFound.

    It names the address, too: a connection that got a new one is not reached by the old.
    """
    found = called(tx, connection_id)
    if found is None:
        raise NotFound("connection.unknown", str(connection_id))
    return found.name


def renew_name(tx: Tx, connection_id: int, now: int) -> str:
    """Another name: the address so far ends. Raises NotFound."""
    found = update(connection).where(connection.c.id == connection_id)
    tx.execute(found.values(hook_no=connection.c.hook_no + 1, changed_at=now))
    return name(tx, connection_id)


@dataclass(frozen=True)
class Called:
    """A connection that somebody calls, with all that reading and keeping a call depend on.

    `account_id` is None for one that brings no orders.
    """

    row: Row[*tuple[Any, ...]]

    @property
    def name(self) -> str:
        """What the token in the address must stand for."""
        return f"{self.row.id}/{self.row.hook_no}"

    @property
    def is_retired(self) -> bool:
        """Whether nothing more is kept of what comes; a paused connection still takes it in."""
        return bool(self.row.is_retired)


@dataclass(frozen=True)
class Hook:
    """Whoever reads what comes to a connection."""

    called: Called
    connector: Connector


_CALLED = (
    select(
        connection.c.id,
        connection.c.hook_no,
        connection.c.connector,
        connection.c.settings,
        connection.c.secrets,
        (connection.c.state == "retired").label("is_retired"),
        account.c.id.label("account_id"),
    )
    .outerjoin(account, account.c.connection_id == connection.c.id)
    .where(connection.c.id == bindparam("connection_id"))
)


def called(tx: Tx, connection_id: int) -> Called | None:
    """The connection of an address, if there is one."""
    row = tx.execute(_CALLED, {"connection_id": connection_id}).first()
    return None if row is None else Called(row)


def called_in_vain(tx: Tx, connection_id: int, now: int) -> None:
    """Count a call of a retired connection's platform."""
    mine = update(connection).where(connection.c.id == connection_id)
    tx.execute(mine.values(calls_refused=connection.c.calls_refused + 1, call_refused_at=now))


def answering(gateway: Gateway, called: Called) -> Hook:
    """Whoever reads what comes to this connection; raises NotFound if nobody does."""
    connector = connections.opened(gateway, called.row)
    if "parse_webhook" not in connector.capabilities():
        raise NotFound("webhook.not_offered", str(called.row.id))
    return Hook(called, connector)


def read(hook: Hook, request: Request) -> Push:
    """What a call brings. Outside any transaction. Raises ConnectorError; a connector that breaks
    down over it raises TryLater, so that the platform brings it again."""
    try:
        return hook.connector.parse_webhook(request)
    except connections.FAULTS as fault:
        key = hook.connector.key
        log.exception("a connector broke down over a push", extra={"connector": key})
        raise TryLater("webhook.connector_broke") from fault


def keep(tx: Tx, pushed: Sequence[tuple[Hook, Push]], now: int) -> Kept:
    """Store all of it; the caller commits before any platform is answered.

    Raises TryLater for orders of a connection whose shop is not set up yet, Moved when a call was
    read by what is not true any more.
    """
    by_connection: dict[int, list[tuple[Hook, Push]]] = {}
    for hook, push in pushed:
        by_connection.setdefault(hook.called.row.id, []).append((hook, push))
    for id_, calls in by_connection.items():
        now_called = called(tx, id_)
        if any(hook.called != now_called for hook, _ in calls):
            raise Moved
    kept = [
        _keep_one(tx, calls[0][0], _joined([push for _, push in calls]), now)
        for _, calls in sorted(by_connection.items())
    ]
    return Kept(*(_union(getattr(one, kind.name) for one in kept) for kind in fields(Kept)))


def _joined(pushes: Sequence[Push]) -> Push:
    """What several calls brought, in their order, as if one had."""
    return Push(
        items=[item for push in pushes for item in push.items],
        refs=[ref for push in pushes for ref in push.refs],
        confirmations=[one for push in pushes for one in push.confirmations],
    )


def _union(parts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({ref for part in parts for ref in part}))


def _keep_one(tx: Tx, hook: Hook, push: Push, now: int) -> Kept:
    row = hook.called.row
    told = confirmations.keep(tx, row.id, push.confirmations, "webhook", now)
    confirm = (row.id,) if told else ()
    if not push.items and not push.refs:
        return Kept(confirm=confirm)
    if row.account_id is None:
        raise TryLater("webhook.no_shop")
    kept = _keep_orders(tx, row.account_id, hook.connector, push, now)
    return replace(kept, confirm=confirm)


def _keep_orders(tx: Tx, account_id: int, connector: Connector, push: Push, now: int) -> Kept:
    landed = intake.land(tx, account_id, type(connector), push.items, "webhook", now)
    refs = pulling.unseen(tx, account_id, push.refs)
    intake.announce(tx, account_id, refs, now)
    shards = sorted({intake.shard_of(number) for number, _ in landed.fresh})
    lanes = tuple(work.lane_number(account_id, shard) for shard in shards)
    return Kept(lanes, (account_id,) if refs else ())
