"""Small builders of Python syntax. What comes from a rule gets in through `constant` only."""

from __future__ import annotations

import ast
from typing import Any, Final

LOAD: Final = ast.Load()
STORE: Final = ast.Store()
LESS, LESS_EQUAL, GREATER, GREATER_EQUAL = ast.Lt(), ast.LtE(), ast.Gt(), ast.GtE()
EQUAL, UNEQUAL, IS, IS_NOT, IN = ast.Eq(), ast.NotEq(), ast.Is(), ast.IsNot(), ast.In()


def name(identifier: str) -> ast.Name:
    """A variable being read."""
    return ast.Name(identifier, LOAD)


def constant(value: Any) -> ast.Constant:
    """A value from the rule: a scalar, or a frozenset of scalars."""
    return ast.Constant(value)


def call(function: str, *args: ast.expr) -> ast.Call:
    """`function(args…)`."""
    return ast.Call(name(function), list(args), [])


def method(owner: ast.expr, attribute: str, *args: ast.expr) -> ast.Call:
    """`owner.attribute(args…)`."""
    return ast.Call(ast.Attribute(owner, attribute, LOAD), list(args), [])


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    """`left operator right`."""
    return ast.Compare(left, [operator], [right])


def chain(first: ast.expr, operator: ast.cmpop, *others: ast.expr) -> ast.Compare:
    """`first operator second operator third`."""
    return ast.Compare(first, [operator] * len(others), list(others))


def either(test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.IfExp:
    """`yes if test else no`."""
    return ast.IfExp(test, yes, no)


def both(*tests: ast.expr) -> ast.expr:
    """`a and b and …`."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), list(tests))


def any_of(*tests: ast.expr) -> ast.expr:
    """`a or b or …`."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), list(tests))


def negated(test: ast.expr) -> ast.expr:
    """`not test`."""
    return ast.UnaryOp(ast.Not(), test)


def named(identifier: str, value: ast.expr) -> ast.NamedExpr:
    """`(identifier := value)`."""
    return ast.NamedExpr(ast.Name(identifier, STORE), value)


def kind_is(value: ast.expr, kind: str) -> ast.Compare:
    """`value.__class__ is kind`."""
    return compare(ast.Attribute(value, "__class__", LOAD), IS, name(kind))


def kind_is_not(value: ast.expr, kind: str) -> ast.Compare:
    """`value.__class__ is not kind`."""
    return compare(ast.Attribute(value, "__class__", LOAD), IS_NOT, name(kind))


def part(text: ast.expr, start: int | None, end: int | None) -> ast.Subscript:
    """`text[start:end]`."""
    bounds = [None if bound is None else constant(bound) for bound in (start, end)]
    return ast.Subscript(text, ast.Slice(*bounds), LOAD)


def assign(identifier: str, value: ast.expr) -> ast.Assign:
    """`identifier = value`."""
    return ast.Assign([ast.Name(identifier, STORE)], value)


def branch(test: ast.expr, *body: ast.stmt) -> ast.If:
    """`if test: …`."""
    return ast.If(test, list(body), [])


def give(value: ast.expr) -> ast.Return:
    """`return value`."""
    return ast.Return(value)


def loop(item: str, items: str, body: list[ast.stmt]) -> ast.For:
    """`for item in items: …`."""
    return ast.For(ast.Name(item, STORE), name(items), body, [])


def function(identifier: str, params: list[str], body: list[ast.stmt]) -> ast.FunctionDef:
    """`def identifier(params…): …`."""
    args = ast.arguments([], [ast.arg(param) for param in params], None, [], [], None, [])
    return ast.FunctionDef(identifier, args, body, [])


def locate(module: ast.Module) -> None:
    """Give every node the line the compiler insists on (ast's own helper is slower)."""
    stack: list[Any] = [module]
    while stack:
        node = stack.pop()
        if node._attributes:
            node.lineno, node.col_offset = 1, 0
        for name in node._fields:
            inner = getattr(node, name)
            if inner.__class__ is list:
                stack.extend(part for part in inner if isinstance(part, ast.AST))
            elif isinstance(inner, ast.AST):
                stack.append(inner)
