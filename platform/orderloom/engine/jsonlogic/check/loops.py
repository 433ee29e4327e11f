"""The profile for loops and for our own operators, and the check as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from orderloom.engine.jsonlogic.check import profile
from orderloom.engine.jsonlogic.check.checker import Checker, Form, Scope
from orderloom.engine.jsonlogic.check.findings import Diagnostic, Fix, nearest
from orderloom.engine.jsonlogic.check.types import (
    ALL,
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    TEXT,
    UNKNOWN,
    Kind,
    Schema,
    Type,
    subject_of,
    type_of,
    union,
)
from orderloom.engine.jsonlogic.operators import CATALOGUE, Names, Operator, Param
from orderloom.engine.jsonlogic.parse import parse
from orderloom.engine.jsonlogic.tree import Json, ListNode, Literal, Node, Op, constant, to_json
from orderloom.engine.regions import province


def _source(checker: Checker, node: Op, scope: Scope) -> Type:
    found = checker.type(node.args[0], scope)
    if found.kinds != ALL and not found.only("list"):
        checker.wrong_type(node.args[0], found, "list")
        return ANY
    return found


def judging(checker: Checker, node: Op, scope: Scope) -> Type:
    """some, all, none, count_if: a condition on each item."""
    if checker.needs(node, 2, 2):
        source = _source(checker, node, scope)
        checker.condition(node.args[1], profile.inside(scope, source))
    return NUMBER if node.name == "count_if" else BOOLEAN


def filtering(checker: Checker, node: Op, scope: Scope) -> Type:
    """filter: gives a list of the same."""
    if not checker.needs(node, 2, 2):
        return ANY
    source = _source(checker, node, scope)
    checker.condition(node.args[1], profile.inside(scope, source))
    return replace(source, nullable=False)


def mapping(checker: Checker, node: Op, scope: Scope) -> Type:
    """map: gives a list of what the body gives."""
    if not checker.needs(node, 2, 2):
        return ANY
    source = _source(checker, node, scope)
    element = checker.type(node.args[1], profile.inside(scope, source))
    return Type(frozenset({"list"}), element=element)


def reduction(checker: Checker, node: Op, scope: Scope) -> Type:
    """reduce: with a start, and a body that gives the start's kind."""
    if not checker.needs(node, 3, 3):
        return ANY
    source = _source(checker, node, scope)
    start = replace(checker.type(node.args[2], scope), fixed=(), choices=())
    values = {"current": source.element or ANY, "accumulator": start}
    result = checker.type(node.args[1], Scope(values=values))
    if result.kinds != ALL and not result.kinds <= start.kinds:
        checker.wrong_type(node.args[1], result, "/".join(sorted(start.kinds)))
    return replace(start, nullable=start.nullable or result.nullable, least=None)


def own(checker: Checker, node: Op, scope: Scope) -> Type:
    """An operator of ours: each argument of the kind its parameter names."""
    operator = CATALOGUE[node.name]
    found = checker.types(node, scope)
    for index, (arg, type_) in enumerate(zip(node.args, found, strict=True)):
        _fits(checker, arg, type_, operator.param(index))
    if node.name == "in_region" and len(node.args) == 2:
        _regions(checker, node.args[1], found[0])
    if node.name == "sum_of":
        _summed(checker, node, found[0])
    if node.name == "lookup":
        return _looked_up(checker, node, found)
    given = _given(operator)
    # An instant written out in the rule has been read when the rule was compiled.
    return given.there() if node.name == "ts" and all(map(constant, node.args)) else given


_ACCEPTS: Final[dict[str, frozenset[Kind]]] = {
    "text": frozenset({"text", "number"}),
    "words": frozenset({"text", "number", "list"}),
    "region": frozenset({"text", "object"}),
    "instant": frozenset({"number"}),
    "integer": frozenset({"number"}),
    "number": frozenset({"number"}),
    "list": frozenset({"list"}),
}


def _fits(checker: Checker, node: Node, found: Type, param: Param) -> None:
    accepted = _ACCEPTS.get(param.kind)
    if accepted is None or found.kinds == ALL or found.kinds <= accepted:
        return
    checker.wrong_type(node, found, "/".join(sorted(accepted)))


def _given(operator: Operator) -> Type:
    kinds = {"boolean": BOOLEAN, "number": NUMBER, "integer": NUMBER, "text": TEXT}
    instant = replace(NUMBER, unit="instant")
    found = instant if operator.returns == "instant" else kinds.get(operator.returns, ANY)
    return replace(found, nullable=operator.nullable)


def _looked_up(checker: Checker, node: Op, found: Sequence[Type]) -> Type:
    """What a table gives: its values, or the default where it has none for a key."""
    name = to_json(node.args[0]) if constant(node.args[0]) else None
    table = checker.schema.tables.get(name) if isinstance(name, str) else None
    if table is None or len(found) < 2:
        return ANY
    key, value = type_of(table.key, str(name)), type_of(table.value)
    if found[1].kinds != ALL and key.only("number") and not found[1].only("number"):
        checker.wrong_type(node.args[1], found[1], "number")
    profile.possible(checker, node.args[1], key, found[1])
    default = found[2] if len(found) > 2 else NULL
    given = union(value, default)
    written = bool(default.fixed) or not default.kinds
    return replace(given, unit=value.unit) if written else given


def _regions(checker: Checker, node: Node, place: Type) -> None:
    """Where only provinces are possible, a name that is none can never match."""
    listed = node.items if isinstance(node, ListNode) else (node,)
    for item in listed:
        name = item.value if isinstance(item, Literal) else None
        if not isinstance(name, str) or name.startswith("@") or not place.choices:
            continue
        if province(name) is None and name not in place.choices:
            near = nearest(name, place.choices)
            fix = Fix(item.pointer, near) if near else None
            checker.say(
                "impossible_value", item, fix=fix, field=place.subject, value=name,
                nearest=near, choices=list(place.choices),
            )  # fmt: skip


def _summed(checker: Checker, node: Op, source: Type) -> None:
    path = to_json(node.args[1]) if len(node.args) == 2 and constant(node.args[1]) else ""
    place = node.args[-1] if path else node
    element = source.element or ANY
    if path and element.fields is not None:
        element = checker.field(path, Scope(fields=element.fields), place)
    if element.kinds != ALL and not element.only("number"):
        checker.wrong_type(place, element, "number")


def fact(checker: Checker, node: Op, scope: Scope) -> Type:
    """fact: one that is offered."""
    name = node.args[0].value if node.args and isinstance(node.args[0], Literal) else None
    facts = checker.schema.facts
    if facts is None or not isinstance(name, str):
        return replace(ANY, subject=subject_of(node))
    if name not in facts:
        near = nearest(name, facts)
        fix = Fix(node.args[0].pointer, near) if near else None
        checker.say("unknown_fact", node, fix=fix, fact=name, nearest=near)
        return UNKNOWN
    return type_of(facts[name], subject_of(node))


FORMS: Final[Mapping[str, Form]] = {
    **dict.fromkeys(CATALOGUE, own),
    "var": profile.variable,
    "in": profile.membership,
    "if": profile.choice,
    "?:": profile.choice,
    "cat": profile.concatenation,
    "substr": profile.substring,
    "merge": profile.merging,
    "missing": profile.absent,
    "map": mapping,
    "filter": filtering,
    "reduce": reduction,
    "fact": fact,
    **dict.fromkeys(("<", "<=", ">", ">="), profile.ordering),
    **dict.fromkeys(("==", "!=", "===", "!=="), profile.equality),
    **dict.fromkeys(("+", "-", "*", "/", "%", "min", "max"), profile.arithmetic),
    **dict.fromkeys(("and", "or"), profile.conjunction),
    **dict.fromkeys(("!", "!!"), profile.negation),
    **dict.fromkeys(("missing_some", "log"), profile.refused),
    **dict.fromkeys(("some", "all", "none", "count_if"), judging),
}


def check(
    rule: Json | Node,
    schema: Schema,
    names: Names | None = None,
    *,
    channels: Collection[str] = (),
    expects: Kind | None = "boolean",
) -> list[Diagnostic]:
    """Everything that is wrong or doubtful.

    channels: those the rule serves; expects: what the rule is to give. Raises RuleInvalid for
    what cannot be read at all; what `compile_rule` refuses is not repeated here.
    """
    node = rule if isinstance(rule, Op | ListNode | Literal) else parse(rule)
    checker = Checker(schema, names or Names(), channels, FORMS)
    found = checker.type(node, Scope(fields=schema.fields))
    if expects is not None and found.kinds != ALL and not found.only(expects):
        checker.wrong_type(node, found, expects)
    return checker.findings
