"""map, filter, some, all, none, reduce, count_if: each chain of them becomes one `for`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from orderloom.engine.jsonlogic.closures import LOOPS, weight
from orderloom.engine.jsonlogic.codegen import pieces as p
from orderloom.engine.jsonlogic.codegen.emit import Emitter, FastForm
from orderloom.engine.jsonlogic.codegen.frame import Frame, Kind, Scope, Value
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.standard import NAMES
from orderloom.engine.jsonlogic.tree import Literal, Node, Op, walk

# A stage that may fail must not be skipped by a loop that ends early.
_MAY_FAIL: Final = frozenset({"*", "cat", "merge", "missing_some", "fact"})


@dataclass(frozen=True, slots=True)
class _Chain:
    """filter and map stages, from the list outwards, then what is done with what is left."""

    source: Node
    stages: tuple[Op, ...]
    end: Op

    @property
    def cost(self) -> int:
        return weight(self.end) + sum(map(weight, self.stages))


def _chain(node: Op, names: Names) -> _Chain:
    stages: list[Op] = []
    source = node.args[0]
    while (
        isinstance(source, Op)
        and source.name in ("filter", "map")
        and not any(_fails(inner, names) for inner in walk(source.args[1]))
    ):
        stages.insert(0, source)
        source = source.args[0]
    return _Chain(source, tuple(stages), node)


def _fails(node: Node, names: Names) -> bool:
    if not isinstance(node, Op):
        return False
    known = node.name in NAMES or node.name in names.operators
    return node.name in _MAY_FAIL or not known


def _nested(node: Op) -> bool:
    bodies = [walk(arg) for arg in node.args[1:2]]
    return any(isinstance(n, Op) and n.name in LOOPS for body in bodies for n in body)


class _Loop:
    """The function around one chain."""

    def __init__(self, emitter: Emitter, node: Op) -> None:
        self.emitter = emitter
        self.chain = _chain(node, emitter.program.names)
        self._key = f"{node.pointer}:for"
        if any(map(_nested, (*self.chain.stages, node))):
            emitter.program.with_run = True

    def frame(self, scope: Scope, role: str = "") -> Frame:
        """The inside of the loop; what it loads is loaded for every item."""
        return self.emitter.program.frame(self._key + role, scope)

    def stages(self, frame: Frame) -> str:
        """Statements that pass on or skip the item; gives the local that holds it then."""
        item = "item"
        for index, stage in enumerate(self.chain.stages):
            inner = self.frame(Scope(item), f":{index}")
            if stage.name == "filter":
                test = self.emitter.test(stage.args[1], inner)
                frame.block += [*inner.block, p.branch(p.negated(test), ast.Continue())]
            else:
                value = self.emitter.value(stage.args[1], inner).expr
                item = f"item{index}"
                frame.block += [*inner.block, p.assign(item, value)]
        return item

    def call(
        self, frame: Frame, empty: ast.expr, before: list[ast.stmt], body: list[ast.stmt],
        after: ast.expr, *extra: tuple[str, ast.expr],
    ) -> ast.expr:  # fmt: skip
        """Define `def each(items, …)` and give the expression that calls it."""
        not_list = p.branch(p.kind_is_not(p.name("items"), "list"), p.give(empty))
        block = [not_list, *self._charge(), *before]
        block += [p.loop("item", "items", body), p.give(after)]
        program = self.emitter.program
        identifier = program.define("each", ["items", *[name for name, _ in extra]], block)
        source = self.emitter.value(self.chain.source, frame).expr
        return program.call(identifier, source, *[value for _, value in extra])

    def _charge(self) -> list[ast.stmt]:
        program = self.emitter.program
        size = p.call("len", p.name("items"))
        retreat = ast.Raise(p.name("Retreat"), None)
        if not program.with_run:
            # No loop inside a loop: an even share of the budget for each is a safe bound.
            share = program.budget // (program.loops * self.chain.cost)
            return [p.branch(p.compare(size, p.GREATER, p.constant(share)), retreat)]
        left = ast.Attribute(p.name("run"), "left", p.LOAD)
        spent = ast.BinOp(size, ast.Mult(), p.constant(self.chain.cost))
        store = ast.Attribute(p.name("run"), "left", p.STORE)
        return [
            ast.Assign([store], ast.BinOp(left, ast.Sub(), spent)),
            p.branch(p.compare(left, p.LESS, p.constant(0)), retreat),
        ]


def _judged(
    emitter: Emitter, node: Op, frame: Frame, found: bool, when: Callable[[ast.expr], ast.expr]
) -> Value:
    """A loop that ends at the first item that decides."""
    loop = _Loop(emitter, node)
    inside = loop.frame(Scope("item"))
    item = loop.stages(inside)
    body = loop.frame(Scope(item), ":body")
    test = when(emitter.test(node.args[1], body))
    decided = p.branch(test, p.give(p.constant(found)))
    statements = [*inside.block, *body.block, decided]
    otherwise = p.constant(not found)
    return Value(loop.call(frame, otherwise, [], statements, otherwise), "bool")


def some(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """some."""
    return _judged(emitter, node, frame, True, lambda test: test)


def none(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """none."""
    return _judged(emitter, node, frame, False, lambda test: test)


def every(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """all: false where there is nothing."""
    loop = _Loop(emitter, node)
    inside = loop.frame(Scope("item"))
    item = loop.stages(inside)
    body = loop.frame(Scope(item), ":body")
    test = p.negated(emitter.test(node.args[1], body))
    statements = [*inside.block, *body.block, p.branch(test, p.give(p.constant(False)))]
    statements.append(p.assign("any_at_all", p.constant(True)))
    before: list[ast.stmt] = [p.assign("any_at_all", p.constant(False))]
    no = p.constant(False)
    return Value(loop.call(frame, no, before, statements, p.name("any_at_all")), "bool")


def _collected(emitter: Emitter, node: Op, frame: Frame, *, keep: bool) -> Value:
    loop = _Loop(emitter, node)
    inside = loop.frame(Scope("item"))
    item = loop.stages(inside)
    body = loop.frame(Scope(item), ":body")
    if keep:
        test = emitter.test(node.args[1], body)
        add = p.branch(test, ast.Expr(p.call("add", p.name(item))))
        statements = [*inside.block, *body.block, add]
    else:
        value = emitter.value(node.args[1], body).expr
        statements = [*inside.block, *body.block, ast.Expr(p.call("add", value))]
    before: list[ast.stmt] = [
        p.assign("out", ast.List([], p.LOAD)),
        p.assign("add", ast.Attribute(p.name("out"), "append", p.LOAD)),
    ]
    empty = ast.List([], p.LOAD)
    return Value(loop.call(frame, empty, before, statements, p.name("out")), "list")


def mapped(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """map."""
    return _collected(emitter, node, frame, keep=False)


def filtered(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """filter."""
    return _collected(emitter, node, frame, keep=True)


def counted(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """count_if."""
    emitter.program.names.check(node)
    loop = _Loop(emitter, node)
    inside = loop.frame(Scope("item"))
    item = loop.stages(inside)
    body = loop.frame(Scope(item), ":body")
    test = emitter.test(node.args[1], body)
    more = p.assign("count", ast.BinOp(p.name("count"), ast.Add(), p.constant(1)))
    statements = [*inside.block, *body.block, p.branch(test, more)]
    before: list[ast.stmt] = [p.assign("count", p.constant(0))]
    return Value(loop.call(frame, p.constant(0), before, statements, p.name("count")), "num")


def reduced(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """reduce."""
    start = node.args[2] if len(node.args) > 2 else Literal(node.pointer, None)
    initial = emitter.value(start, frame)
    loop = _Loop(emitter, node)
    inside = loop.frame(Scope("item"))
    item = loop.stages(inside)
    body = loop.frame(Scope(item, "so_far", initial.kind), ":body")
    value = emitter.value(node.args[1], body)
    if value.kind != initial.kind and initial.kind != "any":
        body = loop.frame(Scope(item, "so_far"), ":body any")
        value = emitter.value(node.args[1], body)
    statements = [*inside.block, *body.block, p.assign("so_far", value.expr)]
    kind: Kind = value.kind if value.kind == initial.kind else "any"
    so_far = p.name("so_far")
    expr = loop.call(frame, so_far, [], statements, so_far, ("so_far", initial.expr))
    return Value(expr, kind)


def fact(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """fact: a look-up, absent ones are reported by the closure."""
    key = emitter.program.names.fact(node)
    if frame.scope.data == "data":
        facts: ast.expr = p.method(p.name("data"), "get", p.constant("$facts"))
    else:
        emitter.program.with_run = True
        root = ast.Attribute(p.name("run"), "root", p.LOAD)
        facts = p.method(root, "get", p.constant("$facts"))
    return Value(ast.Subscript(facts, p.constant(key), p.LOAD))


LOOP_FORMS: Final[Mapping[str, FastForm]] = {
    "some": some,
    "none": none,
    "all": every,
    "map": mapped,
    "filter": filtered,
    "reduce": reduced,
    "count_if": counted,
    "fact": fact,
}
