"""What platforms bring by themselves: read by their connector, kept in one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from sqlalchemy import select, update

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
    query = select(connection.c.hook_no).where(connection.c.id == connection_id)
    number = tx.execute(query).scalar()
    if number is None:
        raise NotFound("connection.unknown", str(connection_id))
    return f"{connection_id}/{number}"


def renew_name(tx: Tx, connection_id: int, now: int) -> str:
    """Another name: the address so far ends. Raises NotFound."""
    found = update(connection).where(connection.c.id == connection_id)
    tx.execute(found.values(hook_no=connection.c.hook_no + 1, changed_at=now))
    return name(tx, connection_id)


def find(tx: Tx, gateway: Gateway, connection_id: int) -> Hook:
    """Whoever reads what comes to this connection; raises NotFound if nobody does."""
    connector = connections.connect(tx, gateway, connection_id)
    if "parse_webhook" not in connector.capabilities():
        raise NotFound("webhook.not_offered", str(connection_id))
    query = select(account.c.id).where(account.c.connection_id == connection_id)
    return Hook(connection_id, tx.execute(query).scalar(), connector)


def read(hook: Hook, request: Request) -> Push:
    """What a call brings. Outside any transaction. Raises ConnectorError; a connector that breaks
    down over it raises TryLater, so that the platform brings it again."""
    try:
        return hook.connector.parse_webhook(request)
    except connections.FAULTS as fault:
        key = hook.connector.key
        log.exception("a connector broke down over a push", extra={"connector": key})
        raise TryLater("webhook.connector_broke") from fault


def keep(tx: Tx, hook: Hook, push: Push, now: int) -> Kept:
    """Store all of it; the caller commits before the platform is answered.

    Raises TryLater for orders of a connection whose shop is not set up yet.
    """
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
