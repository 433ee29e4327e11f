"""Choosing warehouses for an order from what a routing rule proposes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Literal

from orderloom.engine.stockview import Needs, StockView

Split = Literal["never", "by_line"]


@dataclass(frozen=True)
class Route:
    """What a routing row proposes: warehouses by role, best first.

    safety: pieces of each product that must stay in a candidate (beyond its safety stock), so that
    it is passed over in good time; a backup gives what it has.
    """

    candidates: tuple[str, ...]
    backups: tuple[str, ...] = ()
    split: Split = "never"
    safety: int = 0

    def without(self, roles: Collection[str | None]) -> Route:
        """The same, but for some warehouses."""
        kept, backups = (
            tuple(role for role in some if role not in roles)
            for some in (self.candidates, self.backups)
        )
        return replace(self, candidates=kept, backups=backups)

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """Every warehouse in the order it is tried, with the pieces that must stay in it."""
        kept = tuple((role, self.safety) for role in self.candidates)
        return (*kept, *((role, 0) for role in self.backups))


@dataclass(frozen=True)
class Considered:
    """One warehouse looked at, and why it did or did not serve."""

    warehouse: str
    ok: bool
    closed: bool
    lacking: dict[int, int]
    kept: int = 0  # pieces of each product the rule wanted to stay


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
    for warehouse, kept in route.places:
        looked = _consider(warehouse, _wanted(needs, kept), stock, kept)
        considered.append(looked)
        if looked.ok:
            stock.take(warehouse, needs)
            return Placement({warehouse: dict(needs)}, considered)
    parcels = _split(route, needs, stock) if route.split == "by_line" else {}
    return Placement(parcels, considered)


def _wanted(needs: Needs, kept: int) -> Needs:
    """What must be there for `needs` to leave and `kept` pieces of each to stay."""
    return {sku: quantity + kept for sku, quantity in needs.items()} if kept else needs


def _consider(warehouse: str, wanted: Needs, stock: StockView, kept: int) -> Considered:
    closed = stock.is_closed(warehouse)
    lacking = stock.lacking(warehouse, wanted)
    return Considered(warehouse, not closed and not lacking, closed, lacking, kept)


def _split(route: Route, needs: Needs, stock: StockView) -> dict[str, dict[int, int]]:
    """Each product from the first warehouse that has all of it; nothing if one has no home."""
    parcels: dict[str, dict[int, int]] = {}
    open_ones = [place for place in route.places if not stock.is_closed(place[0])]
    for sku, quantity in needs.items():
        part = {sku: quantity}
        home = next((w for w, n in open_ones if not stock.lacking(w, _wanted(part, n))), None)
        if home is None:
            return {}
        parcels.setdefault(home, {})[sku] = quantity
    for warehouse, part in parcels.items():
        stock.take(warehouse, part)
    return parcels
