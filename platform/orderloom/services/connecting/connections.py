"""Configured connectors: making them, opening them, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, case, select, update

from orderloom.clock import Clock
from orderloom.config import Settings
from orderloom.connect import (
    PACED,
    AddressGuard,
    AuthFailed,
    Connector,
    ConnectorError,
    HttpClient,
    Pacer,
    Registry,
    Seller,
    Transport,
    TryLater,
    UrllibTransport,
    complete_settings,
)
from orderloom.errors import InputError, NotFound
from orderloom.services.connecting import breaker
from orderloom.services.connecting.secrets import Cipher
from orderloom.services.hub import work
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import account, connection, watch

NEVER = 2**53  # no clock of ours gets there
CALL_TIMEOUT_S = 8.0  # below the lease, so that a slow platform cannot cost us the work
FIRST_WAIT_MS = 2_000
LONGEST_WAIT_MS = 300_000
ORDERS = "orders"
# Capabilities that are used again and again, and how often unless somebody sets it otherwise.
WATCHED = {"confirmations": 60, "inquire": 600, "stock": 900}
LONGEST_EVERY = 86_400
SHORTEST_PULL = 5
BY_PEOPLE = ("paused", "retired")  # states that only a person ends
# What a connector with a fault in it raises. Not all exceptions: the job's own end is one, too.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Gateway:
    """What is needed to talk to the outside: connectors, a way out, a key, a clock."""

    registry: Registry
    transport: Transport
    guard: AddressGuard
    cipher: Cipher
    clock: Clock
    pacer: Pacer

    @classmethod
    def of(
        cls, settings: Settings, clock: Clock, pacer: Pacer, registry: Registry | None = None
    ) -> Gateway:
        """As an installation's settings describe it; raises ConfigError."""
        guard = AddressGuard(settings.allowed)
        found = registry or Registry.load(settings.home / "connectors")
        cipher = Cipher(*settings.secret_keys())
        return cls(found, UrllibTransport(guard), guard, cipher, clock, pacer)

    def open(self, connector: str, settings: Mapping[str, Any], account: str) -> Connector:
        """An instance of a connector with complete settings, secrets included.

        `account`: whose calls are counted together.
        """
        found = self.registry.get(connector)
        limits = replace(found.limits, timeout_s=min(found.limits.timeout_s, CALL_TIMEOUT_S))
        pace = self.pacer.of(account, limits)
        client = HttpClient(self.transport, limits, self.guard, pace)
        return found(settings, client, self.clock)


def connect(tx: Tx, gateway: Gateway, connection_id: int) -> Connector:
    """The connector of a stored connection; raises NotFound."""
    row = tx.execute(select(connection).where(connection.c.id == connection_id)).first()
    if row is None:
        raise NotFound("connection.unknown", str(connection_id))
    return opened(gateway, row)


def opened(gateway: Gateway, row: Row[Any]) -> Connector:
    """The connector of a connection's row."""
    return gateway.open(row.connector, stored(gateway, row), str(row.id))


def stored(gateway: Gateway, row: Row[Any]) -> dict[str, Any]:
    """All settings of a connection's row, secrets included."""
    return {**row.settings, **gateway.cipher.open(row.secrets)}


def create(
    tx: Tx, gateway: Gateway, connector: str, title: str, settings: Mapping[str, Any], now: int
) -> int:
    """Store a connection, secrets apart and encrypted; returns its id."""
    open_, closed = _apart(gateway, connector, settings)
    (new,) = reserve(tx, 1)
    tx.execute(
        connection.insert().values(
            id=new,
            connector=connector,
            kind=gateway.registry.get(connector).kind,
            title=title,
            settings=open_,
            secrets=closed,
            created_at=now,
            changed_at=now,
        )
    )
    work.ensure(tx, "deliver", new)
    work.ensure(tx, "confirm", new)
    _watch(tx, new, gateway.registry.capabilities(connector))
    return new


def change(
    tx: Tx, gateway: Gateway, connection_id: int, settings: Mapping[str, Any], now: int
) -> None:
    """Store other settings; the connection is taken up again unless a person stopped it."""
    row = tx.execute(select(connection).where(connection.c.id == connection_id)).one()
    open_, closed = _apart(gateway, row.connector, settings)
    tx.execute(
        update(connection)
        .where(connection.c.id == connection_id)
        .values(
            settings=open_,
            secrets=closed,
            **_afresh(),
            changed_at=now,
        )
    )
    _watch(tx, connection_id, gateway.registry.capabilities(row.connector))


def watch_all(tx: Tx, registry: Registry) -> None:
    """Ask connections for what their connectors have learnt since they were made, too."""
    for id_, connector in tx.execute(select(connection.c.id, connection.c.connector)).all():
        _watch(tx, id_, registry.capabilities(connector))


def take_up(tx: Tx, connection_id: int, now: int) -> None:
    """Begin anew, unless a person stopped it: no failures, and its shops are read at once."""
    tx.execute(update(connection).where(connection.c.id == connection_id).values(_afresh()))
    mine = (account.c.connection_id == connection_id, account.c.next_pull_at < NEVER)
    tx.execute(update(account).where(*mine).values(next_pull_at=now, failures=0, trouble=None))


def _afresh() -> dict[str, Any]:
    kept = connection.c.state.in_(BY_PEOPLE)
    state = case((kept, connection.c.state), else_="ok")
    return {"state": state, "trouble": None, "failures": 0, "rest_until": 0}


def _watch(tx: Tx, connection_id: int, capabilities: frozenset[str]) -> None:
    """A row for each thing the connection is to be asked again and again (see `watching`)."""
    kinds = sorted(capabilities & WATCHED.keys())
    rows = [
        {"id": new, "connection_id": connection_id, "kind": kind, "every_seconds": WATCHED[kind]}
        for kind, new in zip(kinds, reserve(tx, len(kinds)), strict=True)
    ]
    insert_new(tx, watch, rows, ("connection_id", "kind"))
    query = select(watch.c.id).where(watch.c.connection_id == connection_id)
    for id_ in tx.execute(query).scalars().all():
        work.ensure(tx, "watch", id_)


def set_every(tx: Tx, connection_id: int, kind: str, seconds: int) -> None:
    """How often a connection is asked for its orders, or for one of `WATCHED` (0: never).

    Raises NotFound, InputError.
    """
    least = SHORTEST_PULL if kind == ORDERS else 0
    if not least <= seconds <= LONGEST_EVERY:
        raise InputError("connection.every", "seconds", least=least, most=LONGEST_EVERY)
    if kind == ORDERS:
        asked = account.c.connection_id == connection_id, account.c.next_pull_at < NEVER
        change = update(account).where(*asked).values(poll_seconds=seconds, next_pull_at=0)
    else:
        mine = watch.c.connection_id == connection_id, watch.c.kind == kind
        change = update(watch).where(*mine).values(every_seconds=seconds, next_at=0)
    if not tx.execute(change).rowcount:
        raise NotFound("connection.not_watched", str(connection_id), what=kind)


def merge(
    tx: Tx, gateway: Gateway, connection_id: int, settings: Mapping[str, Any], now: int
) -> None:
    """Change some settings and keep the others, secrets included."""
    mine = select(connection).where(connection.c.id == connection_id)
    row = tx.execute(mine.with_for_update()).one()
    change(tx, gateway, connection_id, {**stored(gateway, row), **settings}, now)


def _apart(
    gateway: Gateway, connector: str, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Complete settings: the open ones as they are, the secret ones encrypted."""
    found = gateway.registry.get(connector)
    complete = complete_settings(found.settings, settings)
    secret = {s.name for s in found.settings if s.secret}
    open_ = {k: v for k, v in complete.items() if k not in secret}
    return open_, gateway.cipher.close({k: v for k, v in complete.items() if k in secret})


def open_account(
    tx: Tx,
    connection_id: int,
    platform: str,
    seller: Seller,
    poll_seconds: int,
    now: int,
    *,
    pulls: bool = True,
) -> int:
    """The account of a seller; one known already is continued through the new connection.

    `pulls`: whether its orders are to be asked for, or only come by themselves.
    """
    known: int | None = tx.execute(
        select(account.c.id).where(
            account.c.platform == platform, account.c.seller_id == seller.seller_id
        )
    ).scalar()
    if known is not None:
        tx.execute(update(account).where(account.c.id == known).values(connection_id=connection_id))
        return known
    (new,) = reserve(tx, 1)
    tx.execute(
        account.insert().values(
            id=new,
            connection_id=connection_id,
            platform=platform,
            seller_id=seller.seller_id,
            title=seller.title,
            poll_seconds=poll_seconds,
            next_pull_at=now if pulls else NEVER,
            created_at=now,
        )
    )
    work.ensure(tx, "process", new, work.SHARDS)
    if pulls:
        work.ensure(tx, "pull", new)
    work.ensure(tx, "fetch", new)
    return new


def mark_trouble(tx: Tx, connection_id: int, error: ConnectorError, now: int) -> None:
    """Remember what a platform refused; an authorisation that failed stops the connection."""
    values: dict[str, Any] = {"trouble": trouble(error), "changed_at": now}
    if isinstance(error, AuthFailed):
        values["state"] = case(
            (connection.c.state == "ok", "auth_failed"), else_=connection.c.state
        )
    tx.execute(update(connection).where(connection.c.id == connection_id).values(values))


def failed(tx: Tx, connection_id: int, error: ConnectorError, now: int) -> bool:
    """Note what went wrong with a call; False if it was only put off by the hub's own pace."""
    if error.code == PACED:
        return False
    mark_trouble(tx, connection_id, error, now)
    breaker.failed(tx, connection_id, error, now)
    return True


def wait_ms(error: ConnectorError, failures: int) -> int:
    """How long to leave a platform alone: as asked for, or ever longer."""
    if isinstance(error, TryLater) and error.after_s is not None:
        return int(error.after_s * 1000)
    wait: int = FIRST_WAIT_MS * 2 ** min(failures, 10)
    return min(wait, LONGEST_WAIT_MS)


def trouble(error: ConnectorError) -> dict[str, Any]:
    """An error as stored and shown; connectors keep secrets out of their parameters."""
    return {"code": error.code, "where": error.where, "params": error.params}
