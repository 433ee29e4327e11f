"""What must be so where a condition holds, or where it does not: fields that are there, not 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from orderloom.engine.jsonlogic.check.types import subject_of
from orderloom.engine.jsonlogic.standard import BINARY
from orderloom.engine.jsonlogic.tree import Literal, Node, Op, constant, to_json

Known = frozenset[str]  # subjects that are there; with NOT_NOUGHT before them, also not zero
NOT_NOUGHT: Final = "≠0 "
NOTHING: Final[Known] = frozenset()


def is_fact(subject: str) -> bool:
    """Whether it is a fact, which is the same inside a loop."""
    return subject.removeprefix(NOT_NOUGHT).startswith("$")


# Operators of ours that are false of anything missing.
_FALSE_IF_MISSING: Final = frozenset(
    {"starts_with", "text_has", "in_region", "time_in", "workday", "in_set"}
)


def known(node: Node, holds: bool) -> Known:
    """What is known where the condition `holds`, or does not."""
    if not isinstance(node, Op):
        return NOTHING
    rule = _RULES.get(node.name)
    if rule:
        return rule(node, holds)
    if node.name in _FALSE_IF_MISSING and holds and node.args:
        return _there(node.args[0])
    return NOTHING


def _there(node: Node) -> Known:
    subject = subject_of(node)
    return frozenset({subject}) if subject else NOTHING


def _not(node: Op, holds: bool) -> Known:
    return known(node.args[0], not holds) if len(node.args) == 1 else NOTHING


def _truth(node: Op, holds: bool) -> Known:
    return known(node.args[0], holds) if len(node.args) == 1 else NOTHING


def _and(node: Op, holds: bool) -> Known:
    parts = [known(arg, holds) for arg in node.args]
    return NOTHING.union(*parts) if holds else _common(parts)


def _or(node: Op, holds: bool) -> Known:
    parts = [known(arg, holds) for arg in node.args]
    return _common(parts) if holds else NOTHING.union(*parts)


def _common(parts: list[Known]) -> Known:
    return parts[0].intersection(*parts[1:]) if parts else NOTHING


def _itself(node: Op, holds: bool) -> Known:
    return _there(node) if holds else NOTHING


def _compared(node: Op, holds: bool) -> Known:
    """With a constant: what missing, and nought, would have given is excluded."""
    asked = [arg for arg in node.args if not isinstance(arg, Literal)]
    if len(node.args) != 2 or len(asked) != 1:
        return NOTHING
    there = _there(asked[0])
    found = there if _outcome(node, None) is not holds else NOTHING
    if _outcome(node, 0) is not holds:
        found |= {NOT_NOUGHT + subject for subject in there}
    return found


def _outcome(node: Op, value: int | None) -> bool:
    left, right = (arg.value if isinstance(arg, Literal) else value for arg in node.args)
    if node.name in ("!=", "!=="):
        return not BINARY[node.name.replace("!", "=", 1)](left, right)
    return bool(BINARY[node.name](left, right))


def _in(node: Op, holds: bool) -> Known:
    if not holds or len(node.args) != 2 or not constant(node.args[1]):
        return NOTHING
    items = to_json(node.args[1])
    return NOTHING if isinstance(items, list) and None in items else _there(node.args[0])


def _missing(node: Op, holds: bool) -> Known:
    """An empty list, which is false, means that all are there."""
    if holds or not all(map(constant, node.args)):
        return NOTHING
    keys = [to_json(arg) for arg in node.args]
    listed = keys[0] if keys and isinstance(keys[0], list) else keys
    return frozenset(key for key in listed if isinstance(key, str))


_RULES: Final[Mapping[str, Callable[[Op, bool], Known]]] = {
    "!": _not,
    "!!": _truth,
    "and": _and,
    "or": _or,
    "var": _itself,
    "fact": _itself,
    "in": _in,
    "missing": _missing,
    **dict.fromkeys(("==", "!=", "===", "!==", "<", "<=", ">", ">="), _compared),
}
