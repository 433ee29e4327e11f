"""Which fields and facts a rule reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderloom.engine.jsonlogic.coerce import to_text
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.tree import Literal, Node, Op, children, constant, to_json, walk

# Where the rule may read anything, as the path is only known from the data.
ANYTHING: Final = "*"
_SCOPED: Final = frozenset({"map", "filter", "all", "none", "some", "count_if"})


def variables_of(node: Node) -> frozenset[str]:
    """The paths a rule reads, `lines[].qty` for a field of each line; "*" for any."""
    return frozenset(_reads(node, ""))


def facts_of(node: Node, names: Names) -> tuple[str, ...]:
    """The keys of the facts a rule asks for, sorted."""
    if "fact" not in names.operators:
        return ()
    found = {names.fact(n) for n in walk(node) if isinstance(n, Op) and n.name == "fact"}
    return tuple(sorted(found))


def _reads(node: Node, scope: str | None) -> Iterator[str]:
    """`scope`: the prefix of paths at this place; None where the items are not fields."""
    if not isinstance(node, Op):
        for child in children(node):
            yield from _reads(child, scope)
        return
    if node.name == "var":
        yield from _variable(node, scope)
    elif node.name in ("missing", "missing_some"):
        yield from _missing(node, scope)
    elif node.name == "reduce":
        yield from _reduce(node, scope)
    elif node.name in _SCOPED:
        yield from _loop(node, scope)
    else:
        for arg in node.args:
            yield from _reads(arg, scope)
        if node.name == "sum_of":
            yield from _summed(node, scope)


def _place(scope: str | None, path: str) -> Iterator[str]:
    if scope is None:
        return
    if path:
        yield f"{scope}{path}"
    elif scope:
        yield scope.removesuffix(".")
    else:
        yield ANYTHING


def _variable(node: Op, scope: str | None) -> Iterator[str]:
    path = node.args[0] if node.args else Literal(node.pointer, "")
    for arg in node.args:
        yield from _reads(arg, scope)
    if isinstance(path, Literal) and not isinstance(path.value, dict):
        yield from _place(scope, "" if path.value is None else to_text(path.value))
    else:
        yield ANYTHING


def _missing(node: Op, scope: str | None) -> Iterator[str]:
    keys = node.args[1:] if node.name == "missing_some" else node.args
    for arg in node.args:
        yield from _reads(arg, scope)
        if arg in keys and not constant(arg):
            yield ANYTHING
    for key in keys:
        listed = to_json(key) if constant(key) else []
        for name in listed if isinstance(listed, list) else [listed]:
            yield from _place(scope, to_text(name))


def _source(node: Op, scope: str | None) -> str | None:
    """The prefix of paths inside a loop, None when its items are not fields of the data."""
    source = node.args[0] if node.args else None
    while isinstance(source, Op) and source.name == "filter" and source.args:
        source = source.args[0]
    if not isinstance(source, Op) or source.name != "var" or not source.args or scope is None:
        return None
    path = source.args[0]
    if not isinstance(path, Literal) or not isinstance(path.value, str):
        return None
    return f"{scope}{path.value}[]."


def _loop(node: Op, scope: str | None) -> Iterator[str]:
    for source in node.args[:1]:
        yield from _reads(source, scope)
    for body in node.args[1:2]:
        yield from _reads(body, _source(node, scope))


def _summed(node: Op, scope: str | None) -> Iterator[str]:
    path = node.args[1] if len(node.args) > 1 else None
    if isinstance(path, Literal):
        yield from _place(_source(node, scope), to_text(path.value))


def _reduce(node: Op, scope: str | None) -> Iterator[str]:
    for index in (0, 2):
        if index < len(node.args):
            yield from _reads(node.args[index], scope)
    inside = _source(node, scope)
    for body in node.args[1:2]:
        for path in _reads(body, ""):
            if path == ANYTHING:
                yield path
            elif path == "current" or path.startswith("current."):
                yield from _place(inside, path[8:])
            elif path.startswith("current[]") and inside is not None:
                yield inside.removesuffix(".") + path[7:]
