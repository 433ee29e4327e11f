"""What is known of a value beforehand: its kind, whether it may be missing, its choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from orderloom.engine.jsonlogic.operators import fact_key
from orderloom.engine.jsonlogic.tree import Json, Node, Op, constant, to_json

Kind = Literal["boolean", "number", "text", "list", "object"]
FieldKind = Literal[
    "text", "choice", "integer", "number", "money", "instant", "yes_no", "texts", "list", "object"
]
Fill = Literal["filled", "late", "masked", "never"]
ALL: Final[frozenset[Kind]] = frozenset({"boolean", "number", "text", "list", "object"})


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field rules may read.

    nullable: may be missing; choices: all values it can have, where they are few; fields: of each
    item of a `list`, or of an `object`; least: the smallest value a number can have; channels:
    what each channel does with it, where that is known.
    """

    kind: FieldKind
    nullable: bool = False
    choices: tuple[str, ...] = ()
    fields: Mapping[str, FieldSpec] = field(default_factory=dict)
    least: float | None = None
    channels: Mapping[str, Fill] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table `lookup` may read: what its keys are compared with, and what its values are."""

    key: FieldSpec
    value: FieldSpec


@dataclass(frozen=True, slots=True)
class Schema:
    """All that rules may read: fields by name, and facts by name (None: facts are not checked).

    tables: by name; what a table not among them gives is not checked.
    """

    fields: Mapping[str, FieldSpec]
    facts: Mapping[str, FieldSpec] | None = None
    tables: Mapping[str, TableSpec] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression can give. `kinds` is empty for null alone; `fixed` holds a constant.

    unit: money and instant are numbers that do not mix; least: a number is not below; nonzero: and
    not nought; subject: the field or fact it reads; element: of a list; fields: of an object.
    """

    kinds: frozenset[Kind]
    nullable: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    element: Type | None = None
    fields: Mapping[str, FieldSpec] | None = None
    subject: str = ""
    nonzero: bool = False
    fixed: tuple[Json, ...] = ()

    def only(self, kind: Kind) -> bool:
        """Whether it can be nothing else than this kind (or missing)."""
        return self.kinds == {kind}

    def may_be(self, kind: Kind) -> bool:
        """Whether it can be of this kind."""
        return kind in self.kinds

    def there(self) -> Type:
        """The same, known not to be missing."""
        return replace(self, nullable=False)


ANY: Final = Type(ALL, nullable=True)
UNKNOWN: Final = Type(ALL)  # after a finding: whatever it is, nothing more is said about it
BOOLEAN: Final = Type(frozenset({"boolean"}))
NUMBER: Final = Type(frozenset({"number"}))
TEXT: Final = Type(frozenset({"text"}))
NULL: Final = Type(frozenset(), nullable=True)
_KINDS: Final[Mapping[FieldKind, Kind]] = {
    "text": "text",
    "choice": "text",
    "integer": "number",
    "number": "number",
    "money": "number",
    "instant": "number",
    "yes_no": "boolean",
    "texts": "list",
    "list": "list",
    "object": "object",
}


def type_of(spec: FieldSpec, subject: str = "") -> Type:
    """The type of a field's value."""
    kind = _KINDS[spec.kind]
    element = None
    if spec.kind == "texts":
        element = replace(TEXT, choices=spec.choices)
    elif spec.kind == "list":
        element = Type(frozenset({"object"}), fields=spec.fields)
    return Type(
        frozenset({kind}),
        spec.nullable,
        unit=spec.kind if spec.kind in ("money", "instant") else "",
        choices=spec.choices if kind == "text" else (),
        least=spec.least,
        element=element,
        fields=spec.fields if spec.kind == "object" else None,
        subject=subject,
    )


def type_of_value(value: Json) -> Type:
    """The type of a constant."""
    if value is None:
        return replace(NULL, fixed=(None,))
    if isinstance(value, bool):
        return replace(BOOLEAN, fixed=(value,))
    if isinstance(value, int | float):
        return replace(NUMBER, fixed=(value,), least=value, nonzero=value != 0)
    if isinstance(value, str):
        return replace(TEXT, fixed=(value,))
    return Type(frozenset({"object"}), fixed=(value,))


def union(a: Type, b: Type) -> Type:
    """What either may give."""
    choices = tuple(sorted({*_texts(a), *_texts(b)})) if _texts(a) and _texts(b) else ()
    least = None if a.least is None or b.least is None else min(a.least, b.least)
    elements = [t.element for t in (a, b) if t.element is not None]
    return Type(
        a.kinds | b.kinds,
        a.nullable or b.nullable,
        unit=a.unit if a.unit == b.unit else "",
        choices=choices,
        least=least,
        element=union(*elements) if len(elements) == 2 else next(iter(elements), None),
        fields=a.fields if a.fields is b.fields else None,
    )


def _texts(known: Type) -> tuple[str, ...]:
    return known.choices or tuple(value for value in known.fixed if isinstance(value, str))


def subject_of(node: Node) -> str:
    """What an expression reads, if it is just that: the path of a field, or "$" and a fact key."""
    if not isinstance(node, Op) or not all(map(constant, node.args)):
        return ""
    written = [to_json(arg) for arg in node.args]
    if node.name == "fact" and written:
        return "$" + fact_key(*written)
    one_path = node.name == "var" and len(written) == 1 and isinstance(written[0], str)
    return str(written[0]) if one_path else ""
