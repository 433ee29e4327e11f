"""What people do with connections: add, change, pause, take up, retire. Secrets never come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from orderloom.connect import Connector, Seller, complete_settings
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.connecting import connections, roles
from orderloom.services.connecting.connections import Gateway, stored
from orderloom.services.incoming import webhooks
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import connections as rows
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import connection

Values = dict[str, Any]
_PLACES = ("url", "host")
FIRST_EVERY_S = 900


@dataclass(frozen=True)
class Place:
    """A role of a blueprint that a new connection is to fill."""

    blueprint: str
    role: str


def known(tx: Tx, connection_id: int) -> AnyRow:
    """A connection's row; raises NotFound."""
    row = rows.by_id(tx, connection_id)
    if row is None:
        raise NotFound("connection.unknown", str(connection_id))
    return row


def form(tx: Tx, gateway: Gateway, connection_id: int) -> dict[str, Any]:
    """What a connection's form shows: the open values, and which secrets are set."""
    row = known(tx, connection_id)
    secret = [name for name, value in gateway.cipher.open(row.secrets).items() if value]
    shown = {"title": row.title, "connector": row.connector, "revision": row.revision}
    return {**shown, "values": row.settings, "set": secret}


def check_unchanged(tx: Tx, gateway: Gateway, before: AnyRow) -> None:
    """Raises Conflict when settings are others than they were read, NotFound when they are gone.

    The platform is asked in between, and tokens may be renewed meanwhile: they must not be lost.
    """
    row = rows.by_id(tx, before.id, lock=True)
    if row is None:
        raise NotFound("connection.unknown", str(before.id))
    if stored(gateway, row) != stored(gateway, before):
        raise Conflict("connection.changed_meanwhile", str(before.id))


def filled_in(
    tx: Tx, gateway: Gateway, key: str, given: Mapping[str, Any], place: Place | None
) -> Values:
    """Complete settings for a new connection; a role may bring some along.

    Raises InputError naming every field at fault, NotFound for an unknown connector or role.
    """
    connector = gateway.registry.get(key)
    brought = roles.settings_of(tx, place.blueprint, place.role) if place else {}
    return complete_settings(connector.settings, {**brought, **given})


def merged(gateway: Gateway, row: AnyRow, given: Mapping[str, Any]) -> Values:
    """Complete settings for a known connection. A secret left empty is kept, None takes it away.

    Kept only for the address it was given for: whoever may change where calls go shall not learn
    the secrets by it. Raises InputError naming every field at fault.
    """
    connector, before = gateway.registry.get(row.connector), stored(gateway, row)
    secret = {setting.name for setting in connector.settings if setting.secret}
    kept = {name for name in secret if given.get(name, "") == "" and before.get(name)}
    wanted = {**before, **given, **{name: before[name] for name in kept}}
    complete = complete_settings(connector.settings, wanted)
    moved = any(
        complete[setting.name] != before.get(setting.name)
        for setting in connector.settings
        if setting.kind in _PLACES
    )
    if moved and kept:
        faults = [{"field": name, "code": "connection.secret_again"} for name in sorted(kept)]
        raise InputError("connect.settings", ", ".join(sorted(kept)), faults=faults)
    return complete


def add(
    tx: Tx,
    gateway: Gateway,
    key: str,
    title: str,
    settings: Mapping[str, Any],
    seller: Seller | None,
    user: User,
    now: int,
) -> int:
    """Store a new connection; `seller`: whose shop it is, for a channel. Returns its id.

    Raises Conflict for a title that is taken. A shop that is known is continued.
    """
    check_title(tx, title)
    connector = gateway.registry.get(key)
    new = connections.create(tx, gateway, key, title, settings, now)
    if seller is not None:
        pulls = "pull" in connector.capabilities()
        connections.open_account(tx, new, key, seller, FIRST_EVERY_S, now, pulls=pulls)
        connections.take_up(tx, new, now)
    detail = {"connector": key, "title": title}
    add_audit(tx, now, user.login, "connection.add", str(new), detail)
    return new


def fill(tx: Tx, gateway: Gateway, connection_id: int, place: Place, user: User, now: int) -> None:
    """Let a new connection, or the shop on it, fill a role. Raises NotFound, InputError."""
    shops = rows.shops_on(tx, connection_id)
    target = shops[0].id if shops else connection_id
    roles.fill(tx, gateway, place.blueprint, place.role, target, user, now)


def change(
    tx: Tx,
    gateway: Gateway,
    connection_id: int,
    title: str,
    settings: Mapping[str, Any] | None,
    revision: int,
    user: User,
    now: int,
) -> None:
    """Store another title, and other settings unless None; its shops are read at once.

    `revision`: of the form that was filled in. Raises Conflict when somebody changed the connection
    since, and for a title that is taken.
    """
    check_title(tx, title, connection_id)
    mine = connection.c.id == connection_id, connection.c.revision == revision
    wanted = {"title": title, "revision": revision + 1, "changed_at": now}
    if not tx.execute(update(connection).where(*mine).values(wanted)).rowcount:
        raise Conflict("connection.changed_by_other", str(connection_id))
    if settings is not None:
        connections.change(tx, gateway, connection_id, settings, now)
        connections.take_up(tx, connection_id, now)
    detail = {"title": title, "settings": settings is not None}
    add_audit(tx, now, user.login, "connection.change", str(connection_id), detail)


def check_title(tx: Tx, title: str, connection_id: int | None = None) -> None:
    """Raises Conflict when another connection is called so, InputError when it is blank."""
    if not title:
        raise InputError("field.required", "title")
    if rows.titled(tx, title) not in (None, connection_id):
        raise Conflict("connection.title_taken", "title", title=title)


def known_as(tx: Tx, platform: str, seller: Seller, connection_id: int | None) -> str | None:
    """What the connection is called that this shop is on already, if it is another one."""
    shop = rows.shop_of(tx, platform, seller.seller_id)
    if shop is None or shop.connection_id == connection_id:
        return None
    return str(shop.connection)


def check_shop(tx: Tx, connection_id: int, seller: Seller) -> None:
    """Raises Conflict when the credentials of a connection's shop belong to another one."""
    for shop in rows.shops_on(tx, connection_id):
        if shop.seller_id != seller.seller_id:
            names = {"found": seller.title, "known": shop.title}
            raise Conflict("connection.other_shop", str(connection_id), **names)


def works(tx: Tx, connection_id: int, now: int) -> None:
    """A check went well: a connection that waited for somebody, or rested, goes on at once."""
    row = known(tx, connection_id)
    if row.state == "auth_failed" or row.failures:
        connections.take_up(tx, connection_id, now)


def set_state(tx: Tx, connection_id: int, state: str, user: User, now: int) -> None:
    """`paused`: nobody calls it until it is `ok` again. Raises NotFound.

    Raises Conflict for a retired one, which has to be taken back first.
    """
    if known(tx, connection_id).state == "retired":
        raise Conflict("connection.is_retired", str(connection_id))
    mine = update(connection).where(connection.c.id == connection_id)
    tx.execute(mine.values(state=state, changed_at=now))
    if state == "ok":
        connections.take_up(tx, connection_id, now)
    add_audit(tx, now, user.login, "connection.state", str(connection_id), {"state": state})


def retired(tx: Tx, gateway: Gateway, connection_id: int) -> tuple[AnyRow, Values] | None:
    """A retired connection and its settings, checked as a new one's are; None if it is in use.

    Raises NotFound, InputError naming every field at fault, Conflict for a title taken since.
    """
    row = known(tx, connection_id)
    if row.state != "retired":
        return None
    check_title(tx, row.title, connection_id)
    wanted = gateway.registry.get(row.connector).settings
    return row, complete_settings(wanted, stored(gateway, row))


def take_back(tx: Tx, gateway: Gateway, row: AnyRow, seller: Seller | None, now: int) -> None:
    """Let a retired connection be used again, paused at first.

    `seller`: whose shop it is, for a channel; the shop goes on over it. Raises Conflict for another
    shop's credentials, for a shop that is on another connection in use, and for a title taken.
    """
    check_unchanged(tx, gateway, row)
    check_title(tx, row.title, row.id)
    if seller is not None:
        check_shop(tx, row.id, seller)
        check_free(tx, row, seller)
        pulls = "pull" in gateway.registry.capabilities(row.connector)
        shop = (row.connector, seller, FIRST_EVERY_S, now)
        connections.open_account(tx, row.id, *shop, pulls=pulls)
    mine = update(connection).where(connection.c.id == row.id)
    tx.execute(mine.values(state="paused", calls_refused=0, call_refused_at=None))


def check_free(tx: Tx, row: AnyRow, seller: Seller) -> None:
    """Raises Conflict when a seller's shop is on another connection that is in use."""
    shop = rows.shop_of(tx, row.connector, seller.seller_id)
    if shop is None or shop.connection_id == row.id:
        return
    if known(tx, shop.connection_id).state != "retired":
        names = {"shop": shop.title, "title": shop.connection}
        raise Conflict("connection.shop_elsewhere", str(row.id), **names)


def set_every(tx: Tx, connection_id: int, what: str, seconds: int, user: User, now: int) -> None:
    """How often it is asked; see `connections.set_every`."""
    connections.set_every(tx, connection_id, what, seconds)
    detail = {"what": what, "seconds": seconds}
    add_audit(tx, now, user.login, "connection.every", str(connection_id), detail)


def new_address(tx: Tx, connection_id: int, user: User, now: int) -> None:
    """Give it another address to be called at; the one so far ends. Raises NotFound."""
    webhooks.renew_name(tx, connection_id, now)
    add_audit(tx, now, user.login, "connection.new_address", str(connection_id), {})


def remove(tx: Tx, connection_id: int, user: User, now: int) -> bool:
    """Take a connection out of use; True if it is kept as retired because something happened on it.

    Raises NotFound, and Conflict naming who still counts on it.
    """
    row = known(tx, connection_id)
    users = list(_users(tx, connection_id))
    if users:
        raise Conflict("connection.in_use", row.title, users=users)
    kept = rows.has_history(tx, connection_id)
    if kept:
        set_state(tx, connection_id, "retired", user, now)
    else:
        rows.remove(tx, connection_id)
        detail = {"title": row.title}
        add_audit(tx, now, user.login, "connection.remove", str(connection_id), detail)
    return kept


def _users(tx: Tx, connection_id: int) -> Iterator[str]:
    yield from (f"{row.key}/{row.role}" for row in rows.roles_of(tx, connection_id))
    yield from rows.told_over(tx, connection_id)


def needs_seller(connector: type[Connector]) -> bool:
    """Whether a connection is a shop, whose identity its credentials tell."""
    return connector.kind == "channel"
