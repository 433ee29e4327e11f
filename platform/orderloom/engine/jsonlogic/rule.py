"""A rule ready to run, and what it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from orderloom.engine.jsonlogic.clean import cleaned
from orderloom.engine.jsonlogic.closures import BUDGET, Builder, Run
from orderloom.engine.jsonlogic.codegen import generate
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
    it may be any); facts: the keys of the facts to put under `$facts` in the data. Data are
    plain JSON values. All three ways to run it raise RuleFailed.
    """

    def __init__(
        self, node: Node, names: Names, *, fast: bool = True, budget: int = BUDGET
    ) -> None:
        self.node = node
        self.names = names
        self.budget = budget
        self.variables = variables_of(node)
        self.facts = facts_of(node, names)
        self._fast = fast
        self._closure = Builder(names).build(node)

    @cached_property
    def evaluate(self) -> Callable[[Any], Json]:
        """`evaluate(data)`: the rule's value. Made at the first use, so make it before forking."""
        return self._made(lambda data: self._exactly(data, cleaned), test=False)

    @cached_property
    def test(self) -> Callable[[Any], bool]:
        """`test(data)`: whether the value counts as true. Made at the first use."""
        return self._made(lambda data: self._exactly(data, truthy), test=True)

    def trace(self, data: Any) -> TraceNode:
        """Every evaluated node with its value; the top one has what `evaluate` gives."""
        try:
            return trace(self.node, self.names, data, self.budget)
        except (RuleFailed, RecursionError) as error:
            raise self._failure(error, data) from None

    def _made(self, slow: Callable[[Any], Any], *, test: bool) -> Callable[[Any], Any]:
        if not self._fast:
            return slow
        return generate(self.node, self.names, slow, test=test, budget=self.budget) or slow

    def _exactly(self, data: Any, finish: Callable[[Any], Any]) -> Any:
        try:
            return finish(self._closure(data, Run(data, self.budget)))
        except (RuleFailed, RecursionError) as error:
            raise self._failure(error, data) from None

    def _failure(self, error: Exception, data: Any) -> RuleFailed:
        if isinstance(error, RuleFailed) and error.where is not None:
            return error
        where = locate(self.node, self.names, data, self.budget) or self.node.pointer
        if isinstance(error, RuleFailed):
            return RuleFailed(error.code, where, **error.params)
        return RuleFailed("rules.value_too_deep", where)


class CompiledList:
    """The conditions of a decision list, compiled together: faster than one after the other.

    rules: the conditions by themselves, for traces.
    """

    def __init__(self, rules: Sequence[CompiledRule], names: Names, *, fast: bool) -> None:
        self.rules = tuple(rules)
        self.names = names
        self._fast = fast

    @cached_property
    def first(self) -> Callable[[Any], int | None]:
        """`first(data)`: the number of the first condition that holds, from 0, or None."""
        args: list[Node] = []
        for number, rule in enumerate(self.rules):
            args += [rule.node, Literal("", number)]
        return CompiledRule(
            Op("", "if", tuple(args), bare=False), self.names, fast=self._fast
        ).evaluate

    @cached_property
    def matching(self) -> Callable[[Any], list[int]]:
        """`matching(data)`: the numbers of all conditions that hold."""
        tests = [rule.test for rule in self.rules]
        return lambda data: [number for number, test in enumerate(tests) if test(data)]


def compile_list(
    rules: Iterable[Json | Node],
    operators: Operators = CATALOGUE,
    *,
    sets: Mapping[str, Collection[Any]] | None = None,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    fast: bool = True,
) -> CompiledList:
    """Compile conditions in order; pointers in errors begin with the number of the condition."""
    names = Names(operators, sets or {}, tables or {})
    nodes = [
        rule if isinstance(rule, Op | ListNode | Literal) else parse(rule, at=f"/{number}")
        for number, rule in enumerate(rules)
    ]
    return CompiledList([CompiledRule(n, names, fast=fast) for n in nodes], names, fast=fast)


def compile_rule(
    rule: Json | Node,
    operators: Operators = CATALOGUE,
    *,
    sets: Mapping[str, Collection[Any]] | None = None,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    fast: bool = True,
    budget: int = BUDGET,
) -> CompiledRule:
    """Compile a rule (JSON value or tree). Raises RuleInvalid with a JSON pointer.

    sets, tables: what `in_set`, "@set" and `lookup` refer to, as of now. fast: generate Python,
    which pays from some hundred evaluations on; else closures run. budget: steps one evaluation
    may take in loops (items times the size of the body).
    """
    node = rule if isinstance(rule, Op | ListNode | Literal) else parse(rule)
    names = Names(operators, sets or {}, tables or {})
    return CompiledRule(node, names, fast=fast, budget=budget)
