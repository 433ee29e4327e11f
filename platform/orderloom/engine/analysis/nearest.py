"""The smallest change to one order that would make another row act on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from orderloom.engine.analysis import formula as fm
from orderloom.engine.analysis.boxes import Box, Budget, TooHard, points
from orderloom.engine.analysis.fields import Schema
from orderloom.engine.analysis.reader import Reader, Sets, Tables, holds
from orderloom.engine.jsonlogic import compile_rule, parse

STEPS = 20_000
LOOKED_AT = 400


@dataclass(frozen=True)
class Change:
    """What one thing the rules look at would have to be; `test` names it, `value` may be free."""

    test: str
    value: Any


def nearest(
    conditions: Sequence[Any],
    target: int,
    order: Mapping[str, Any],
    schema: Schema,
    sets: Sets,
    tables: Tables | None = None,
) -> list[Change] | None:
    """The fewest changes to `order` after which row `target` matches and no row above it does.

    None when there is no such change, or none was found within the budget.
    """
    reader = Reader(schema.order, sets, tables or {})
    formulas = [reader.read(parse(condition)) for condition in conditions[: target + 1]]
    reader.close()
    budget = Budget(STEPS)
    here = _standing(reader, order)
    best: list[Change] | None = None
    try:
        holes = [box for f in formulas[:-1] for box in reader.boxes(f, budget)]
        looked = 0
        for start in reader.boxes(formulas[-1], budget):
            close = points(_towards(start, here), holes, reader.full, budget)
            for box in chain(close, points(start, holes, reader.full, budget)):
                looked += 1
                changes = _changes(reader, box, here)
                if best is None or len(changes) < len(best):
                    best = changes
                if looked >= LOOKED_AT:
                    return best
    except (TooHard, RecursionError):
        return best
    return best


def _towards(box: Box, here: Mapping[str, int]) -> Box:
    """Keep what the order already has, where the box allows it."""
    kept = dict(box)
    for key, mine in here.items():
        if key not in kept:
            continue
        kept[key] = kept[key] & mine or kept[key]
    return kept


def _standing(reader: Reader, order: Mapping[str, Any]) -> dict[str, int]:
    """For each key the standing values that answer every test as the order itself does."""
    here = {}
    for key, nodes in reader.tests.items():
        bits = reader.full[key]
        for node in nodes:
            true = holds(compile_rule(node, sets=reader.sets, tables=reader.tables), order)
            bits &= reader.mask(fm.Atom(key, node), true)
        here[key] = bits
    return here


def _changes(reader: Reader, box: Box, here: Mapping[str, int]) -> list[Change]:
    wrong = {key: mask for key, mask in box.items() if not mask & here.get(key, 0)}
    return [Change(key, value) for key, value in sorted(reader.values(wrong).items())]
