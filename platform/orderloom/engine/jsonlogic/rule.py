"""A rule ready to run, and what it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orderloom.engine.jsonlogic.clean import cleaned
from orderloom.engine.jsonlogic.closures import BUDGET, Builder, Run
from orderloom.engine.jsonlogic.coerce import truthy
from orderloom.engine.jsonlogic.errors import RuleFailed
from orderloom.engine.jsonlogic.operators import CATALOGUE, Names, Operators
from orderloom.engine.jsonlogic.parse import parse
from orderloom.engine.jsonlogic.reads import facts_of, variables_of
from orderloom.engine.jsonlogic.trace import TraceNode, locate, trace
from orderloom.engine.jsonlogic.tree import Json, ListNode, Literal, Node, Op


class CompiledRule:
    """A rule and the names it refers to, compiled once and run for many orders.

    node: the tree; variables: the paths read (`lines[].qty` for a field of each line, "*" when
    it may be any); facts: the keys of the facts to put under `$facts` in the data.
    """

    def __init__(self, node: Node, names: Names) -> None:
        self.node = node
        self.names = names
        self.variables = variables_of(node)
        self.facts = facts_of(node, names)
        self._closure = Builder(names).build(node)

    def evaluate(self, data: Any, budget: int = BUDGET) -> Json:
        """The rule's value for `data` (plain JSON values). Raises RuleFailed."""
        return self._exactly(data, budget, cleaned)

    def test(self, data: Any, budget: int = BUDGET) -> bool:
        """Whether the value counts as true."""
        return bool(self._exactly(data, budget, truthy))

    def trace(self, data: Any, budget: int = BUDGET) -> TraceNode:
        """Every evaluated node with its value; the top one has what `evaluate` gives."""
        try:
            return trace(self.node, self.names, data, budget)
        except (RuleFailed, RecursionError) as error:
            raise self._failure(error, data, budget) from None

    def _exactly(self, data: Any, budget: int, finish: Any) -> Any:
        try:
            return finish(self._closure(data, Run(data, budget)))
        except (RuleFailed, RecursionError) as error:
            raise self._failure(error, data, budget) from None

    def _failure(self, error: Exception, data: Any, budget: int) -> RuleFailed:
        if isinstance(error, RuleFailed) and error.where is not None:
            return error
        where = locate(self.node, self.names, data, budget) or self.node.pointer
        if isinstance(error, RuleFailed):
            return RuleFailed(error.code, where, **error.params)
        return RuleFailed("rules.value_too_deep", where)


def compile_rule(
    rule: Json | Node,
    operators: Operators = CATALOGUE,
    *,
    sets: Mapping[str, Collection[Any]] | None = None,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
) -> CompiledRule:
    """Compile a rule (JSON value or tree). Raises RuleInvalid with a JSON pointer.

    sets, tables: what `in_set`, "@set" and `lookup` refer to, as of now.
    """
    node = rule if isinstance(rule, Op | ListNode | Literal) else parse(rule)
    return CompiledRule(node, Names(operators, sets or {}, tables or {}))
