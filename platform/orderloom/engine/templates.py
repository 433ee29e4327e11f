"""Texts written by users: a small part of Jinja2, in its sandbox, bounded in time and size.

Values, conditions, loops and a few filters are enough for a mail. What could make a text grow out
of bounds or run for ever (calls, assignments, macros, joining texts with `~`, filters that pad or
replace) is refused when the text is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from orderloom.errors import InputError

MAX_SOURCE = 10_000
MAX_OUTPUT = 50_000
MAX_LOOPS = 2  # one inside the other
FILTERS = (
    "abs", "capitalize", "count", "d", "default", "first", "float", "int", "last", "length",
    "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select",
    "selectattr", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name,
    nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.List,
    nodes.Tuple, nodes.Keyword, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv,
    nodes.Mod, nodes.Neg, nodes.Pos,
)  # fmt: skip
_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%"})
_NUMBER = int | float


def yuan(fen: int) -> str:
    """1234567 -> "12,345.67"."""
    sign, value = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{value // 100:,}.{value % 100:02d}"


def _join(values: Iterable[Any], separator: str = "") -> str:
    """The filter `join`, for no more than a text may hold."""
    parts = [str(value) for _, value in zip(range(MAX_OUTPUT), values, strict=False)]
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_OUTPUT:
        raise InputError("template.too_long", limit=MAX_OUTPUT)
    return separator.join(parts)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = _ARITHMETIC

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        # "x" * 10**9 or "%99999999d" % 1 in a mail text would stop a worker.
        if not (isinstance(left, _NUMBER) and isinstance(right, _NUMBER)):
            raise InputError("template.operator", operator=operator)
        return self.binop_table[operator](left, right)


def _environment() -> _Environment:
    environment = _Environment(autoescape=False, undefined=StrictUndefined)
    environment.globals.clear()
    known = {name: environment.filters[name] for name in FILTERS}
    environment.filters = {**known, "yuan": yuan, "join": _join}
    return environment


_ENVIRONMENT = _environment()
# RecursionError and its kin: a thousand brackets are too much for Jinja2, or for Python after it.
_BEYOND_COMPILING = (RecursionError, SyntaxError, MemoryError, ValueError, OverflowError)


class Text:
    """A compiled text; `render` never reaches anything but the values it is given."""

    def __init__(self, source: str, where: str) -> None:
        self.where = where
        try:
            self._template = _compiled(source)
        except InputError as error:
            raise InputError(error.code, where, **error.params) from error

    def render(self, values: Mapping[str, Any]) -> str:
        """The text with `values` filled in; raises InputError naming what is missing."""
        parts: list[str] = []
        size = 0
        try:
            for part in self._template.generate(values):
                size += len(part)
                if size > MAX_OUTPUT:
                    raise InputError("template.too_long", limit=MAX_OUTPUT)
                parts.append(part)
        except InputError as error:
            raise InputError(error.code, self.where, **error.params) from None
        except (
            TemplateError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            RecursionError,
        ) as error:
            raise InputError("template.failed", self.where, problem=_short(error)) from error
        return "".join(parts)


@lru_cache(maxsize=512)  # publishing compiles each text several times
def _compiled(source: str) -> Template:
    if len(source) > MAX_SOURCE:
        raise InputError("template.too_long", limit=MAX_SOURCE)
    try:
        tree = _ENVIRONMENT.parse(source)
        _check(tree)
        return _ENVIRONMENT.from_string(tree)
    except (TemplateError, *_BEYOND_COMPILING) as error:
        raise InputError("template.syntax", problem=_short(error)) from error


def _check(tree: nodes.Node, loops: int = 0) -> None:
    """Refuse what texts need not, before any of it runs."""
    loops += isinstance(tree, nodes.For)
    name = type(tree).__name__.lower()
    recursive = isinstance(tree, nodes.For) and tree.recursive
    if not isinstance(tree, _ALLOWED) or loops > MAX_LOOPS or recursive:
        raise InputError("template.not_allowed", what=name, line=getattr(tree, "lineno", 1))
    for child in tree.iter_child_nodes():
        _check(child, loops)


def _short(error: BaseException) -> str:
    return str(error)[:200] or type(error).__name__
