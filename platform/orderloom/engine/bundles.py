"""What really goes into the parcel for an order's lines: bundles taken apart, gifts added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What a product brings along: `quantity` a piece of it, or once an order.

    Parts that are no gifts replace the product: it is a bundle and never in stock itself. Only
    gifts come once an order.
    """

    sku: int
    quantity: int
    gift: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of an order: pieces of a product, and what one piece of it is made of."""

    line_no: str
    sku: int
    quantity: int
    parts: Sequence[Part] = ()
    price: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Pieces of one product in stock that go out for one line.

    `price`: of one, in fen: what the line costs, shared evenly among the pieces that are no gifts
    and rounded down.
    """

    line_no: str
    sku: int
    quantity: int
    price: int


def pieces(lines: Iterable[Bought]) -> list[Piece]:
    """One entry for each line and product in stock, in the order of the lines."""
    given: set[tuple[int, int]] = set()
    found: list[Piece] = []
    for line in lines:
        paid, free = _counted(line, given)
        share = line.price * line.quantity // sum(paid.values())
        for sku in {**paid, **free}:
            count = paid.get(sku, 0) + free.get(sku, 0)
            found.append(Piece(line.line_no, sku, count, share * paid.get(sku, 0) // count))
    return found


def is_bundle(parts: Iterable[Part]) -> bool:
    """Whether a product with these parts is only the name of others."""
    return any(not part.gift for part in parts)


def _parts(line: Bought) -> Sequence[Part]:
    return line.parts if is_bundle(line.parts) else (Part(line.sku, 1), *line.parts)


def _counted(line: Bought, given: set[tuple[int, int]]) -> tuple[Counter[int], Counter[int]]:
    """Pieces by product that were paid for, and those that come along."""
    paid: Counter[int] = Counter()
    free: Counter[int] = Counter()
    for part in _parts(line):
        if not (part.gift and part.once):
            (free if part.gift else paid)[part.sku] += part.quantity * line.quantity
        elif (line.sku, part.sku) not in given:
            given.add((line.sku, part.sku))
            free[part.sku] += part.quantity
    return paid, free
