"""What platforms bring by themselves: read by their connector, kept in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Row, select, update

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


@dataclass(frozen=True)
class Hook:
    """A connection that may be called; `account_id` is None for one that brings no orders."""

    connection_id: int
    account_id: int | None
    connector: Connector


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
    """A connection that somebody calls; `name`: what the token in the address must stand for."""

    name: str
    row: Row[Any]


def called(tx: Tx, connection_id: int) -> Called | None:
    """The connection of an address, if there is one."""
    query = (
        select(connection, account.c.id.label("account_id"))
        .outerjoin(account, account.c.connection_id == connection.c.id)
        .where(connection.c.id == connection_id)
    )
    row = tx.execute(query).first()
    return None if row is None else Called(f"{connection_id}/{row.hook_no}", row)


def answering(gateway: Gateway, called: Called) -> Hook:
    """Whoever reads what comes to this connection; raises NotFound if nobody does."""
    connector = connections.opened(gateway, called.row)
    if "parse_webhook" not in connector.capabilities():
        raise NotFound("webhook.not_offered", str(called.row.id))
    return Hook(called.row.id, called.row.account_id, connector)


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

    Raises TryLater for orders of a connection whose shop is not set up yet.
    """
    by_connection: dict[int, list[tuple[Hook, Push]]] = {}
    for hook, push in pushed:
        by_connection.setdefault(hook.connection_id, []).append((hook, push))
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
    told = confirmations.keep(tx, hook.connection_id, push.confirmations, "webhook", now)
    confirm = (hook.connection_id,) if told else ()
    if not push.items and not push.refs:
        return Kept(confirm=confirm)
    if hook.account_id is None:
        raise TryLater("webhook.no_shop")
    kept = _keep_orders(tx, hook.account_id, hook.connector, push, now)
    return replace(kept, confirm=confirm)


def _keep_orders(tx: Tx, account_id: int, connector: Connector, push: Push, now: int) -> Kept:
    landed = intake.land(tx, account_id, type(connector), push.items, "webhook", now)
    refs = pulling.unseen(tx, account_id, push.refs)
    intake.announce(tx, account_id, refs, now)
    shards = sorted({intake.shard_of(number) for number, _ in landed.fresh})
    lanes = tuple(work.lane_number(account_id, shard) for shard in shards)
    return Kept(lanes, (account_id,) if refs else ())
