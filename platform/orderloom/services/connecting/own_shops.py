"""Shops of the company's own: no platform behind them, their orders come by file and form.

Opening one is all it takes: it gets a connection, and its place in a blueprint that is live.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from orderloom.blueprint import library
from orderloom.blueprint.sources import free_role, with_source
from orderloom.connect import Seller
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import Gateway
from orderloom.services.goods import catalogue
from orderloom.services.publishing import publish, published
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import account, binding, blueprint, warehouse

CONNECTOR = "file"
STARTER = "spreadsheet-orders"
_ROLE = "own_orders"
_FIRST_WAREHOUSE = ("MAIN", "主仓 Main")


def open_shop(tx: Tx, gateway: Gateway, title: str, key: str | None, user: User, now: int) -> int:
    """Open a shop and publish it; returns the account's id.

    `key`: the blueprint that takes it up; None: the only one that is live, or a simple one to start
    with. Raises Conflict for a title that is taken, InputError where a blueprint must be named.
    """
    if _is_taken(tx, title):
        raise Conflict("imports.shop_taken", "title", title=title)
    connection_id = connections.create(tx, gateway, CONNECTOR, title, {"shop": title}, now)
    seller = Seller(title, title)
    account_id = connections.open_account(tx, connection_id, CONNECTOR, seller, 0, now, pulls=False)
    _take_up(tx, account_id, title, key, user, now)
    add_audit(tx, now, user.login, "shop.open", str(account_id), {"title": title})
    return account_id


def _is_taken(tx: Tx, title: str) -> bool:
    query = select(account.c.id).where(
        account.c.platform == CONNECTOR, account.c.seller_id == title
    )
    return tx.execute(query).first() is not None


def _take_up(tx: Tx, account_id: int, title: str, key: str | None, user: User, now: int) -> None:
    row = _live(tx, key)
    if row is None:
        _start(tx, account_id, user, now)
        return
    live = published.live_document(tx, row.id) or row.draft
    role = _unbound_role(tx, row, live)
    if role is not None:
        publish.bind_role(tx, row.key, role, account_id)
        return
    mapping, words = library.mapping_for(CONNECTOR), {"zh": title, "en": title}
    role = free_role([live, row.draft], _ROLE)
    unchanged = row.draft == live
    draft = with_source(row.draft, role, words, mapping)
    publish.save_draft(tx, draft, now)
    publish.bind_role(tx, row.key, role, account_id)
    document = draft if unchanged else with_source(live, role, words, mapping)
    publish.publish(tx, row.key, f"+ {title}", user.login, now, document)


def _live(tx: Tx, key: str | None) -> Row[Any] | None:
    """The blueprint to use; None when nothing is live and nothing was named."""
    query = select(blueprint).where(blueprint.c.live_version.is_not(None))
    rows = tx.execute(query.order_by(blueprint.c.key).with_for_update()).all()
    found = [row for row in rows if key in (None, row.key)]
    if key is not None and not found:
        raise NotFound("blueprint.unknown", key)
    if len(found) > 1:
        raise InputError("imports.which_blueprint", "blueprint", known=[row.key for row in found])
    return found[0] if found else None


def _unbound_role(tx: Tx, row: Row[Any], document: Mapping[str, Any]) -> str | None:
    """A shop of one's own that the blueprint has a place for already."""
    query = select(binding.c.role).where(binding.c.blueprint_id == row.id)
    bound = set(tx.execute(query).scalars())
    kept = {role["key"] for role in row.draft["roles"]}
    return next(
        (
            role["key"]
            for role in document["roles"]
            if role.get("connector") == CONNECTOR and role["key"] in kept - bound
        ),
        None,
    )


def _start(tx: Tx, account_id: int, user: User, now: int) -> None:
    """Nothing is published yet: the simplest blueprint, with a warehouse if there is none."""
    document = library.read(STARTER)
    if tx.execute(select(blueprint.c.id).where(blueprint.c.key == STARTER)).first() is None:
        publish.save_draft(tx, document, now)
    publish.bind_role(tx, STARTER, _ROLE, account_id)
    publish.bind_role(tx, STARTER, "main", _some_warehouse(tx, now))
    publish.publish(tx, STARTER, document["title"]["zh"], user.login, now)


def _some_warehouse(tx: Tx, now: int) -> int:
    known: int | None = tx.execute(
        select(warehouse.c.id).order_by(warehouse.c.id).limit(1)
    ).scalar()
    if known is not None:
        return known
    return catalogue.add_warehouses(tx, [_FIRST_WAREHOUSE], now)[_FIRST_WAREHOUSE[0]]
