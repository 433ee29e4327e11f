"""What an order of a shop usually comes to: the median of its own history, worked out hourly."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from orderloom.store.bulk import upsert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import orders, shop_usual

DAY_MS = 86_400_000
FRESH_MS = 3_600_000
FEWEST = 50  # with fewer orders nobody can say what is usual


def of_shop(tx: Tx, account_id: int, days: int, now: int) -> int | None:
    """The usual total (fen) of the shop's orders in the last `days`; None while it is too new."""
    if not 1 <= days <= 366:
        raise ValueError(days)
    known = select(shop_usual.c.amount).where(
        shop_usual.c.account_id == account_id,
        shop_usual.c.days == days,
        shop_usual.c.computed_at > now - FRESH_MS,
    )
    amount: int | None = tx.execute(known).scalar()
    if amount is not None:
        return amount
    amount = _median(tx, account_id, now - days * DAY_MS)
    if amount is not None:  # a shop that is just filling up is looked at again at once
        (new,) = reserve(tx, 1)
        row = {"id": new, "account_id": account_id, "days": days}
        row |= {"amount": amount, "computed_at": now}
        upsert_many(tx, shop_usual, [row], ("account_id", "days"))
    return amount


def _median(tx: Tx, account_id: int, since: int) -> int | None:
    mine = and_(
        orders.c.placed_at > since,
        orders.c.account_id == account_id,
        orders.c.payment_state == "paid",
    )
    count = tx.execute(select(func.count()).where(mine)).scalar_one()
    if count < FEWEST:
        return None
    middle = select(orders.c.total).where(mine).order_by(orders.c.total).offset(count // 2)
    amount: int | None = tx.execute(middle.limit(1)).scalar()
    return amount
