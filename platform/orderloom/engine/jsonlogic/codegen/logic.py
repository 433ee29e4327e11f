"""Choices and truth: if, and, or, !, !!, var."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from orderloom.engine.jsonlogic.clean import cleaned
from orderloom.engine.jsonlogic.codegen import pieces as p
from orderloom.engine.jsonlogic.codegen.emit import Emitter, path_of
from orderloom.engine.jsonlogic.codegen.frame import Frame, Kind, Value
from orderloom.engine.jsonlogic.tree import Literal, Node, Op

End = Callable[[Emitter, Node, Frame], ast.expr]
_INLINE: Final = 4  # longer choices become a function of their own, with plain statements


def variable(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """var with a written-out path."""
    return emitter.variable(node, frame) if path_of(node) else None


def cases(node: Op) -> tuple[list[tuple[Node, Node]], Node]:
    """The (condition, value) pairs of an `if`, and what holds otherwise."""
    pairs = list(zip(node.args[:-1:2], node.args[1::2], strict=True))
    otherwise = node.args[-1] if len(node.args) % 2 else Literal(node.pointer, None)
    return pairs, otherwise


def choice(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """if, as an expression."""
    pairs, otherwise = cases(node)
    if _is_long(pairs, frame):
        return _outlined(emitter, node, frame)
    result = emitter.value(otherwise, frame)
    for test, value in reversed(pairs):
        yes = emitter.value(value, frame)
        kind = yes.kind if yes.kind == result.kind else "any"
        result = Value(p.either(emitter.test(test, frame), yes.expr, result.expr), kind)
    return result


def choice_test(emitter: Emitter, node: Op, frame: Frame) -> ast.expr:
    """if, where only the truth counts."""
    pairs, otherwise = cases(node)
    if _is_long(pairs, frame):
        return emitter.truth(_outlined(emitter, node, frame), frame)
    result = emitter.test(otherwise, frame)
    for test, value in reversed(pairs):
        result = p.either(emitter.test(test, frame), emitter.test(value, frame), result)
    return result


def _is_long(pairs: list[tuple[Node, Node]], frame: Frame) -> bool:
    # In a reduction, all that `var ""` gives is one object; functions would make their own.
    return len(pairs) > _INLINE and frame.scope.so_far is None


def _outlined(emitter: Emitter, node: Op, frame: Frame) -> Value:
    inner = emitter.program.frame(f"{node.pointer}:if", frame.scope)
    ends(emitter, node, inner, as_value)
    params = frame.scope.params
    identifier = emitter.program.define("choose", params, inner.block)
    return Value(emitter.program.call(identifier, *map(p.name, params)))


def as_value(emitter: Emitter, node: Node, frame: Frame) -> ast.expr:
    """How `ends` returns a value that stays inside the rule."""
    return emitter.value(node, frame).expr


def as_result(emitter: Emitter, node: Node, frame: Frame) -> ast.expr:
    """How `ends` returns the value of the whole rule."""
    value = emitter.value(node, frame)
    if value.is_fixed and value.kind != "list":
        return p.constant(cleaned(value.fixed))
    if value.kind in ("bool", "str"):
        return value.expr
    first, again = emitter.twice(value.expr, frame)
    plain = p.compare(ast.Attribute(first, "__class__", p.LOAD), p.IN, p.name("PLAIN"))
    return p.either(plain, again, p.call("cleaned", again))


def as_test(emitter: Emitter, node: Node, frame: Frame) -> ast.expr:
    """How `ends` returns whether the whole rule holds."""
    return emitter.boolean(node, frame)


def ends(emitter: Emitter, node: Node, frame: Frame, how: End) -> None:
    """Statements that return the node's value; what a branch loads is loaded in that branch."""
    if isinstance(node, Op) and node.name in ("if", "?:"):
        pairs, otherwise = cases(node)
        for test, value in pairs:
            met = emitter.test(test, frame)
            with frame.inner() as block:
                ends(emitter, value, frame, how)
            frame.block.append(p.branch(met, *block))
        ends(emitter, otherwise, frame, how)
    elif how is as_test and isinstance(node, Op) and node.name in ("and", "or") and node.args:
        *first, last = node.args
        stops = node.name == "or"
        for arg in first:
            met = emitter.test(arg, frame)
            done = p.give(p.constant(stops))
            frame.block.append(p.branch(met if stops else p.negated(met), done))
        ends(emitter, last, frame, how)
    else:
        frame.block.append(p.give(how(emitter, node, frame)))


def conjunction(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """and: the first false value, or the last one."""
    return _joined(emitter, node, frame, ast.And())


def disjunction(emitter: Emitter, node: Op, frame: Frame) -> Value:
    """or: the first true value, or the last one."""
    return _joined(emitter, node, frame, ast.Or())


def _joined(emitter: Emitter, node: Op, frame: Frame, how: ast.And | ast.Or) -> Value:
    values = [emitter.value(arg, frame) for arg in node.args]
    *first, last = values
    if not first:
        return last
    kinds: set[Kind] = {value.kind for value in values}
    kind: Kind = last.kind if len(kinds) == 1 else "any"
    if all(value.kind in ("bool", "str", "list") for value in first):
        # Python's own `and` and `or` hand on the same operand for these.
        return Value(ast.BoolOp(how, [value.expr for value in values]), kind)
    result = last.expr
    for value in reversed(first):
        first_use = again = value.expr
        if not value.is_fixed:
            first_use, again = emitter.twice(value.expr, frame)
        test = emitter.truth_of(value, first_use, again)
        yes, no = (result, again) if isinstance(how, ast.And) else (again, result)
        result = p.either(test, yes, no)
    return Value(result, kind)


def conjunction_test(emitter: Emitter, node: Op, frame: Frame) -> ast.expr:
    """and, where only the truth counts."""
    return p.both(*[emitter.test(arg, frame) for arg in node.args])


def disjunction_test(emitter: Emitter, node: Op, frame: Frame) -> ast.expr:
    """or, where only the truth counts."""
    return p.any_of(*[emitter.test(arg, frame) for arg in node.args])


def negation(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """!."""
    return Value(negation_test(emitter, node, frame), "bool") if len(node.args) == 1 else None


def negation_test(emitter: Emitter, node: Op, frame: Frame) -> ast.expr:
    """! with at least one argument."""
    return p.negated(emitter.test(node.args[0], frame))


def truth(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """!!."""
    return Value(emitter.boolean(node.args[0], frame), "bool") if len(node.args) == 1 else None
