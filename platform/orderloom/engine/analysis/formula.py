"""A condition as and/or over single-field tests, ready to be turned into boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orderloom.engine.analysis.boxes import Box, Budget, TooHard, meet
from orderloom.engine.jsonlogic import Literal, Node, Op
from orderloom.engine.jsonlogic.coerce import truthy

MOST_BOXES = 3000


@dataclass(frozen=True)
class Atom:
    """A test that is true for some standing values of `key`; see `Reader` for what keys are."""

    key: str
    node: Node


@dataclass(frozen=True)
class Not:
    inner: Formula


@dataclass(frozen=True)
class Every:
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Any_:
    parts: tuple[Formula, ...]


Formula = Atom | Not | Every | Any_
TRUE: Formula = Every(())
FALSE: Formula = Any_(())


def read(node: Node, name: Callable[[Node], str]) -> Formula:
    """The formula of a condition; `name` gives each test the key it depends on."""
    match node:
        case Literal():
            return TRUE if truthy(node.value) else FALSE
        case Op(name="and" | "or"):
            parts = tuple(read(arg, name) for arg in node.args)
            return Every(parts) if node.name == "and" else Any_(parts)
        case Op(name="!"):
            return Not(read(node.args[0], name)) if node.args else TRUE
        case Op(name="!!"):
            return read(node.args[0], name) if node.args else FALSE
        case Op(name="if"):
            return _choice(node.args, name)
    return Atom(name(node), node)


def _choice(args: tuple[Node, ...], name: Callable[[Node], str]) -> Formula:
    if not args:
        return FALSE
    if len(args) == 1:
        return read(args[0], name)
    condition = read(args[0], name)
    then, otherwise = read(args[1], name), _choice(args[2:], name)
    return Any_((Every((condition, then)), Every((Not(condition), otherwise))))


def atoms(formula: Formula) -> Iterable[Atom]:
    """Every test in a formula."""
    match formula:
        case Atom():
            yield formula
        case Not(inner):
            yield from atoms(inner)
        case Every(parts) | Any_(parts):
            for part in parts:
                yield from atoms(part)


def boxes(
    formula: Formula, mask: Callable[[Atom, bool], int], budget: Budget, *, wanted: bool = True
) -> list[Box]:
    """The boxes in which the formula is `wanted`. `mask(atom, wanted)`: its allowed values."""
    budget.spend()
    match formula:
        case Atom():
            allowed = mask(formula, wanted)
            return [{formula.key: allowed}] if allowed else []
        case Not(inner):
            return boxes(inner, mask, budget, wanted=not wanted)
        case Every(parts):
            all_needed = wanted
        case Any_(parts):
            all_needed = not wanted
    groups = [boxes(part, mask, budget, wanted=wanted) for part in parts]
    return _product(groups, budget) if all_needed else _union(groups)


def _union(groups: list[list[Box]]) -> list[Box]:
    found = [box for group in groups for box in group]
    if len(found) > MOST_BOXES:
        raise TooHard
    return found


def _product(groups: list[list[Box]], budget: Budget) -> list[Box]:
    found: list[Box] = [{}]
    for group in sorted(groups, key=len):
        budget.spend()
        pairs = (meet(box, other) for box in found for other in group)
        found = [box for box in pairs if box is not None]
        if len(found) > MOST_BOXES:
            raise TooHard
    return found
