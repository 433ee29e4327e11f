"""What the profile demands of each standard operator, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orderloom.engine.jsonlogic.check.checker import Checker, Scope
from orderloom.engine.jsonlogic.check.findings import Fix, nearest, words
from orderloom.engine.jsonlogic.check.knowledge import is_fact, known
from orderloom.engine.jsonlogic.check.types import (
    ALL,
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    TEXT,
    UNKNOWN,
    Type,
    union,
)
from orderloom.engine.jsonlogic.standard import EAGER
from orderloom.engine.jsonlogic.tree import ListNode, Literal, Node, Op, constant, to_json


def variable(checker: Checker, node: Op, scope: Scope) -> Type:
    """var: the path written out, of a field there is; the default of the same kind."""
    path = node.args[0] if node.args else Literal(node.pointer, "")
    if not isinstance(path, Literal) or not isinstance(path.value, str):
        checker.say("path_not_written", node)
        return UNKNOWN
    if path.value == "":
        if scope.whole is None:
            checker.say("whole_record", node)
        return scope.whole or UNKNOWN
    found = checker.field(path.value, scope, node)
    if len(node.args) < 2:
        return found
    default = checker.type(node.args[1], scope)
    if found.kinds != ALL and default.kinds and not default.kinds <= found.kinds:
        checker.wrong_type(node.args[1], default, "/".join(sorted(found.kinds)))
    if found.nullable and found.kinds != ALL:
        # Records hold null for what is missing, and a default does not replace null.
        checker.say("default_unused", node, "warning", field=path.value)
    return union(found, default)


def ordering(checker: Checker, node: Op, scope: Scope) -> Type:
    """<, <=, >, >=: numbers that are there."""
    found = checker.types(node, scope)
    if not checker.needs(node, 2, 3 if node.name in ("<", "<=") else 2):
        return BOOLEAN
    fits = [checker.number(arg, known) for arg, known in zip(node.args, found, strict=True)]
    if all(fits):
        _same_unit(checker, node, found)
        _said_if_missing(checker, node, found)
    return BOOLEAN


def _said_if_missing(checker: Checker, node: Op, found: Sequence[Type]) -> None:
    pairs = list(zip(node.args, found, strict=True))
    for arg, type_ in pairs:
        if not type_.nullable:
            continue
        values = [None if arg is other else _fixed(t) for other, t in pairs]
        judged = _UNKNOWN not in values
        matches = bool(EAGER[node.name](*values)) if judged else True
        guarded = {"and": [{"!=": [to_json(arg), None]}, to_json(node)]}
        checker.say(
            "missing_matches" if matches else "missing_unsaid", node,
            "error" if matches and node.name not in ("!=", "!==") else "warning",
            Fix(node.pointer, guarded), field=type_.subject,
        )  # fmt: skip


_UNKNOWN = object()


def _fixed(found: Type) -> Any:
    return found.fixed[0] if found.fixed else _UNKNOWN


def _same_unit(checker: Checker, node: Op, found: Sequence[Type]) -> None:
    units = {t.unit for t in found if t.unit}
    bare = any(not t.unit and not t.fixed and t.kinds != ALL for t in found)
    if len(units) > 1 or (bare and "instant" in units):
        checker.say("different_units", node, units=words(t.unit or "number" for t in found))


def equality(checker: Checker, node: Op, scope: Scope) -> Type:
    """==, !=, ===, !==: two values of one kind, or one value and null."""
    found = checker.types(node, scope)
    if not checker.needs(node, 2, 2):
        return BOOLEAN
    a, b = found
    if not a.kinds or not b.kinds:
        return BOOLEAN
    for arg, type_ in zip(node.args, found, strict=True):
        if type_.kinds != ALL and type_.kinds & {"list", "object"}:
            checker.wrong_type(arg, type_, "text/number/boolean")
            return BOOLEAN
    if not a.kinds & b.kinds:
        checker.say("never_equal", node, fix=_converted(node, found), kinds=_kinds(found))
        return BOOLEAN
    possible(checker, node.args[1], a, b)
    possible(checker, node.args[0], b, a)
    _same_unit(checker, node, found)
    if node.name in ("!=", "!=="):
        _said_if_missing(checker, node, found)
    return BOOLEAN


def _kinds(found: Sequence[Type]) -> list[Mapping[str, str]]:
    return words({kind for known in found for kind in known.kinds})


def _converted(node: Op, found: Sequence[Type]) -> Fix | None:
    """The constant as the other side's kind, where it reads like it."""
    for arg, own, other in zip(node.args, found, reversed(found), strict=True):
        value = own.fixed[0] if own.fixed else None
        if other.only("number") and isinstance(value, str) and value.isdecimal():
            return Fix(arg.pointer, int(value))
        if other.only("text") and isinstance(value, int) and not isinstance(value, bool):
            return Fix(arg.pointer, str(value))
    return None


def possible(checker: Checker, node: Node, asked: Type, given: Type) -> None:
    """Note a written value that the field can never have."""
    value = given.fixed[0] if given.fixed else None
    if not asked.choices or not isinstance(value, str) or value in asked.choices:
        return
    near = nearest(value, asked.choices)
    fix = Fix(node.pointer, near) if near else None
    checker.say(
        "impossible_value", node, fix=fix, field=asked.subject, value=value,
        nearest=near, choices=list(asked.choices),
    )  # fmt: skip


def membership(checker: Checker, node: Op, scope: Scope) -> Type:
    """in: an item of a list of its own kind, or a part of a text."""
    found = checker.types(node, scope)
    if not checker.needs(node, 2, 2):
        return BOOLEAN
    needle, hay = found
    if hay.kinds == ALL:
        return BOOLEAN
    if hay.only("text"):
        if not needle.only("text"):
            checker.wrong_type(node.args[0], needle, "text")
        elif "" in needle.fixed:
            checker.say("empty_text", node.args[0])
    elif hay.only("list"):
        _listed(checker, node, needle, hay)
    else:
        checker.wrong_type(node.args[1], hay, "list/text")
    return BOOLEAN


def _listed(checker: Checker, node: Op, needle: Type, hay: Type) -> None:
    items = node.args[1].items if isinstance(node.args[1], ListNode) else ()
    if isinstance(node.args[1], ListNode) and not items:
        checker.say("empty_list", node, "warning")
    if needle.kinds != ALL and needle.kinds & {"list", "object"}:
        checker.wrong_type(node.args[0], needle, "text/number/boolean")
        return
    for item in filter(constant, items):
        given = checker.type(item, Scope())
        if given.kinds and not given.kinds & needle.kinds:
            pair = Op(node.pointer, "==", (node.args[0], item), bare=False)
            fix = _converted(pair, [needle, given])
            checker.say("never_equal", item, fix=fix, kinds=_kinds([needle, given]))
        else:
            possible(checker, item, needle, given)
    element = hay.element
    if not items and element and element.kinds and not element.kinds & needle.kinds:
        checker.say("never_equal", node, kinds=_kinds([needle, element]))


def arithmetic(checker: Checker, node: Op, scope: Scope) -> Type:
    """+, *, min, max: numbers that are there. -, / and % take exactly two."""
    found = checker.types(node, scope)
    least, most = (1, None) if node.name in ("min", "max") else (2, None)
    if node.name in ("-", "/", "%"):
        most = 2
    fits = [checker.number(arg, known) for arg, known in zip(node.args, found, strict=True)]
    if not checker.needs(node, least, most) or not all(fits):
        return NUMBER
    for arg, type_ in zip(node.args, found, strict=True):
        if type_.nullable:
            checker.say("missing_in_sum", arg, field=type_.subject)
    if node.name in ("/", "%"):
        _divisor(checker, node.args[1], found[1])
    return _result(checker, node, found)


def _divisor(checker: Checker, node: Node, found: Type) -> None:
    if not found.nonzero and (found.least is None or found.least <= 0):
        checker.say("may_divide_by_zero", node, field=found.subject)


def _result(checker: Checker, node: Op, found: Sequence[Type]) -> Type:
    units = [t.unit for t in found]
    least = _least(node.name, [t.least for t in found])
    if node.name in ("*", "/", "%"):
        same = len(units) == 2 and units[0] == units[1]
        unit = "" if node.name == "/" and same else next(filter(None, units), "")
        return replace(NUMBER, unit=unit, least=least)
    if node.name == "-" and units == ["instant", "instant"]:
        return NUMBER
    if len({unit for unit in units if unit}) > 1:
        checker.say("different_units", node, units=words(unit or "number" for unit in units))
    return replace(NUMBER, unit=next(filter(None, units), ""), least=least)


def _least(name: str, leasts: Sequence[float | None]) -> float | None:
    if any(least is None or least < 0 for least in leasts):
        return None
    bounds = [least for least in leasts if least is not None]
    match name:
        case "+":
            return sum(bounds)
        case "max":
            return max(bounds)
        case "min":
            return min(bounds)
        case "*" | "%" | "/":
            return 0
        case _:
            return None


def conjunction(checker: Checker, node: Op, scope: Scope) -> Type:
    """and, or: conditions; each one knows what the ones before it have settled."""
    checker.needs(node, 1)
    for arg in node.args:
        checker.condition(arg, scope)
        scope = scope.knowing(known(arg, holds=node.name == "and"))
    return BOOLEAN


def negation(checker: Checker, node: Op, scope: Scope) -> Type:
    """!, !!: of a condition, or of the list that `missing` gives."""
    checker.needs(node, 1, 1)
    for arg in node.args:
        if isinstance(arg, Op) and arg.name == "missing":
            checker.type(arg, scope)
        else:
            checker.condition(arg, scope)
    return BOOLEAN


def choice(checker: Checker, node: Op, scope: Scope) -> Type:
    """if: conditions and values in turn; without a last value, null."""
    result: Type | None = None
    checker.needs(node, 2)
    for test, value in zip(node.args[:-1:2], node.args[1::2], strict=True):
        checker.condition(test, scope)
        found = checker.type(value, scope.knowing(known(test, holds=True)))
        result = found if result is None else union(result, found)
        scope = scope.knowing(known(test, holds=False))
    last = checker.type(node.args[-1], scope) if len(node.args) % 2 else NULL
    return last if result is None else union(result, last)


def concatenation(checker: Checker, node: Op, scope: Scope) -> Type:
    """cat: texts and numbers; what is missing gives nothing."""
    for arg, found in zip(node.args, checker.types(node, scope), strict=True):
        if found.kinds != ALL and not found.kinds <= {"text", "number"}:
            checker.wrong_type(arg, found, "text/number")
    return TEXT


def substring(checker: Checker, node: Op, scope: Scope) -> Type:
    """substr: of a text that is there, with whole numbers."""
    found = checker.types(node, scope)
    if not checker.needs(node, 2, 3):
        return TEXT
    if not found[0].only("text"):
        checker.wrong_type(node.args[0], found[0], "text")
    elif found[0].nullable:
        checker.say("missing_in_sum", node.args[0], field=found[0].subject)
    for arg, bound in zip(node.args[1:], found[1:], strict=True):
        checker.number(arg, bound)
    return TEXT


def merging(checker: Checker, node: Op, scope: Scope) -> Type:
    """merge."""
    elements = [t.element if t.only("list") else t for t in checker.types(node, scope)]
    element: Type | None = None
    for found in elements:
        element = found if element is None or found is None else union(element, found)
    return Type(frozenset({"list"}), element=element)


def absent(checker: Checker, node: Op, scope: Scope) -> Type:
    """missing: of fields there are, written out."""
    for arg in node.args:
        for item in arg.items if isinstance(arg, ListNode) else (arg,):
            if isinstance(item, Literal) and isinstance(item.value, str):
                checker.field(item.value, scope, item)
            else:
                checker.say("path_not_written", item)
    return Type(frozenset({"list"}), element=TEXT)


def refused(checker: Checker, node: Op, scope: Scope) -> Type:
    """missing_some, log: not in the profile."""
    checker.say("not_in_profile", node, operator=node.name)
    return UNKNOWN


def inside(scope: Scope, source: Type) -> Scope:
    """The scope of a loop's body."""
    element = source.element or ANY
    # Facts are the same everywhere; fields of the order cannot be read here.
    facts = frozenset(filter(is_fact, scope.known))
    if element.fields is not None:
        return Scope(fields=element.fields, whole=element, known=facts)
    return Scope(whole=element, known=facts)
