"""What the flow counts: once for all steps, from indexes alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orderloom.store.db import Tx
from orderloom.store.queries import census, hub
from orderloom.store.queries import exceptions as troubles

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Figures:
    """Everything counted once; the steps pick what is theirs."""

    by_account: Mapping[int, int]
    by_warehouse: Mapping[int, int]
    held: int
    waiting_inbox: Mapping[int, int]
    waiting_warehouse: Mapping[int, int]
    waiting_messages: Mapping[int, int]
    dead_messages: Mapping[int, int]
    sent: Mapping[int, int]
    faults: Mapping[tuple[str, int | None], int]  # (exception kind, account id) -> open ones
    warehouse_faults: Mapping[int, int]
    strangers: Mapping[int, int]  # connection id -> news of fulfilments nobody knows

    @classmethod
    def count(cls, tx: Tx, now: int) -> Figures:
        """A fixed number of statements, all answered from indexes."""
        day = census.recent(tx, now - DAY_MS)
        waiting: dict[int, int] = {}
        dead: dict[int, int] = {}
        for row in hub.open_messages(tx):
            target = dead if row.state == "dead" else waiting
            target[row.connection_id] = target.get(row.connection_id, 0) + row.amount
        faults: dict[tuple[str, int | None], int] = {}
        for row in troubles.open_by_kind(tx):
            key = (row.kind, row.account_id)
            faults[key] = faults.get(key, 0) + row.amount
        return cls(
            by_account=census.totals(day, "account_id"),
            by_warehouse=census.totals(day, "warehouse_id"),
            held=sum(group.count for group in day if group.state == "held"),
            waiting_inbox=hub.inbox_waiting(tx),
            waiting_warehouse=census.waiting_by_warehouse(tx),
            waiting_messages=waiting,
            dead_messages=dead,
            sent=hub.sent_by_connection(tx, now - DAY_MS),
            faults=faults,
            warehouse_faults=troubles.open_by_warehouse(tx),
            strangers=troubles.open_strangers(tx),
        )

    def faults_of(self, kinds: Iterable[str], accounts: Iterable[int]) -> int:
        """Open exceptions of some kinds at some accounts."""
        return sum(self.faults.get((kind, id_), 0) for kind in kinds for id_ in accounts)
