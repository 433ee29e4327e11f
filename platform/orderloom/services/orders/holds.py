"""Holding an order back by hand, and letting one go again."""

from __future__ import annotations

from typing import Any

from orderloom.errors import Conflict, NotFound
from orderloom.services.fulfilling import handover
from orderloom.services.orders import anew
from orderloom.services.orders.orderbook import OrderState, Record, load_by_id
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries.people import add_audit

CODE = "by_hand"
LONGEST_REASON = 500
_OVER = frozenset({"shipped", "completed", "cancelled", "closed"})


def hold(
    tx: Tx, plans: PlanCache, order_id: int, reason: str, user: User, now: int, zone: str
) -> None:
    """Keep an order back until somebody releases it; what is out for it is taken back.

    Raises NotFound, and Conflict when the order is over or held by hand already.
    """
    order = _load(tx, order_id)
    if order.row["state"] in _OVER:
        raise Conflict("holds.order_over", str(order_id), state=order.row["state"])
    known = next((f for f in order.flags if (f["kind"], f["code"]) == ("manual", CODE)), None)
    if known is not None and known["released_at"] is None:
        raise Conflict("holds.held_already", str(order_id))
    work = anew.begin(tx, plans, order.account_id, [order], now, zone)
    text = {"text": reason.strip()[:LONGEST_REASON]}
    if known is None:
        order.new_flags.append(handover.flag(work.batch, order, "manual", CODE, text))
    else:
        known |= {"reason": text, "raised_at": now, "released_at": None, "released_by": None}
        handover.update_flag(tx, known)
    _by(tx, order, user, now, "hold", text)
    work.finish()


def release(tx: Tx, plans: PlanCache, order_id: int, user: User, now: int, zone: str) -> None:
    """End the order's holds of risk rules and of people, and let it go its way.

    The platform's own hold ends only when the platform says so. Raises NotFound, and Conflict when
    there is nothing to release.
    """
    order = _load(tx, order_id)
    open_ = [f for f in order.flags if f["released_at"] is None and f["kind"] != "platform"]
    if not open_:
        code = "holds.by_platform" if order.open_flags else "holds.not_held"
        raise Conflict(code, str(order_id))
    work = anew.begin(tx, plans, order.account_id, [order], now, zone)
    for flag in open_:
        flag |= {"released_at": now, "released_by": user.id}
        handover.update_flag(tx, flag)
    work.batch.resolved.append(f"hold:{order.id}")
    _by(tx, order, user, now, "release", {"holds": [_name(flag) for flag in open_]})
    work.finish()


def _load(tx: Tx, order_id: int) -> OrderState:
    found = load_by_id(tx, [order_id])
    if not found:
        raise NotFound("orders.not_found", str(order_id))
    return found[0]


def _name(flag: Record) -> Record:
    return {"kind": flag["kind"], "code": flag["code"], "reason": flag["reason"]}


def _by(
    tx: Tx, order: OrderState, user: User, now: int, action: str, detail: dict[str, Any]
) -> None:
    """Remember who did it, in the order's story and in the audit trail."""
    order.changed = True
    order.row["touched_by_hand"] = True
    entry = {"action": action, "user": {"id": str(user.id), "login": user.login}, **detail}
    order.notes.append({"kind": "manual", "detail": entry, "actor": user.login})
    add_audit(tx, now, user.login, f"order.{action}", str(order.id), detail)
