"""The rows one order's page is made of, loaded in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, one_order


@dataclass(frozen=True)
class Parts:
    """An order and everything that hangs on it, as rows."""

    order: AnyRow
    lines: Sequence[AnyRow]
    fulfilments: Sequence[AnyRow]
    fulfilment_lines: Sequence[AnyRow]
    parcels: Sequence[AnyRow]
    received: Sequence[AnyRow]
    notes: Sequence[AnyRow]
    messages: Sequence[AnyRow]
    exceptions: Sequence[AnyRow]
    decided_on: Mapping[str, Mapping[str, int]]  # decision id -> pieces by product id
    product_codes: Mapping[str, str]  # by product id, of all that was to be placed
    warehouse_titles: Mapping[str, str]  # by role

    @classmethod
    def load(cls, tx: Tx, order: AnyRow) -> Parts:
        """Everything of one order."""
        received = one_order.received(tx, order.id)
        return cls(
            order=order,
            lines=one_order.lines(tx, order.id),
            fulfilments=one_order.fulfilments(tx, order.id),
            fulfilment_lines=one_order.fulfilment_lines(tx, order.id),
            parcels=one_order.parcels(tx, order.id),
            received=received,
            notes=one_order.notes(tx, order.id),
            messages=one_order.messages(tx, order.id),
            exceptions=one_order.exceptions(tx, order.id, [row.id for row in received]),
            decided_on=(needs := one_order.decided_on(tx, order.id)),
            product_codes=one_order.product_codes(tx, needs.values()),
            warehouse_titles=one_order.warehouse_titles(tx, order.account_id),
        )

    def lines_of(self, fulfilment_id: int) -> list[AnyRow]:
        """The lines of one fulfilment."""
        return [line for line in self.fulfilment_lines if line.fulfilment_id == fulfilment_id]

    def place(self, role: str) -> str:
        """What the warehouse of a role is called here."""
        return self.warehouse_titles.get(role, role)

    def by_code(self, amounts: Mapping[str, int]) -> dict[str, int]:
        """Amounts by product id, as amounts by product code."""
        return {self.product_codes.get(sku, sku): amount for sku, amount in amounts.items()}

    def needed(self, decision_id: str) -> dict[str, int]:
        """Pieces by product code that were to be placed when the order was decided on."""
        return self.by_code(self.decided_on[decision_id])
