"""Standing values: a few values of a field that behave like all the others in given conditions.

For a comparison with 100 it is enough to look at 99, 100 and 101; for membership in a list, at its
members and one stranger. A domain is `exact` when the values taken are known to be enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from orderloom.engine.analysis.fields import FieldType
from orderloom.engine.analysis.moments import OPERATORS, instants
from orderloom.engine.jsonlogic import ListNode, Literal, Node, Op
from orderloom.engine.jsonlogic.tree import walk

STRANGER = "其他 other"
_MOST = 2000
_COMPARISONS = frozenset({"==", "===", "!=", "!==", "<", "<=", ">", ">=", "in", "!", "!!", "var"})
_TEXTS = frozenset({"starts_with", "text_has", "in_region", "in_set", "missing"})
_NUMBERS = frozenset({"integer", "money", "instant"})


@dataclass(frozen=True)
class Domain:
    """The standing values of one field."""

    values: tuple[Any, ...]
    exact: bool

    @property
    def full(self) -> int:
        """One bit for each value."""
        return (1 << len(self.values)) - 1


def domain_of(field: FieldType, atoms: Iterable[Node], words: Iterable[str]) -> Domain:
    """The standing values of a field in these conditions; `words`: members of named sets."""
    nodes = [node for atom in atoms for node in walk(atom)]
    operators = {node.name for node in nodes if isinstance(node, Op)} - {"fact"}
    constants, words = list(_constants(nodes)), list(words)
    make = _MAKERS.get(field.kind, _texts)
    values, exact = make(field, constants + words, operators)
    if operators & OPERATORS and field.kind in _NUMBERS:
        values, exact = instants(nodes, words), operators <= _COMPARISONS | OPERATORS
    found = [None, *values] if field.nullable else values
    unique = list({(type(value), repr(value)): value for value in found}.values())
    return Domain(tuple(unique[:_MOST]), exact and len(unique) <= _MOST)


def _constants(nodes: Iterable[Node]) -> Iterator[Any]:
    """Every scalar written in the conditions; names of fields among them do no harm."""
    for node in nodes:
        if isinstance(node, Literal) and not isinstance(node.value, dict | list):
            yield node.value
        elif isinstance(node, ListNode):
            yield from (i.value for i in node.items if isinstance(i, Literal))


def _numbers(field: FieldType, constants: list[Any], operators: set[str]) -> tuple[list[Any], bool]:
    known = sorted({c for c in constants if isinstance(c, int | float) and not isinstance(c, bool)})
    low = field.least if field.least is not None else -(10**6)
    values: list[Any] = [low, low + 1]
    for constant in known:
        whole = int(constant // 1)
        values += [whole - 1, whole, whole + 1]
    values = sorted({v for v in values if field.least is None or v >= field.least})
    return values, operators <= _COMPARISONS


def _texts(field: FieldType, constants: list[Any], operators: set[str]) -> tuple[list[Any], bool]:
    if field.choices:
        return list(field.choices), operators <= _COMPARISONS | _TEXTS
    words = sorted({c for c in constants if isinstance(c, str)})
    values: list[Any] = [*words, STRANGER]
    exact = operators <= _COMPARISONS | _TEXTS
    if operators & {"starts_with", "text_has"}:
        values += [word + "·" for word in words]
        values += ["·" + word + "·" for word in words]
        few = len(words) <= 24
        values += [a + b for a in words for b in words if a != b] if few else []
        exact = exact and few
    return values, exact


def _choices(field: FieldType, constants: list[Any], operators: set[str]) -> tuple[list[Any], bool]:
    return _texts(field, constants, operators)


def _yes_no(
    _field: FieldType, _constants: list[Any], operators: set[str]
) -> tuple[list[Any], bool]:
    return [True, False], operators <= _COMPARISONS


def _lists(_field: FieldType, constants: list[Any], operators: set[str]) -> tuple[list[Any], bool]:
    words = sorted({c for c in constants if isinstance(c, str)})
    few = len(words) <= 7
    sizes = range(len(words) + 1) if few else (0, 1, 2)
    values = [[*group] for size in sizes for group in combinations(words, size)]
    return [*values, [STRANGER]], few and operators <= _COMPARISONS


_MAKERS = {
    "integer": _numbers,
    "money": _numbers,
    "instant": _numbers,
    "yes_no": _yes_no,
    "texts": _lists,
    "choice": _choices,
}
