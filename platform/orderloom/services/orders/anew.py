"""Settling known orders anew, because of something other than a new payload of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderloom.services.goods import skus
from orderloom.services.orders import own_fields
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState
from orderloom.services.orders.settle import settle
from orderloom.services.publishing.runtime import PlanCache, bind
from orderloom.store.db import Tx


@dataclass
class Work:
    """Orders of one account, loaded and locked, and the batch they are changed in."""

    batch: Batch
    orders: list[OrderState]

    def finish(self) -> None:
        """Settle them and write everything. The caller commits."""
        batch = self.batch
        skus.resolve(batch.tx, batch, batch.bound.account.id, self.orders)
        settle(batch.tx, batch, self.orders)
        batch.flush(self.orders)


def begin(
    tx: Tx,
    plans: PlanCache,
    account_id: int,
    orders: Sequence[OrderState],
    now: int,
    zone: str,
) -> Work:
    """Raises NotFound while nothing is published for the account."""
    batch = Batch(tx, bind(tx, plans, account_id), now, zone, len(orders))
    own_fields.recall(tx, batch.bound.blueprint.own, orders)
    return Work(batch, list(orders))
