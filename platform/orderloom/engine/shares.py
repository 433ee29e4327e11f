"""What was paid for each line, where a channel tells it for the order only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from orderloom.engine.canonical import Order


def spread(order: Order) -> None:
    """Share what was paid for the goods over the lines by their price, unless one has a share."""
    lines = order["lines"]
    if any(line["paid_share"] for line in lines):
        return
    worth = [line["price"] * line["quantity"] for line in lines]
    shares = in_proportion(max(order["paid"] - order["freight"], 0), worth)
    for line, share in zip(lines, shares, strict=True):
        line["paid_share"] = share


def in_proportion(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in whole parts that add up to it; equal ones where nothing weighs anything."""
    weights = weights if any(weights) else [1] * len(weights)
    whole = sum(weights)
    ends = [0, *(amount * end // whole for end in accumulate(weights))]
    return [end - start for start, end in pairwise(ends)]
