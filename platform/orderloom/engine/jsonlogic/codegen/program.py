"""One generated module: the functions made so far and the objects they may use."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from typing import Any

from orderloom.engine.jsonlogic import coerce, standard
from orderloom.engine.jsonlogic.clean import cleaned
from orderloom.engine.jsonlogic.closures import BUDGET, LOOPS, Builder, Run
from orderloom.engine.jsonlogic.codegen import pieces as p
from orderloom.engine.jsonlogic.codegen.frame import Frame, Key, Scope
from orderloom.engine.jsonlogic.errors import RuleFailed
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.tree import Node, Op, walk


class Retreat(Exception):
    """The data is not what the fast path is made for: the closures shall answer."""


def divided(a: Any, b: Any) -> float:
    """a / b; whether nought is minus nought only the closures know."""
    divisor = coerce.to_number(b)
    if divisor == 0:
        raise Retreat
    return standard.quotient(a, divisor)


# All that generated code can reach besides what `bind` adds.
_BASE: dict[str, Any] = {
    "__builtins__": {},
    "bool": bool,
    "dict": dict,
    "float": float,
    "int": int,
    "len": len,
    "list": list,
    "str": str,
    "Retreat": Retreat,
    "Run": Run,
    "PLAIN": frozenset({str, int, bool, type(None)}),
    "cleaned": cleaned,
    "divided": divided,
    "follow": standard.follow,
    "less": coerce.less,
    "less_equal": coerce.less_equal,
    "loose_equal": coerce.loose_equal,
    "parse_float": coerce.parse_float,
    "rounded": coerce.rounded,
    "strict_equal": coerce.strict_equal,
    "to_number": coerce.to_number,
    "to_text": coerce.to_text,
    "truthy": coerce.truthy,
    "contains": standard.contains,
}
RETREATS = (
    Retreat,
    RuleFailed,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)


class Program:
    """What is shared by all functions of one rule, and by the two passes over it."""

    def __init__(self, root: Node, names: Names, budget: int) -> None:
        self.root = root
        self.names = names
        self.budget = min(budget, BUDGET)
        self.with_run = False
        self.loops = sum(1 for n in walk(root) if isinstance(n, Op) and n.name in LOOPS)
        self._uses: defaultdict[str, Counter[Key]] = defaultdict(Counter)
        self.restart(counting=True)

    def restart(self, *, counting: bool) -> None:
        """Begin a pass: the first counts, the second one writes."""
        self.counting = counting
        self.functions: list[ast.FunctionDef] = []
        self.space: dict[str, Any] = dict(_BASE)
        self._bound: dict[int, str] = {}

    def bind(self, thing: Any, prefix: str = "k") -> str:
        """The name under which generated code finds this object."""
        known = self._bound.get(id(thing))
        if known is None:
            known = self._bound[id(thing)] = f"{prefix}{len(self._bound)}"
            self.space[known] = thing
        return known

    def embed(self, node: Node) -> str:
        """The name of the closure of a node that has no fast form."""
        self.with_run = True
        return self.bind(Builder(self.names).build(node), "closure")

    def frame(self, key: str, scope: Scope) -> Frame:
        """The inside of a new function; `key` is the same in both passes."""
        return Frame(scope, self._uses[key], self.counting)

    def define(self, prefix: str, params: list[str], body: list[ast.stmt]) -> str:
        """Add a function; `run` is handed along where the rule needs it."""
        identifier = f"{prefix}{len(self.functions)}"
        self.functions.append(p.function(identifier, self.params(params), body))
        return identifier

    def params(self, params: list[str]) -> list[str]:
        """Parameters or arguments of a generated function."""
        return [*params, "run"] if self.with_run else params

    def call(self, identifier: str, *args: ast.expr) -> ast.Call:
        """Call a generated function."""
        return p.call(identifier, *args, *([p.name("run")] if self.with_run else []))
