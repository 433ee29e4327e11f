"""Walks a rule once, from the inside out, and gathers findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orderloom.engine.jsonlogic.check.findings import Diagnostic, Fix, Severity, nearest, words
from orderloom.engine.jsonlogic.check.knowledge import NOT_NOUGHT, NOTHING, Known
from orderloom.engine.jsonlogic.check.types import (
    ALL,
    ANY,
    UNKNOWN,
    FieldSpec,
    Schema,
    Type,
    subject_of,
    type_of,
    type_of_value,
    union,
)
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.standard import NAMES
from orderloom.engine.jsonlogic.tree import ListNode, Literal, Node, Op, to_json


@dataclass(frozen=True, slots=True)
class Scope:
    """What `var` sees: fields, or one value, or (in a reduction) values by name."""

    fields: Mapping[str, FieldSpec] = field(default_factory=dict)
    whole: Type | None = None
    values: Mapping[str, Type] = field(default_factory=dict)
    known: Known = NOTHING

    def knowing(self, more: Known) -> Scope:
        """The same scope where more is known."""
        return replace(self, known=self.known | more)


Form = Callable[["Checker", Op, Scope], Type]


class Checker:
    """Types by node; findings gathered on the way."""

    def __init__(
        self,
        schema: Schema,
        names: Names,
        channels: Collection[str],
        forms: Mapping[str, Form],
    ) -> None:
        self.schema = schema
        self._forms = forms
        self.names = names
        self.channels = channels
        self.findings: list[Diagnostic] = []

    def type(self, node: Node, scope: Scope) -> Type:
        """What the node can give in this scope."""
        if isinstance(node, ListNode):
            return self._list(node, scope)
        if isinstance(node, Literal):
            if isinstance(node.value, dict):
                self.say("object_in_rule", node)
            return type_of_value(node.value)
        form = self._forms.get(node.name)
        if form is None:
            return self._unknown(node, scope)
        found = form(self, node, scope)
        subject = subject_of(node)
        if subject in scope.known:
            found = found.there()
        if NOT_NOUGHT + subject in scope.known:
            found = replace(found, nonzero=True)
        return found

    def types(self, node: Op, scope: Scope) -> list[Type]:
        """The types of all arguments."""
        return [self.type(arg, scope) for arg in node.args]

    def _list(self, node: ListNode, scope: Scope) -> Type:
        items = [self.type(item, scope) for item in node.items]
        element = items[0] if items else None
        for item in items[1:]:
            element = union(element, item) if element else item
        return Type(frozenset({"list"}), element=element)

    def _unknown(self, node: Op, scope: Scope) -> Type:
        valid = [*NAMES, *self.names.operators]
        near = nearest(node.name, valid)
        fix = None
        if near:
            fix = Fix(node.pointer, {near: next(iter(to_json(node).values()))})
        self.say("unknown_operator", node, fix=fix, operator=node.name, nearest=near)
        self.types(node, scope)
        return UNKNOWN

    def say(
        self, code: str, node: Node, severity: Severity = "error", fix: Fix | None = None,
        **params: Any,
    ) -> None:  # fmt: skip
        """Note a finding about a node; the same one is noted once."""
        finding = Diagnostic(f"rules.{code}", node.pointer, severity, params, fix)
        if finding not in self.findings:
            self.findings.append(finding)

    def wrong_type(self, node: Node, found: Type, expected: str, fix: Fix | None = None) -> None:
        """Note that a value is of the wrong kind."""
        given = words(found.kinds or ("null",))
        wanted = words((expected or "null").split("/"))
        self.say("wrong_type", node, fix=fix, expected=wanted, found=given, field=found.subject)

    def condition(self, node: Node, scope: Scope) -> Type:
        """The type of what is used as a condition: only yes or no will do."""
        found = self.type(node, scope)
        if found.kinds == ALL or found.only("boolean"):
            return found
        fix = None
        if found.nullable:
            fix = Fix(node.pointer, {"!=": [to_json(node), None]})
        self.say("not_a_condition", node, fix=fix, found=words(found.kinds or ("null",)))
        return found

    def needs(self, node: Op, least: int, most: int | None = None) -> bool:
        """Whether the number of arguments is what the profile allows."""
        count = len(node.args)
        if least <= count and (most is None or count <= most):
            return True
        self.say("arity", node, operator=node.name, least=least, most=most)
        return False

    def number(self, node: Node, found: Type) -> bool:
        """Whether it is a number, or may be for all that is known."""
        if found.may_be("number") and (found.only("number") or found.kinds == ALL):
            return True
        fixed = found.fixed[0] if found.fixed else None
        fix = None
        if isinstance(fixed, str) and fixed.strip().lstrip("-").isdecimal():
            fix = Fix(node.pointer, int(fixed))
        self.wrong_type(node, found, "number", fix)
        return False

    def field(self, path: str, scope: Scope, node: Node) -> Type:
        """The type of a field, its coverage on the channels noted."""
        name, _, rest = path.partition(".")
        if name in scope.values:
            inner = scope.values[name]
            return self._member(inner, rest, node, name) if rest else inner
        spec = scope.fields.get(name)
        if spec is None:
            return self.unknown_field(path, scope.fields or scope.values, node)
        self._covered(name, spec, node)
        found = type_of(spec, path)
        return self._member(found, rest, node, name) if rest else found

    def _member(self, owner: Type, rest: str, node: Node, before: str) -> Type:
        if owner.kinds == ALL:
            return ANY
        if owner.fields is None:
            return self.unknown_field(f"{before}.{rest}", (), node)
        inside = Scope(fields=owner.fields)
        found = self.field(rest, inside, node)
        nullable = found.nullable or owner.nullable
        return replace(found, nullable=nullable, subject=f"{before}.{rest}")

    def unknown_field(self, path: str, valid: Collection[str], node: Node) -> Type:
        """Note that there is no such field."""
        near = nearest(path, valid)
        place = node.args[0].pointer if isinstance(node, Op) and node.args else node.pointer
        fix = Fix(place, near) if near else None
        self.say("unknown_field", node, fix=fix, field=path, nearest=near)
        return UNKNOWN

    def _covered(self, name: str, spec: FieldSpec, node: Node) -> None:
        for channel in self.channels:
            fill = spec.channels.get(channel, "filled")
            if fill != "filled":
                self.say(f"field_{fill}", node, "warning", field=name, channel=channel)
