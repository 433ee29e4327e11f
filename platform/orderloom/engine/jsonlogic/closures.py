"""The reference evaluator: one Python closure per node, meaning exactly json-logic-js 2.0.5."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.engine.jsonlogic.coerce import UNDEFINED, hashable, truthy
from orderloom.engine.jsonlogic.errors import RuleFailed
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.standard import BINARY, EAGER, ON_DATA, Function, follow
from orderloom.engine.jsonlogic.tree import ListNode, Literal, Node, Op, constant, to_json, walk

BUDGET: Final = 1_000_000  # steps: items visited times the size of what is done to each


class Run:
    """One evaluation: the whole data, and the steps that are left."""

    __slots__ = ("left", "root")

    def __init__(self, root: Any, budget: int = BUDGET) -> None:
        self.root = root
        self.left = budget

    def charge(self, steps: int, pointer: str) -> None:
        """Pay for a loop before it runs; raises RuleFailed when the budget is used up."""
        self.left -= steps
        if self.left < 0:
            raise RuleFailed("rules.too_costly", pointer)


Closure = Callable[[Any, Run], Any]
Watch = Callable[[Node, Closure], Closure]


class Builder:
    """Turns nodes into closures. `watch` may wrap each one, which is how traces are made."""

    def __init__(self, names: Names, watch: Watch | None = None) -> None:
        self.names = names
        self.watch = watch

    def build(self, node: Node) -> Closure:
        """The closure of a node and all below it."""
        closure = self._closure(node)
        return self.watch(node, closure) if self.watch else closure

    def _closure(self, node: Node) -> Closure:
        if isinstance(node, Literal):
            value = node.value
            return lambda data, run: value
        if isinstance(node, ListNode):
            return self._list(node)
        special = _SPECIAL.get(node.name)
        if special:
            return special(self, node)
        if node.name in EAGER:
            return self.eager(node, EAGER[node.name])
        if node.name in self.names.operators:
            own = _OWN.get(node.name)
            return own(self, node) if own else self.eager(node, self.names.bind(node))
        return _unknown(node)

    def _list(self, node: ListNode) -> Closure:
        items = [self.build(item) for item in node.items]
        return lambda data, run: [item(data, run) for item in items]

    def eager(self, node: Op, function: Function) -> Closure:
        """A closure that evaluates all arguments and calls the function with them."""
        args = [self.build(arg) for arg in node.args]
        if len(args) == 1:
            only = args[0]
            return lambda data, run: function(only(data, run))
        if len(args) == 2:
            first, second = args
            function = BINARY.get(node.name, function)
            return lambda data, run: function(first(data, run), second(data, run))
        return lambda data, run: function(*[arg(data, run) for arg in args])


def _unknown(node: Op) -> Closure:
    def fail(data: Any, run: Run) -> Any:
        raise RuleFailed("rules.unknown_operator", node.pointer, operator=node.name)

    return fail


def _var(builder: Builder, node: Op) -> Closure:
    path = node.args[0] if node.args else None
    if not isinstance(path, Literal) or not isinstance(path.value, str) or path.value == "":
        return _on_data(builder, node)
    steps = path.value.split(".")
    if len(node.args) == 1 and len(steps) == 1:
        return _field(steps[0])
    if len(node.args) == 1:
        return lambda data, run: follow(data, steps, None)
    if len(node.args) > 2:
        return _on_data(builder, node)
    default = builder.build(node.args[1])

    def with_default(data: Any, run: Run) -> Any:
        otherwise = default(data, run)
        return follow(data, steps, None if otherwise is UNDEFINED else otherwise)

    return with_default


def _field(name: str) -> Closure:
    steps = [name]

    def read(data: Any, run: Run) -> Any:
        if data.__class__ is dict:
            value = data.get(name)
            return None if value is UNDEFINED else value
        return follow(data, steps, None)

    return read


def _in(builder: Builder, node: Op) -> Closure:
    items = to_json(node.args[1]) if len(node.args) == 2 and constant(node.args[1]) else None
    if builder.watch or not isinstance(items, list) or not hashable(items):
        return builder.eager(node, EAGER["in"])
    needle, members = builder.build(node.args[0]), frozenset(items)

    def listed(data: Any, run: Run) -> bool:
        value = needle(data, run)
        return value.__class__ is not list and value.__class__ is not dict and value in members

    return listed


def _on_data(builder: Builder, node: Op) -> Closure:
    function = ON_DATA[node.name]
    args = [builder.build(arg) for arg in node.args]
    return lambda data, run: function(data, *[arg(data, run) for arg in args])


def _if(builder: Builder, node: Op) -> Closure:
    args = [builder.build(arg) for arg in node.args]
    pairs = list(zip(args[:-1:2], args[1::2], strict=True))
    otherwise = args[-1] if len(args) % 2 else None

    def choose(data: Any, run: Run) -> Any:
        for test, value in pairs:
            if truthy(test(data, run)):
                return value(data, run)
        return otherwise(data, run) if otherwise else None

    return choose


def _and(builder: Builder, node: Op) -> Closure:
    args = [builder.build(arg) for arg in node.args]

    def first_false(data: Any, run: Run) -> Any:
        value: Any = UNDEFINED
        for arg in args:
            value = arg(data, run)
            if not truthy(value):
                return value
        return value

    return first_false


def _or(builder: Builder, node: Op) -> Closure:
    args = [builder.build(arg) for arg in node.args]

    def first_true(data: Any, run: Run) -> Any:
        value: Any = UNDEFINED
        for arg in args:
            value = arg(data, run)
            if truthy(value):
                return value
        return value

    return first_true


def _nothing(data: Any, run: Run) -> Any:
    return UNDEFINED


def weight(node: Op) -> int:
    """The steps one item of a loop costs."""
    return 1 + sum(1 for _ in walk(node.args[1])) if len(node.args) > 1 else 1


def _loop(builder: Builder, node: Op) -> tuple[Callable[[Any, Run], list[Any] | None], Closure]:
    """The list to go through (None if it is none), paid for, and what is done to each item."""
    source = builder.build(node.args[0]) if node.args else _nothing
    body = builder.build(node.args[1]) if len(node.args) > 1 else _nothing
    cost, pointer = weight(node), node.pointer

    def items(data: Any, run: Run) -> list[Any] | None:
        value = source(data, run)
        if value.__class__ is not list:
            return None
        run.charge(len(value) * cost, pointer)
        return value

    return items, body


def _map(builder: Builder, node: Op) -> Closure:
    items, body = _loop(builder, node)
    return lambda data, run: [body(item, run) for item in items(data, run) or ()]


def _filter(builder: Builder, node: Op) -> Closure:
    items, body = _loop(builder, node)
    return lambda data, run: [i for i in items(data, run) or () if truthy(body(i, run))]


def _count_if(builder: Builder, node: Op) -> Closure:
    builder.names.check(node)
    items, body = _loop(builder, node)
    return lambda data, run: sum(truthy(body(item, run)) for item in items(data, run) or ())


def _all(builder: Builder, node: Op) -> Closure:
    items, body = _loop(builder, node)

    def every(data: Any, run: Run) -> bool:
        found = items(data, run)
        return bool(found) and all(truthy(body(item, run)) for item in found or ())

    return every


def _some(builder: Builder, node: Op) -> Closure:
    items, body = _loop(builder, node)
    return lambda data, run: any(truthy(body(item, run)) for item in items(data, run) or ())


def _none(builder: Builder, node: Op) -> Closure:
    some = _some(builder, node)
    return lambda data, run: not some(data, run)


def _reduce(builder: Builder, node: Op) -> Closure:
    items, body = _loop(builder, node)
    initial = builder.build(node.args[2]) if len(node.args) > 2 else None

    def fold(data: Any, run: Run) -> Any:
        found = items(data, run)
        value = initial(data, run) if initial else None
        for item in found or ():
            value = body({"current": item, "accumulator": value}, run)
        return value

    return fold


def _fact(builder: Builder, node: Op) -> Closure:
    key = builder.names.fact(node)

    def fact(data: Any, run: Run) -> Any:
        facts = follow(run.root, ["$facts"], None)
        if facts.__class__ is not dict or key not in facts:
            raise RuleFailed("rules.fact_not_supplied", node.pointer, fact=key)
        return facts[key]

    return fact


_SPECIAL: Final[Mapping[str, Callable[[Builder, Op], Closure]]] = {
    "var": _var,
    "in": _in,
    "missing": _on_data,
    "missing_some": _on_data,
    "if": _if,
    "?:": _if,
    "and": _and,
    "or": _or,
    "map": _map,
    "filter": _filter,
    "all": _all,
    "some": _some,
    "none": _none,
    "reduce": _reduce,
}
LOOPS: Final = frozenset({"map", "filter", "all", "some", "none", "reduce", "count_if"})
_OWN: Final[Mapping[str, Callable[[Builder, Op], Closure]]] = {
    "count_if": _count_if,
    "fact": _fact,
}
