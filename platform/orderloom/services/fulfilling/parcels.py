"""The parcels of fulfilments, put together from everything that was told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from orderloom.engine.shipment import merged
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import FulfilmentState, Record
from orderloom.store.among import among
from orderloom.store.bulk import insert_many, update_many
from orderloom.store.db import Tx
from orderloom.store.tables import fulfilment, parcel


@dataclass
class Parcels:
    """By fulfilment, then by tracking number, in the order they were first told of."""

    known: dict[int, dict[str, Record]] = field(default_factory=dict)
    new: list[Record] = field(default_factory=list)
    changed: dict[int, Record] = field(default_factory=dict)

    @classmethod
    def load(cls, tx: Tx, order_ids: Collection[int]) -> Parcels:
        """All parcels of some orders."""
        mine = fulfilment.c.id == parcel.c.fulfilment_id
        query = select(parcel).join(fulfilment, mine).where(among(fulfilment.c.order_id, order_ids))
        found = cls()
        for row in tx.execute(query.order_by(parcel.c.id)).mappings():
            found.of(row["fulfilment_id"])[row["tracking_no"]] = dict(row)
        return found

    def of(self, fulfilment_id: int) -> dict[str, Record]:
        return self.known.setdefault(fulfilment_id, {})

    def left(self, fulfilment_id: int) -> list[Record]:
        """Those that left; of the others only a label's number is known."""
        return [row for row in self.of(fulfilment_id).values() if row["shipped_at"] is not None]

    def hear(
        self,
        batch: Batch,
        made: FulfilmentState,
        told: Sequence[Mapping[str, Any]],
        at: int,
        *,
        final: bool,
    ) -> list[Record]:
        """Take in what a warehouse says of a fulfilment's parcels; returns those that left now.

        One that has sent everything without a word on parcels has used the labels there are.
        """
        mine, gone = self.of(made.row["id"]), []
        if final and not told and not self.left(made.row["id"]):
            told = [{**row, "quantities": {}} for row in mine.values()]
        for one in told:
            row = mine.get(one["tracking_no"]) or self._begin(batch, made, one)
            if row["shipped_at"] is None:
                gone.append(row)
                self._change(row, shipped_at=at)
            self._change(row, contents=merged(row["contents"], one["quantities"]))
        return gone

    def _begin(self, batch: Batch, made: FulfilmentState, told: Mapping[str, Any]) -> Record:
        row = {
            "id": batch.ids.next(),
            "fulfilment_id": made.row["id"],
            "courier": told["courier"],
            "tracking_no": told["tracking_no"],
            "contents": {},
            "shipped_at": None,
        }
        self.of(made.row["id"])[row["tracking_no"]] = row
        self.new.append(row)
        return row

    def _change(self, row: Record, **values: Any) -> None:
        if any(row[name] != value for name, value in values.items()):
            row.update(values)
            self.changed[row["id"]] = row

    def write(self, tx: Tx) -> None:
        """Keep what is new of them."""
        insert_many(tx, parcel, self.new)
        new = {row["id"] for row in self.new}
        columns = ("id", "contents", "shipped_at")
        changed = (row for id_, row in self.changed.items() if id_ not in new)
        update_many(tx, parcel, [{k: row[k] for k in columns} for row in changed])
