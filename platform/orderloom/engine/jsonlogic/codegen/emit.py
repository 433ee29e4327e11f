"""Nodes to Python expressions. Whatever has no fast form here calls its closure."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.engine.jsonlogic.codegen import pieces as p
from orderloom.engine.jsonlogic.codegen.frame import Frame, Kind, Value, View
from orderloom.engine.jsonlogic.codegen.program import Program
from orderloom.engine.jsonlogic.coerce import parse_float, to_number, truthy
from orderloom.engine.jsonlogic.standard import EAGER
from orderloom.engine.jsonlogic.tree import ListNode, Literal, Node, Op, to_json
from orderloom.engine.jsonlogic.tree import constant as is_constant

FastForm = Callable[["Emitter", Op, Frame], Value | None]
TestForm = Callable[["Emitter", Op, Frame], ast.expr]
_GIVES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "!", "!!"), "bool"),
    **dict.fromkeys(("+", "-", "/", "%", "min", "max"), "num"),
    **dict.fromkeys(("cat", "substr"), "str"),
    "merge": "list",
}
_OWN_GIVES: Final[Mapping[str, Kind]] = {"boolean": "bool", "number": "num", "integer": "num"}


class Operand:
    """An argument not written yet: plain variables choose how they are read by their use."""

    def __init__(self, emitter: Emitter, node: Node, frame: Frame, value: Value | None) -> None:
        self._emitter, self._node, self._frame, self._value = emitter, node, frame, value
        self.kind: Kind = value.kind if value else "any"
        self.is_fixed = value.is_fixed if value else False
        self.fixed = value.fixed if value else None

    @property
    def is_scalar(self) -> bool:
        """Whether it is a scalar written out in the rule."""
        return self.is_fixed and self.kind != "list"

    @property
    def is_harmless(self) -> bool:
        """Whether it makes no difference if this is evaluated."""
        return self._value is None or self.is_fixed

    def raw(self) -> ast.expr:
        """The value itself. To be asked once, like `view`."""
        value = self._value or self._emitter.variable(self._node, self._frame)
        return value.expr

    def view(self, view: View) -> ast.expr:
        """The value as a number, or with lists as text."""
        if self._value is None:
            return self._emitter.seen_as(self._node, view, self._frame)
        return self._emitter.viewed(self._value, view, self._frame)


class Emitter:
    """Turns the nodes of one program into expressions."""

    def __init__(
        self, program: Program, forms: Mapping[str, FastForm], tests: Mapping[str, TestForm]
    ) -> None:
        self.program = program
        self._forms = forms
        self._tests = tests

    def value(self, node: Node, frame: Frame) -> Value:
        """The expression of a node's value."""
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, ListNode):
            items = [self.value(item, frame).expr for item in node.items]
            fixed = to_json(node) if is_constant(node) else None
            return Value(ast.List(items, p.LOAD), "list", fixed, is_fixed=fixed is not None)
        form = self._forms.get(node.name)
        made = form(self, node, frame) if form else None
        return made or self._general(node, frame)

    def _literal(self, node: Literal) -> Value:
        if isinstance(node.value, dict):
            return Value(p.name(self.program.bind(node.value)))
        value = node.value
        kind: Kind = "any"
        if isinstance(value, bool):
            kind = "bool"
        elif isinstance(value, int | float):
            kind = "num"
        elif isinstance(value, str):
            kind = "str"
        return Value(p.constant(value), kind, value, is_fixed=True)

    def _general(self, node: Op, frame: Frame) -> Value:
        operators = self.program.names.operators
        if node.name in EAGER:
            return self.apply(EAGER[node.name], node, frame, _GIVES.get(node.name, "any"))
        if node.name in operators and node.name not in ("count_if", "fact"):
            operator = operators[node.name]
            kind = "any" if operator.nullable else _OWN_GIVES.get(operator.returns, "any")
            return self.apply(self.program.names.bind(node), node, frame, kind)
        return self.embedded(node, frame)

    def apply(self, function: Any, node: Op, frame: Frame, kind: Kind) -> Value:
        """Call a Python function with the values of all arguments."""
        args = [self.value(arg, frame).expr for arg in node.args]
        return Value(p.call(self.program.bind(function), *args), kind)

    def embedded(self, node: Node, frame: Frame) -> Value:
        """Call the node's closure."""
        closure = self.program.embed(node)
        return Value(p.call(closure, self.whole(frame), p.name("run")))

    def whole(self, frame: Frame) -> ast.expr:
        """Everything `var` can see."""
        scope = frame.scope
        if scope.so_far is None:
            return p.name(scope.data)
        held = frame.hoisted("", "raw")
        if held:
            return p.name(held)
        keys: list[ast.expr | None] = [p.constant("current"), p.constant("accumulator")]
        both = ast.Dict(keys, [p.name(scope.data), p.name(scope.so_far)])
        return p.name(frame.hoist("", "raw", both))

    def test(self, node: Node, frame: Frame) -> ast.expr:
        """An expression whose Python truth is the node's truth."""
        form = self._tests.get(node.name) if isinstance(node, Op) else None
        if form and isinstance(node, Op):
            return form(self, node, frame)
        return self.truth(self.value(node, frame), frame)

    def truth(self, value: Value, frame: Frame) -> ast.expr:
        """The same for a value at hand."""
        if value.kind in ("bool", "truth", "str", "list") and not value.is_fixed:
            return value.expr
        return self.truth_of(value, *self.twice(value.expr, frame))

    def truth_of(self, value: Value, first: ast.expr, again: ast.expr) -> ast.expr:
        """The same, of an expression whose value is kept for further use."""
        if value.is_fixed:
            return p.constant(truthy(value.fixed))
        if value.kind in ("bool", "truth", "str", "list"):
            return first
        if value.kind == "num":
            return p.both(p.compare(first, p.EQUAL, again), again)
        return p.any_of(
            p.compare(first, p.IS, p.constant(True)),
            p.both(
                p.compare(again, p.IS_NOT, p.constant(False)),
                p.compare(again, p.IS_NOT, p.constant(None)),
                p.call("truthy", again),
            ),
        )

    def boolean(self, node: Node, frame: Frame) -> ast.expr:
        """An expression that is the node's truth itself, True or False."""
        test = self.test(node, frame)
        return test if _is_boolean(test) else p.negated(p.negated(test))

    def twice(self, expr: ast.expr, frame: Frame) -> tuple[ast.expr, ast.expr]:
        """An expression for the first use, evaluated once, and one for further uses."""
        if isinstance(expr, ast.Name | ast.Constant):
            return expr, expr
        temp = frame.temp()
        return p.named(temp, expr), p.name(temp)

    def operand(self, node: Node, frame: Frame) -> Operand:
        """A node whose expression depends on what it is compared or combined with."""
        found = path_of(node)
        if found is not None and plain_path(found[0], frame):
            return Operand(self, node, frame, None)
        return Operand(self, node, frame, self.value(node, frame))

    def seen_as(self, node: Node, view: View, frame: Frame) -> ast.expr:
        """A plain variable in a view, from a local if it is wanted often."""
        key = _key(*(path_of(node) or ("", None)))
        local = frame.hoisted(key, view)
        if local:
            return p.name(local)
        often = frame.often(key, view)
        expr = self.viewed(self.variable(node, frame), view, frame)
        return p.name(frame.hoist(key, view, expr)) if often else expr

    def viewed(self, value: Value, view: View, frame: Frame) -> ast.expr:
        """A value as a number (Number, parseFloat), or with lists as text."""
        if value.is_fixed and view != "text":
            convert = to_number if view == "number" else parse_float
            number = convert(value.fixed)
            return p.constant(number) if number == number else p.call(view_of[view], value.expr)
        if value.kind == "num" or (view == "number" and value.kind == "bool"):
            return value.expr
        if view == "text" and value.kind in ("bool", "str"):
            return value.expr
        first, again = self.twice(value.expr, frame)
        if view == "text":
            return p.either(p.kind_is_not(first, "list"), again, p.call("to_text", again))
        return p.either(p.kind_is(first, "int"), again, p.call(view_of[view], again))

    def variable(self, node: Node, frame: Frame) -> Value:
        """The value at a written-out path."""
        found = path_of(node)
        if found is None or not isinstance(node, Op):
            return self.value(node, frame)
        path, default = found
        if frame.scope.so_far is not None:
            return self._in_reduction(path, default, node, frame)
        if path == "":
            return Value(p.name(frame.scope.data))
        if not plain_path(path, frame):
            return self._followed(p.name(frame.scope.data), path, default)
        return Value(self._load(path, default, frame, p.name(frame.scope.data)))

    def _followed(self, start: ast.expr, path: str, default: Any) -> Value:
        steps = self.program.bind(path.split("."))
        return Value(p.call("follow", start, p.name(steps), p.constant(default)))

    def _in_reduction(self, path: str, default: Any, node: Op, frame: Frame) -> Value:
        scope = frame.scope
        name, _, rest = path.partition(".")
        if scope.so_far is None or name not in ("current", "accumulator"):
            return self.embedded(node, frame)
        local = scope.data if name == "current" else scope.so_far
        if not rest:
            kind = scope.so_far_kind if name == "accumulator" else "any"
            return Value(p.name(local), kind)
        if name == "accumulator" or not simple_steps(rest):
            return self._followed(p.name(local), rest, default)
        return Value(self._load(rest, default, frame, p.name(local)))

    def _load(self, path: str, default: Any, frame: Frame, start: ast.expr) -> ast.expr:
        key = _key(path, default)
        local = frame.hoisted(key, "raw")
        if local:
            return p.name(local)
        often = frame.often(key, "raw")
        expr = self._read(path, default, frame, start)
        return p.name(frame.hoist(key, "raw", expr)) if often else expr

    def _read(self, path: str, default: Any, frame: Frame, start: ast.expr) -> ast.expr:
        parent, _, last = path.rpartition(".")
        args = [p.constant(last)] if default is None else [p.constant(last), p.constant(default)]
        if not parent:
            return p.method(start, "get", *args)
        first, again = self.twice(self._load(parent, None, frame, start), frame)
        there = p.compare(first, p.IS_NOT, p.constant(None))
        return p.either(there, p.method(again, "get", *args), p.constant(default))


def _is_boolean(test: ast.expr) -> bool:
    match test:
        case ast.Compare() | ast.Constant(value=bool()) | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=parts):
            return all(map(_is_boolean, parts))
        case _:
            return False


view_of: Final[Mapping[View, str]] = {"number": "to_number", "parsed": "parse_float"}


def _key(path: str, default: Any) -> str:
    return path if default is None else f"{path}\0{json.dumps(default)}"


def path_of(node: Node) -> tuple[str, Any] | None:
    """Path and default of a `var` that is written out as text with a scalar default."""
    if not isinstance(node, Op) or node.name != "var" or len(node.args) > 2:
        return None
    path = node.args[0] if node.args else Literal("", "")
    default = node.args[1] if len(node.args) == 2 else Literal("", None)
    if not isinstance(path, Literal) or not isinstance(default, Literal):
        return None
    if isinstance(default.value, dict) or not (path.value is None or isinstance(path.value, str)):
        return None
    return path.value or "", default.value


def simple_steps(path: str) -> bool:
    """Whether every step can only be a key of an object."""
    return not any(step == "length" or step.isdigit() for step in path.split("."))


def plain_path(path: str, frame: Frame) -> bool:
    """Whether the variable is read with dict.get, and so worth keeping in a local."""
    if frame.scope.so_far is not None:
        name, _, path = path.partition(".")
        return name == "current" and bool(path) and simple_steps(path)
    return path != "" and simple_steps(path)
