"""Comparisons, membership and arithmetic, using Python's own operators where they agree."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, Final

from orderloom.engine.jsonlogic import standard
from orderloom.engine.jsonlogic.codegen import pieces as p
from orderloom.engine.jsonlogic.codegen.emit import Emitter, FastForm, Operand
from orderloom.engine.jsonlogic.codegen.frame import Frame, Value
from orderloom.engine.jsonlogic.coerce import SAFE, hashable, text_to_number
from orderloom.engine.jsonlogic.tree import Literal, Op

_ORDER: Final[Mapping[str, ast.cmpop]] = {
    "<": p.LESS,
    "<=": p.LESS_EQUAL,
    ">": p.GREATER,
    ">=": p.GREATER_EQUAL,
}
_BELOW_HALVES: Final = "\ud7ff"  # up to here, Python orders text as JavaScript does


def _two(emitter: Emitter, node: Op, frame: Frame) -> tuple[Operand, Operand] | None:
    if len(node.args) != 2:
        return None
    return emitter.operand(node.args[0], frame), emitter.operand(node.args[1], frame)


def order(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """<, <=, > and >= with two arguments, or three numbers."""
    if len(node.args) == 3 and node.name in ("<", "<="):
        return _between(emitter, node, frame)
    pair = _two(emitter, node, frame)
    if pair is None:
        return None
    left, right = pair
    operator = _ORDER[node.name]
    if numeric(left) or numeric(right):
        numbers = [side.view("number") for side in pair]
        return Value(p.compare(numbers[0], operator, numbers[1]), "bool")
    if _plain_text(left) or _plain_text(right):
        text, other = (left, right) if _plain_text(left) else (right, left)
        first, again = emitter.twice(other.raw(), frame)
        sides = [text.raw(), again] if text is left else [again, text.raw()]
        exact = _ordered(node.name, *sides)
        fast = p.compare(sides[0], operator, sides[1])
        return Value(p.either(p.kind_is(first, "str"), fast, exact), "bool")
    return Value(_ordered(node.name, left.raw(), right.raw()), "bool")


def _ordered(name: str, left: ast.expr, right: ast.expr) -> ast.expr:
    function = "less" if name in ("<", ">") else "less_equal"
    return p.call(function, left, right) if name[0] == "<" else p.call(function, right, left)


def _between(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    sides = [emitter.operand(arg, frame) for arg in node.args]
    low, middle, high = map(numeric, sides)
    # A chain leaves the last side out when the first two decide; json-logic-js never does.
    if (middle or (low and high)) and sides[2].is_harmless:
        first, *others = [side.view("number") for side in sides]
        return Value(p.chain(first, _ORDER[node.name], *others), "bool")
    function = standard.less_than if node.name == "<" else standard.at_most
    args = [side.raw() for side in sides]
    return Value(p.call(emitter.program.bind(function), *args), "bool")


def numeric(value: Operand) -> bool:
    """Whether the other side of a comparison is turned into a number, whatever it is."""
    if value.is_fixed:
        return value.fixed is None or isinstance(value.fixed, bool | int | float)
    return value.kind in ("num", "bool")


def _plain_text(value: Operand) -> bool:
    return isinstance(value.fixed, str) and max(value.fixed, default="") <= _BELOW_HALVES


def equality(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """== and !=."""
    pair = _two(emitter, node, frame)
    if pair is None:
        return None
    expr = _equal(emitter, pair, frame)
    return Value(p.negated(expr) if node.name == "!=" else expr, "bool")


def _equal(emitter: Emitter, pair: tuple[Operand, Operand], frame: Frame) -> ast.expr:
    left, right = pair
    if left.kind == right.kind == "num":
        return p.compare(left.raw(), p.EQUAL, right.raw())
    known, other = (left, right) if left.is_scalar else (right, left)
    if not known.is_scalar or other.is_fixed:
        return p.call("loose_equal", left.raw(), right.raw())
    if known.fixed is None:
        return p.compare(other.raw(), p.IS, p.constant(None))
    if isinstance(known.fixed, bool):
        return _equals_truth(emitter, known, other, frame)
    if isinstance(known.fixed, str):
        return _equals_text(emitter, known, other, frame)
    return _equals_number(emitter, known, other, frame)


def _equals_truth(emitter: Emitter, known: Operand, other: Operand, frame: Frame) -> ast.expr:
    if other.kind == "bool":
        return other.raw() if known.fixed else p.negated(other.raw())
    first, again = emitter.twice(other.raw(), frame)
    return p.any_of(
        p.compare(first, p.IS, known.raw()),
        p.both(
            p.kind_is_not(again, "bool"),
            p.compare(again, p.IS_NOT, p.constant(None)),
            p.call("loose_equal", again, known.raw()),
        ),
    )


def _equals_text(emitter: Emitter, known: Operand, other: Operand, frame: Frame) -> ast.expr:
    number = text_to_number(str(known.fixed))
    if number != number and known.fixed != "[object Object]":
        # Only a text, or a list that reads the same, can be equal to words.
        return p.compare(other.view("text"), p.EQUAL, known.raw())
    first, again = emitter.twice(other.raw(), frame)
    fast = p.compare(again, p.EQUAL, known.raw())
    return p.either(p.kind_is(first, "str"), fast, p.call("loose_equal", again, known.raw()))


def _equals_number(emitter: Emitter, known: Operand, other: Operand, frame: Frame) -> ast.expr:
    if known.fixed != 0 or other.kind in ("num", "bool"):
        return p.compare(other.view("number"), p.EQUAL, known.raw())
    # Number(null) is 0, yet null == 0 is false.
    first, again = emitter.twice(other.raw(), frame)
    fast = p.compare(again, p.EQUAL, known.raw())
    return p.either(p.kind_is(first, "int"), fast, p.call("loose_equal", again, known.raw()))


def identity(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """=== and !==."""
    pair = _two(emitter, node, frame)
    if pair is None:
        return None
    known, other = pair if pair[0].is_scalar else pair[::-1]
    if known.is_scalar and not other.is_fixed:
        expr = _same(emitter, known, other, frame)
    else:
        expr = p.call("strict_equal", pair[0].raw(), pair[1].raw())
    return Value(p.negated(expr) if node.name == "!==" else expr, "bool")


def _same(emitter: Emitter, known: Operand, other: Operand, frame: Frame) -> ast.expr:
    if known.fixed is None or isinstance(known.fixed, bool):
        return p.compare(other.raw(), p.IS, known.raw())
    if isinstance(known.fixed, str) or known.fixed not in (0, 1) or other.kind == "num":
        return p.compare(other.raw(), p.EQUAL, known.raw())
    first, again = emitter.twice(other.raw(), frame)
    return p.both(p.kind_is_not(first, "bool"), p.compare(again, p.EQUAL, known.raw()))


def membership(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """in: a literal list becomes a frozenset, a literal text is searched directly."""
    pair = _two(emitter, node, frame)
    if pair is None:
        return None
    needle, hay = pair
    if hay.is_fixed and isinstance(hay.fixed, list) and not needle.is_fixed and hashable(hay.fixed):
        return Value(p.compare(needle.raw(), p.IN, p.constant(frozenset(hay.fixed))), "bool")
    known, other = (hay, needle) if hay.is_fixed else (needle, hay)
    if other.is_fixed or not _searchable(known.fixed):
        return Value(p.call("contains", needle.raw(), hay.raw()), "bool")
    first, again = emitter.twice(other.raw(), frame)
    sides = (again, known.raw()) if other is needle else (known.raw(), again)
    fast = p.compare(sides[0], p.IN, sides[1])
    return Value(p.either(p.kind_is(first, "str"), fast, p.call("contains", *sides)), "bool")


def _searchable(text: Any) -> bool:
    return isinstance(text, str) and text != "" and max(text) <= _BELOW_HALVES


def addition(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """+ with any number of arguments."""
    return _folded(emitter, node, frame, ast.Add())


def multiplication(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """* with two or more arguments."""
    return _folded(emitter, node, frame, ast.Mult()) if len(node.args) > 1 else None


def _folded(emitter: Emitter, node: Op, frame: Frame, operator: ast.operator) -> Value | None:
    if not node.args:
        return None
    first, *others = [emitter.operand(arg, frame).view("parsed") for arg in node.args]
    for other in others:
        first = _rounded(first, operator, other, frame)
    return Value(first, "num")


def subtraction(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """- with two arguments."""
    if len(node.args) != 2:
        return None
    left, right = [emitter.operand(arg, frame).view("number") for arg in node.args]
    return Value(_rounded(left, ast.Sub(), right, frame), "num")


def _rounded(left: ast.expr, operator: ast.operator, right: ast.expr, frame: Frame) -> ast.expr:
    """The result, as a double once it leaves the integers a double holds exactly."""
    temp = frame.temp()
    result = p.named(temp, ast.BinOp(left, operator, right))
    within = ast.Compare(
        p.constant(-SAFE), [p.LESS_EQUAL, p.LESS_EQUAL], [result, p.constant(SAFE)]
    )
    return p.either(within, p.name(temp), p.call("rounded", p.name(temp)))


def division(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """/ with two arguments."""
    pair = _two(emitter, node, frame)
    return Value(p.call("divided", pair[0].raw(), pair[1].raw()), "num") if pair else None


def substring(emitter: Emitter, node: Op, frame: Frame) -> Value | None:
    """substr with whole numbers written out: a slice, where one character is one unit."""
    bounds = [arg.value for arg in node.args[1:] if isinstance(arg, Literal)]
    if not 1 <= len(bounds) == len(node.args) - 1 <= 2 or any(type(b) is not int for b in bounds):
        return None
    source = emitter.value(node.args[0], frame)
    if source.is_fixed:
        return None
    first, again = emitter.twice(source.expr, frame)
    start, length = bounds[0], bounds[1] if len(bounds) == 2 else None
    if length is None or length < 0 or start < 0:
        fast = p.part(p.part(again, start, None), None, length)
    else:
        fast = p.part(again, start, start + length)
    simple = p.both(p.kind_is(first, "str"), p.method(again, "isascii"))
    function = emitter.program.bind(standard.substring)
    exact = p.call(function, again, *map(p.constant, bounds))
    return Value(p.either(simple, fast, exact), "str")


RELATIONS: Final[Mapping[str, FastForm]] = {
    **dict.fromkeys(_ORDER, order),
    **dict.fromkeys(("==", "!="), equality),
    **dict.fromkeys(("===", "!=="), identity),
    "in": membership,
    "+": addition,
    "*": multiplication,
    "-": subtraction,
    "/": division,
    "substr": substring,
}
