"""Sums, counts and formulas compared with constants: one number whose value is left open.

Leaving it open is safe: what no number can meet no order can. Whether an order has the number is
for witnesses to show.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from orderloom.engine.analysis.domains import Domain
from orderloom.engine.jsonlogic import ListNode, Literal, Node, Op
from orderloom.engine.jsonlogic.tree import children, constant

_COMPARING = frozenset({"==", "===", "!=", "!==", "<", "<=", ">", ">=", "in"})
_NUMERIC = frozenset({"sum_of", "count_if", "rdiv", "+", "-", "*", "/", "%", "min", "max"})


def measured(node: Node) -> Op | None:
    """The formula in a comparison of one formula with constants."""
    if not isinstance(node, Op) or node.name not in _COMPARING:
        return None
    open_ones = [arg for arg in node.args if not constant(arg)]
    only = open_ones[0] if len(open_ones) == 1 and len(node.args) > 1 else None
    return only if isinstance(only, Op) and only.name in _NUMERIC else None


def given(node: Node, value: Any) -> Node:
    """The comparison with the formula's value in its place."""
    if not isinstance(node, Op):
        return node
    args = tuple(arg if constant(arg) else Literal(arg.pointer, value) for arg in node.args)
    return Op(node.pointer, node.name, args, node.bare)


def numbers_of(nodes: Iterable[Node]) -> Domain:
    """Enough values of a formula for these comparisons; none, and what is no number, included."""
    known = sorted({c for node in nodes for c in _constants(node)})
    between = [(low + high) / 2 for low, high in pairwise(known)]
    ends = [known[0] - 1, known[-1] + 1] if known else [0]
    return Domain((*ends, *known, *between, None, float("nan")), exact=True)


def _constants(node: Node) -> Iterable[float]:
    for arg in children(node):
        for item in arg.items if isinstance(arg, ListNode) else (arg,):
            value = item.value if isinstance(item, Literal) else None
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield value
