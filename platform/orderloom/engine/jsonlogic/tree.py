"""The typed tree of a rule. Immutable; every node knows its JSON pointer in the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = Any  # None, bool, int, float, str, list[Json] or dict[str, Json]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands for itself: a scalar, or an object that is no operation."""

    pointer: str
    value: Json


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list among the arguments; its items are evaluated."""

    pointer: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Op:
    """One operation. `bare`: written {"!": x} instead of {"!": [x]}."""

    pointer: str
    name: str
    args: tuple[Node, ...]
    bare: bool


Node = Literal | ListNode | Op


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Op():
            return node.args
        case ListNode():
            return node.items
        case Literal():
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in document order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def to_json(node: Node) -> Json:
    """The document the tree was parsed from, value for value and key for key."""
    match node:
        case Literal():
            return _copy(node.value)
        case ListNode():
            return [to_json(item) for item in node.items]
        case Op(name=name, args=(only,), bare=True):
            return {name: to_json(only)}
        case Op():
            return {node.name: [to_json(arg) for arg in node.args]}


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def depth(node: Node) -> int:
    """How many nodes lie on the longest way down, the node itself included."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in children(node))
    return deepest


def constant(node: Node) -> bool:
    """Whether the value is known without data: a scalar, or a list of such."""
    match node:
        case Literal():
            return not isinstance(node.value, dict)
        case ListNode():
            return all(constant(item) for item in node.items)
        case Op():
            return False
