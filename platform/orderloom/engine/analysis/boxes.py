"""Conditions as unions of boxes, and the one question asked of them.

A box gives for some fields the standing values that are allowed, as bits. `points` finds boxes
inside one box and outside a list of others: whether anything is left of a row after all rows
above it. The work is counted; beyond the budget the answer is "cannot decide", never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Box = Mapping[str, int]  # key -> allowed values; keys not named allow all


class TooHard(Exception):
    """The budget is used up."""


@dataclass
class Budget:
    """Steps that may still be taken."""

    steps: int

    def spend(self) -> None:
        """Raise TooHard when nothing is left."""
        self.steps -= 1
        if self.steps < 0:
            raise TooHard


def meet(first: Box, second: Box) -> Box | None:
    """What both allow; None if that is nothing."""
    both = dict(first)
    for key, mask in second.items():
        common = both[key] & mask if key in both else mask
        if not common:
            return None
        both[key] = common
    return both


def points(
    box: Box, without: Sequence[Box], full: Mapping[str, int], budget: Budget
) -> Iterator[Box]:
    """Boxes inside `box` and outside all of `without`, disjoint, one after the other."""
    budget.spend()
    for index, other in enumerate(without):
        common = meet(box, other)
        if common is not None:
            yield from _around(box, other, without[index + 1 :], full, budget)
            return
    yield box


def _around(
    box: Box, hole: Box, rest: Sequence[Box], full: Mapping[str, int], budget: Budget
) -> Iterator[Box]:
    """The parts of `box` outside `hole`, each then searched further."""
    left = dict(box)
    for key, mask in hole.items():
        allowed = left.get(key, full[key])
        outside = allowed & ~mask
        if outside:
            yield from points({**left, key: outside}, rest, full, budget)
        left[key] = allowed & mask
