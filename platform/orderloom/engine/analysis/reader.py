"""Conditions of one scope (the order, or a line) read into formulas over standing values.

Keys: `f:total` a field, `fact:…` a fact, `e:…` a sum, count or formula compared with constants,
`q:…` a test on the lines, `o:…` anything else. The last three are treated as free: every value is
thought possible, and witnesses decide.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderloom.engine.analysis import formula as fm
from orderloom.engine.analysis.boxes import Box, Budget
from orderloom.engine.analysis.domains import Domain, domain_of
from orderloom.engine.analysis.fields import FieldType
from orderloom.engine.analysis.formulas import given, measured, numbers_of
from orderloom.engine.jsonlogic import CompiledRule, Node, Op, RuleFailed, compile_rule, to_json
from orderloom.engine.jsonlogic.tree import walk

QUANTIFIERS = frozenset({"some", "all", "none"})
_FACT = FieldType("integer", True, least=0)
_FREE = Domain((False, True), exact=True)
Sets = Mapping[str, Collection[Any]]
Tables = Mapping[str, Mapping[str, Any]]


@dataclass
class Reader:
    """All tests of one scope: their keys, domains and masks."""

    fields: Mapping[str, FieldType]
    sets: Sets
    tables: Tables = field(default_factory=dict)
    tests: dict[str, list[Node]] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    _masks: dict[tuple[str, str], int] = field(default_factory=dict)
    _rules: dict[str, CompiledRule] = field(default_factory=dict)

    def read(self, node: Node) -> fm.Formula:
        """The formula of a condition; its tests are remembered until `close`."""
        found = fm.read(node, self._key)
        for atom in fm.atoms(found):
            self.tests.setdefault(atom.key, []).append(atom.node)
        return found

    def _key(self, node: Node) -> str:
        if isinstance(node, Op) and node.name in QUANTIFIERS and _over_lines(node):
            return f"q:{_text(node)}"
        if any(isinstance(part, Op) and part.name == "lookup" for part in walk(node)):
            return f"o:{_text(node)}"  # people change tables while the rules stay
        formula = measured(node)
        if formula is not None:
            return f"e:{_text(formula)}"
        rule = self._compile(node)
        if len(rule.variables) + len(rule.facts) == 1:
            for name in rule.facts:
                return f"fact:{name}"
            (path,) = rule.variables
            if path in self.fields:
                return f"f:{path}"
        return f"o:{_text(node)}"

    def _compile(self, node: Node) -> CompiledRule:
        name = _text(node)
        if name not in self._rules:
            self._rules[name] = compile_rule(node, sets=self.sets, tables=self.tables)
        return self._rules[name]

    def close(self) -> None:
        """Fix the domains once every condition of the scope was read."""
        words = [str(word) for members in self.sets.values() for word in members]
        for key, nodes in self.tests.items():
            if key not in self.domains:
                self.domains[key] = self._domain(key, nodes, words)

    def _domain(self, key: str, nodes: Iterable[Node], words: list[str]) -> Domain:
        if key.startswith("f:"):
            return domain_of(self.fields[key[2:]], nodes, words)
        if key.startswith("e:"):
            return numbers_of(nodes)
        return domain_of(_FACT, nodes, ()) if key.startswith("fact:") else _FREE

    @property
    def full(self) -> Mapping[str, int]:
        """All values of every key."""
        return {key: domain.full for key, domain in self.domains.items()}

    def boxes(self, formula: fm.Formula, budget: Budget, *, wanted: bool = True) -> list[Box]:
        """The boxes in which a formula of this scope is `wanted`."""
        return fm.boxes(formula, self.mask, budget, wanted=wanted)

    def mask(self, atom: fm.Atom, wanted: bool) -> int:
        """The standing values for which a test is `wanted`."""
        name = (atom.key, _text(atom.node))
        if name not in self._masks:
            self._masks[name] = self._measure(atom)
        true = self._masks[name]
        return true if wanted else self.domains[atom.key].full & ~true

    def _measure(self, atom: fm.Atom) -> int:
        domain = self.domains[atom.key]
        if domain is _FREE:
            return 0b10
        bits = 0
        for index, value in enumerate(domain.values):
            bits |= self._holds(atom, value) << index
        return bits

    def _holds(self, atom: fm.Atom, value: Any) -> bool:
        if atom.key.startswith("e:"):
            return holds(compile_rule(given(atom.node, value), fast=False), {})
        return holds(self._compile(atom.node), data_of(atom.key, value))

    def exact(self, formulas: Iterable[fm.Formula]) -> bool:
        """Whether the standing values of every key in these formulas are enough."""
        keys = {atom.key for formula in formulas for atom in fm.atoms(formula)}
        return all(self.domains[key].exact for key in keys)

    def values(self, box: Box) -> dict[str, Any]:
        """One value for each key of a box: the first allowed."""
        return {
            key: self.domains[key].values[(mask & -mask).bit_length() - 1]
            for key, mask in box.items()
        }


def holds(rule: CompiledRule, data: Mapping[str, Any]) -> bool:
    """Whether a rule is true for data; one that fails to evaluate is not."""
    try:
        return rule.test(data)
    except RuleFailed:
        return False


def data_of(key: str, value: Any) -> dict[str, Any]:
    """The least data in which a key has a value."""
    if key.startswith("fact:"):
        return {"$facts": {key[5:]: value}}
    return {key[2:]: value, "$facts": {}}


def _over_lines(node: Op) -> bool:
    first = node.args[0] if node.args else None
    return (
        len(node.args) == 2
        and isinstance(first, Op)
        and first.name == "var"
        and to_json(first) in ({"var": "lines"}, {"var": ["lines"]})
    )


def _text(node: Node) -> str:
    return json.dumps(to_json(node), ensure_ascii=False, sort_keys=True)
