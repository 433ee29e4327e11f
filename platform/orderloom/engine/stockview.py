"""Stock as the engine sees it: a sheet of what is available, drawn down order by order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

Needs = Mapping[int, int]  # sku id -> quantity


class StockView(Protocol):
    """Threaded through a batch in order, so a later order sees what an earlier one took."""

    def lacking(self, warehouse: str, needs: Needs) -> dict[int, int]: ...

    def is_closed(self, warehouse: str) -> bool: ...

    def take(self, warehouse: str, needs: Needs) -> None: ...

    def available(self, warehouse: str, sku: int) -> int: ...


class StockSheet:
    """`levels`: (warehouse role, sku id) -> pieces free to promise, safety stock taken off."""

    def __init__(
        self, levels: Mapping[tuple[str, int], int], closed: frozenset[str] = frozenset()
    ) -> None:
        self._levels = dict(levels)
        self._closed = closed

    def available(self, warehouse: str, sku: int) -> int:
        """Pieces still free; a product the warehouse does not carry counts as none."""
        return max(self._levels.get((warehouse, sku), 0), 0)

    def is_closed(self, warehouse: str) -> bool:
        return warehouse in self._closed

    def lacking(self, warehouse: str, needs: Needs) -> dict[int, int]:
        """What is missing to serve `needs` from `warehouse`: sku id -> pieces."""
        levels, gaps = self._levels, {}
        for sku, quantity in needs.items():
            free = levels.get((warehouse, sku), 0)
            if free < quantity:
                gaps[sku] = quantity - max(free, 0)
        return gaps

    def take(self, warehouse: str, needs: Needs) -> None:
        """Draw `needs` down."""
        for sku, quantity in needs.items():
            self._levels[warehouse, sku] = self._levels.get((warehouse, sku), 0) - quantity
