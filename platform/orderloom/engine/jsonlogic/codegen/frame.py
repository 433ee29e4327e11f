"""The inside of one generated function: its scope, statements and loaded variables."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from orderloom.engine.jsonlogic.codegen import pieces as p

Kind = Literal["any", "num", "bool", "truth", "str", "list"]
View = Literal["raw", "number", "parsed", "text"]


@dataclass(frozen=True, slots=True)
class Value:
    """An expression and what is known of its value.

    num: int or float, never bool; truth: only its truth counts, and Python's is JSONLogic's;
    any: nothing known. `fixed`: the constant itself where it stands in the rule.
    """

    expr: ast.expr
    kind: Kind = "any"
    fixed: Any = None
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What `var` refers to: one local, or (in a reduction) the item and the value so far."""

    data: str
    so_far: str | None = None
    so_far_kind: Kind = "any"

    @property
    def params(self) -> list[str]:
        """The locals to hand to a function that sees the same scope."""
        return [self.data] if self.so_far is None else [self.data, self.so_far]


Key = tuple[str, View]
HOIST_FROM: Final = 2  # uses from which a variable is loaded once, ahead of its first use


class Frame:
    """Statements under construction. The first pass counts uses, the second one hoists."""

    def __init__(self, scope: Scope, uses: Counter[Key], counting: bool) -> None:
        self.scope = scope
        self.block: list[ast.stmt] = []
        self._uses = uses
        self._counting = counting
        self._loaded: dict[Key, str] = {}
        self._temps = 0

    def temp(self) -> str:
        """A fresh local."""
        self._temps += 1
        return f"t{self._temps}"

    @contextmanager
    def inner(self) -> Iterator[list[ast.stmt]]:
        """A block that may not run: what is loaded in it is not known after it."""
        outer, loaded = self.block, dict(self._loaded)
        self.block = []
        try:
            yield self.block
        finally:
            self.block, self._loaded = outer, loaded

    def hoisted(self, path: str, view: View) -> str | None:
        """The local that already holds this variable."""
        return self._loaded.get((path, view))

    def often(self, path: str, view: View) -> bool:
        """Count one use; whether the variable is worth a local of its own."""
        if self._counting:
            self._uses[path, view] += 1
            return False
        return self._uses[path, view] >= HOIST_FROM

    def hoist(self, path: str, view: View, value: ast.expr) -> str:
        """Load the variable before the expression being built."""
        local = f"v{len(self._loaded)}_{self._temps}"
        self._temps += 1
        self.block.append(p.assign(local, value))
        self._loaded[path, view] = local
        return local
