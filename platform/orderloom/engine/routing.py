"""Choosing warehouses for an order from what a routing rule proposes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from orderloom.engine.stockview import Needs, StockView

Split = Literal["never", "by_line"]


@dataclass(frozen=True)
class Route:
    """What a routing row proposes: warehouses by role, best first."""

    candidates: tuple[str, ...]
    backups: tuple[str, ...] = ()
    split: Split = "never"


@dataclass(frozen=True)
class Considered:
    """One warehouse looked at, and why it did or did not serve."""

    warehouse: str
    ok: bool
    closed: bool
    lacking: dict[int, int]


@dataclass(frozen=True)
class Placement:
    """`parcels`: warehouse role -> sku id -> quantity; empty when the order is short."""

    parcels: dict[str, dict[int, int]]
    considered: list[Considered] = field(default_factory=list)

    @property
    def short(self) -> bool:
        return not self.parcels


def place(route: Route, needs: Needs, stock: StockView) -> Placement:
    """The first warehouse that can serve everything; else a split, where the rule allows one.

    Takes from `stock` what it placed.
    """
    considered: list[Considered] = []
    for warehouse in (*route.candidates, *route.backups):
        looked = _consider(warehouse, needs, stock)
        considered.append(looked)
        if looked.ok:
            stock.take(warehouse, needs)
            return Placement({warehouse: dict(needs)}, considered)
    parcels = _split(route, needs, stock) if route.split == "by_line" else {}
    return Placement(parcels, considered)


def _consider(warehouse: str, needs: Needs, stock: StockView) -> Considered:
    closed = stock.is_closed(warehouse)
    lacking = stock.lacking(warehouse, needs)
    return Considered(warehouse, not closed and not lacking, closed, lacking)


def _split(route: Route, needs: Needs, stock: StockView) -> dict[str, dict[int, int]]:
    """Each product from the first warehouse that has all of it; nothing if one has no home."""
    parcels: dict[str, dict[int, int]] = {}
    open_ones = [w for w in (*route.candidates, *route.backups) if not stock.is_closed(w)]
    for sku, quantity in needs.items():
        home = next((w for w in open_ones if not stock.lacking(w, {sku: quantity})), None)
        if home is None:
            return {}
        parcels.setdefault(home, {})[sku] = quantity
    for warehouse, part in parcels.items():
        stock.take(warehouse, part)
    return parcels
