"""Texts written by users: Jinja2 in its sandbox, bounded in time and size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from orderloom.errors import InputError

MAX_SOURCE = 10_000
MAX_OUTPUT = 50_000


def yuan(fen: int) -> str:
    """1234567 -> "12,345.67"."""
    sign, value = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{value // 100:,}.{value % 100:02d}"


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"**", "*"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        # "x" * 10**9 or 9**9**9 in a mail text would stop a worker.
        if operator == "**" or isinstance(left, str | list) or isinstance(right, str | list):
            raise InputError("template.operator", operator=operator)
        return left * right


def _environment() -> _Environment:
    environment = _Environment(autoescape=False, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters["yuan"] = yuan
    for costly in ("center", "indent", "wordwrap", "xmlattr", "pprint", "format"):
        environment.filters.pop(costly, None)
    return environment


_ENVIRONMENT = _environment()


class Text:
    """A compiled text; `render` never reaches anything but the values it is given."""

    def __init__(self, source: str, where: str) -> None:
        if len(source) > MAX_SOURCE:
            raise InputError("template.too_long", where, limit=MAX_SOURCE)
        self.where = where
        try:
            self._template = _ENVIRONMENT.from_string(source)
        except TemplateError as error:
            raise InputError("template.syntax", where, problem=str(error)) from error

    def render(self, values: Mapping[str, Any]) -> str:
        """The text with `values` filled in; raises InputError naming what is missing."""
        parts: list[str] = []
        size = 0
        try:
            for part in self._template.generate(values):
                size += len(part)
                if size > MAX_OUTPUT:
                    raise InputError("template.too_long", self.where, limit=MAX_OUTPUT)
                parts.append(part)
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise InputError("template.failed", self.where, problem=str(error)) from error
        return "".join(parts)
