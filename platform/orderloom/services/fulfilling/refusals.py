"""A warehouse will not send what it was given: a person says what is to happen instead."""

from __future__ import annotations

from orderloom.errors import Conflict, NotFound
from orderloom.services.fulfilling import undo
from orderloom.services.orders import anew
from orderloom.services.orders.orderbook import OrderState, load_by_id
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow


def decide(
    tx: Tx,
    plans: PlanCache,
    found: AnyRow,
    user: User,
    now: int,
    zone: str,
    *,
    elsewhere: bool,
) -> None:
    """Send what a warehouse refused once more: there again, or anywhere but there.

    The refused fulfilment is taken back first, so that the warehouse cannot send it after all.
    Raises Conflict when the warehouse has thought better of it meanwhile.
    """
    order = _order(tx, found)
    number = found.params["fulfilment"]
    made = next((f for f in order.fulfilments if f.row["no"] == number), None)
    if made is None or made.state != "refused":
        raise Conflict("fulfilment.not_refused", number)
    work = anew.begin(tx, plans, order.account_id, [order], now, zone)
    made.row["barred"] = elsewhere
    undo.cancel(work.batch, order, made)
    order.row["touched_by_hand"] = True
    entry = {
        "action": "send_elsewhere" if elsewhere else "send_again",
        "user": {"id": str(user.id), "login": user.login},
        "fulfilment": number,
    }
    order.notes.append({"kind": "manual", "detail": entry, "actor": user.login})
    work.finish()


def _order(tx: Tx, found: AnyRow) -> OrderState:
    orders = load_by_id(tx, [found.order_id] if found.order_id is not None else [])
    if not orders:
        raise NotFound("orders.not_found", str(found.order_id))
    return orders[0]
