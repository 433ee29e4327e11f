"""The rows one order's page is made of, loaded in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    decided_on: Mapping[str, Mapping[str, Any]]  # decision id -> the order as it was seen
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
            decided_on=one_order.decided_on(tx, order.id),
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
        codes = {str(line.sku_id): line.hub_code for line in self.lines if line.hub_code}
        return {codes.get(sku, sku): amount for sku, amount in amounts.items()}

    def needed(self, decision_id: str) -> dict[str, int]:
        """Pieces by product code that the order wanted when it was decided on."""
        codes = {line.external_line_no: line.hub_code or line.sku_code for line in self.lines}
        needed: dict[str, int] = {}
        for line in self.decided_on.get(decision_id, {}).get("lines", ()):
            if line["refund_state"] in ("none", "rejected"):
                code = codes.get(line["external_line_no"]) or "?"
                needed[code] = needed.get(code, 0) + line["quantity"]
        return needed
