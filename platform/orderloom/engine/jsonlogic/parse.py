"""JSON to tree, within bounds. Nothing is interpreted here: unknown operators stay operators."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from orderloom.engine.jsonlogic.errors import RuleInvalid
from orderloom.engine.jsonlogic.tree import Json, ListNode, Literal, Node, Op

# Python's recursion must survive the deepest tree anybody may configure.
DEEPEST = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one rule. `depth`: levels of nesting; `nodes`: operations, lists and values;
    `text`: characters in all strings and names together (and of a document given as text).
    """

    depth: int = 32
    nodes: int = 5_000
    text: int = 200_000


LIMITS = Limits()


def parse_text(text: str | bytes, limits: Limits = LIMITS) -> Node:
    """Read a rule from JSON text. Refuses what plain JSON readers drop silently: double keys."""
    if len(text) > limits.text:
        raise RuleInvalid("rules.too_long", "", size=len(text), limit=limits.text)
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except ValueError as error:
        raise RuleInvalid("rules.not_json", "", reason=str(error)) from error
    except RecursionError as error:
        raise RuleInvalid("rules.too_deep", "", limit=limits.depth) from error
    return parse(document, limits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RuleInvalid("rules.duplicate_key", None, key=twice)
    return document


def _no_constant(name: str) -> None:
    raise RuleInvalid("rules.not_json", "", reason=name)


def parse(rule: Json, limits: Limits = LIMITS, at: str = "") -> Node:
    """Read a rule from its JSON value; raises RuleInvalid with the pointer of the trouble.

    at: the pointer of the rule itself, where it is part of a larger document.
    """
    return _Parser(limits).node(rule, at, 1)


def pointer_of(parent: str, key: str | int) -> str:
    """The JSON pointer one step below `parent`."""
    if isinstance(key, int):
        return f"{parent}/{key}"
    return f"{parent}/{key.replace('~', '~0').replace('/', '~1')}"


class _Parser:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = min(limits.depth, DEEPEST)
        self._nodes = 0
        self._text = 0

    def node(self, value: Json, pointer: str, level: int) -> Node:
        self._count(pointer, level)
        if isinstance(value, dict):
            if len(value) == 1:
                ((name, argument),) = value.items()
                return self._operation(name, argument, pointer, level)
            return Literal(pointer, self._plain(value, pointer, level))
        if isinstance(value, list):
            items = [
                self.node(item, pointer_of(pointer, index), level + 1)
                for index, item in enumerate(value)
            ]
            return ListNode(pointer, tuple(items))
        return Literal(pointer, self._scalar(value, pointer))

    def _operation(self, name: Any, argument: Json, pointer: str, level: int) -> Op:
        inner = pointer_of(pointer, self._name(name, pointer))
        if not isinstance(argument, list):
            return Op(pointer, name, (self.node(argument, inner, level + 1),), bare=True)
        args = [
            self.node(item, pointer_of(inner, index), level + 1)
            for index, item in enumerate(argument)
        ]
        return Op(pointer, name, tuple(args), bare=False)

    def _count(self, pointer: str, level: int) -> None:
        self._nodes += 1
        if level > self._depth:
            raise RuleInvalid("rules.too_deep", pointer, limit=self._depth)
        if self._nodes > self._limits.nodes:
            raise RuleInvalid("rules.too_many_nodes", pointer, limit=self._limits.nodes)

    def _name(self, name: Any, pointer: str) -> str:
        if not isinstance(name, str):
            raise RuleInvalid("rules.not_json", pointer, reason=type(name).__name__)
        self._scalar(name, pointer)
        return name

    def _scalar(self, value: Json, pointer: str) -> Json:
        if isinstance(value, str):
            self._text += len(value)
            if self._text > self._limits.text:
                raise RuleInvalid("rules.too_long", pointer, limit=self._limits.text)
            return value
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        raise RuleInvalid("rules.not_json", pointer, reason=type(value).__name__)

    def _plain(self, value: Json, pointer: str, level: int) -> Json:
        """A copy of a value that is not interpreted, counted like everything else."""
        if isinstance(value, dict):
            return {
                self._name(name, pointer): self._inner(inner, pointer_of(pointer, name), level)
                for name, inner in value.items()
            }
        return [
            self._inner(inner, pointer_of(pointer, index), level)
            for index, inner in enumerate(value)
        ]

    def _inner(self, value: Json, pointer: str, level: int) -> Json:
        self._count(pointer, level + 1)
        if isinstance(value, dict | list):
            return self._plain(value, pointer, level + 1)
        return self._scalar(value, pointer)
