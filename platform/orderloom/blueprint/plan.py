"""The plan: all published blueprints, compiled. Workers run plans, never documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

import orjson

from orderloom.blueprint.actions import compile_action
from orderloom.blueprint.document import SEVERITIES, check_shape
from orderloom.blueprint.findings import Finding, refuse
from orderloom.blueprint.own_fields import (
    OwnField,
    OwnModel,
    field_type,
    own_columns,
    own_models,
)
from orderloom.blueprint.references import check_references
from orderloom.blueprint.strict import Coverage, diagnose
from orderloom.engine.canonical import Field
from orderloom.engine.jsonlogic import CompiledList, CompiledRule, compile_list, compile_rule
from orderloom.engine.mapping import FieldMapping, compile_mapping
from orderloom.engine.rules import Action, Row, RuleList
from orderloom.engine.templates import Text
from orderloom.errors import InputError

Document = Mapping[str, Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Outbound:
    """Where a warehouse's fulfilments go; `schedule`: see `references.is_schedule`.

    `platforms`: only those of orders of these channels; empty: of all. `label_first`: only once a
    label step for the same warehouse brought the tracking number.
    """

    id: str
    warehouses: frozenset[str]
    send_to: str
    schedule: Any
    options: Mapping[str, str]
    platforms: frozenset[str] = frozenset()
    label_first: bool = False


@dataclass(frozen=True)
class Alert:
    """A message to people, compiled in both languages."""

    id: str
    title: Mapping[str, str]
    severity: str
    send_to: str
    recipients: tuple[str, ...]
    subject: Mapping[str, Text]
    text: Mapping[str, Text]

    def render(self, values: Mapping[str, Any], locale: str = "zh") -> dict[str, str]:
        """The words of a mail or post: {"subject": …, "text": …}."""
        return {
            "subject": self.subject[locale].render(values),
            "text": self.text[locale].render(values),
        }


@dataclass(frozen=True)
class Effect:
    """What follows a crossing; `name` is an alert, a connection role or a pool."""

    do: str
    name: str


@dataclass(frozen=True)
class Threshold:
    """A total to watch; `key` names it across blueprints."""

    key: str
    title: Mapping[str, str]
    subject: str
    measure: str
    period: str
    reaches: int
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Source:
    """One shop and the mapping its orders take."""

    id: str
    account: str
    mapping: str
    poll_seconds: int


@dataclass(frozen=True)
class CompiledBlueprint:
    """One blueprint, ready to run; roles are still names."""

    key: str
    version: int
    document: Document
    mappings: Mapping[str, FieldMapping]
    skus_by_code: frozenset[str]  # mappings whose seller codes are hub SKU codes
    sources: tuple[Source, ...]
    rules: tuple[RuleList, ...]
    rule_texts: Mapping[tuple[str, str], Any]  # (list id, row id) -> resolved JSONLogic
    value_texts: Mapping[str, tuple[str, Any]]  # place -> whose value, and its resolved JSONLogic
    outbound: tuple[Outbound, ...]
    alerts: Mapping[str, Alert]
    thresholds: tuple[Threshold, ...]
    facts: tuple[str, ...] = field(default=())
    own: tuple[OwnField, ...] = ()
    models: Mapping[str, OwnModel] = field(default_factory=dict)  # by key

    def mapping_for(self, account_role: str) -> FieldMapping | None:
        """The mapping of the source this account role feeds."""
        source = next((s for s in self.sources if s.account == account_role), None)
        return self.mappings[source.mapping] if source else None

    def outbound_for(self, warehouse: str, platform: str | None = None) -> list[Outbound]:
        """Where fulfilments from a warehouse role go, in the document's order.

        `platform`: only those of this channel's orders.
        """
        steps = (step for step in self.outbound if warehouse in step.warehouses)
        return [s for s in steps if platform is None or not s.platforms or platform in s.platforms]

    @property
    def warehouses(self) -> list[str]:
        """Every warehouse role."""
        return [r["key"] for r in self.document["roles"] if r["kind"] == "warehouse"]


@dataclass(frozen=True)
class Plan:
    """Everything that is live, under one content hash."""

    hash: str
    blueprints: Mapping[str, CompiledBlueprint]

    def warm(self) -> None:
        """Generate all code now; a plan that is only looked at does without."""
        for blueprint in self.blueprints.values():
            for rules in blueprint.rules:
                rules.warm()


Version = tuple[str, int, Document, Parameters]  # key, version, document, parameter values


def plan_hash(versions: Sequence[Version]) -> str:
    """The same documents with the same parameters give the same hash, in any order."""
    content = sorted([list(version) for version in versions], key=lambda v: str(v[0]))
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def compile_plan(versions: Sequence[Version]) -> Plan:
    """Compile published documents; raises BlueprintError naming document and place."""
    compiled = {v[0]: compile_blueprint(*v) for v in versions}
    return Plan(plan_hash(versions), compiled)


def check(document: Any, coverage: Coverage | None = None) -> list[Finding]:
    """Raise BlueprintError unless the document could be published; returns mere warnings.

    `coverage`: what each channel fills, for rules that read what a channel masks or never sends.
    """
    check_shape(document)
    check_references(document)
    compiled = compile_blueprint(document["key"], 0, document, {})
    own = own_field_types(document)
    found = list(diagnose(document, compiled.rule_texts, compiled.value_texts, own, coverage or {}))
    refuse(finding for severity, finding in found if severity == "error")
    return [finding for severity, finding in found if severity != "error"]


def compile_blueprint(
    key: str, version: int, document: Document, values: Parameters
) -> CompiledBlueprint:
    """Compile one checked document with this company's parameter values."""
    scope = _Scope(document, values)
    rules = tuple(scope.rule_list(r, f"/rules/{i}") for i, r in enumerate(_all(document, "rules")))
    own = own_field_types(document)
    return CompiledBlueprint(
        key=key,
        version=version,
        document=document,
        mappings={m["id"]: compile_mapping(m, own) for m in document["mappings"]},
        skus_by_code=frozenset(
            m["id"] for m in document["mappings"] if m.get("skus_by_code", False)
        ),
        sources=tuple(_source(s) for s in document["sources"]),
        rules=rules,
        rule_texts=scope.texts,
        value_texts=scope.values,
        outbound=tuple(scope.outbound(o) for o in _all(document, "outbound")),
        alerts={a["id"]: scope.alert(a, f"/alerts/{i}") for i, a in _numbered(document, "alerts")},
        thresholds=tuple(scope.threshold(t) for t in _all(document, "thresholds")),
        facts=tuple(sorted(scope.facts)),
        own=own_columns(document),
        models={model.key: model for model in own_models(document)},
    )


def _all(document: Document, section: str) -> Sequence[Document]:
    entries: Sequence[Document] = document.get(section, [])
    return entries


def _numbered(document: Document, section: str) -> list[tuple[int, Document]]:
    return list(enumerate(_all(document, section)))


def own_field_types(document: Document) -> list[Field]:
    """The fields a blueprint adds to the order, as the engine knows fields."""
    return [field_type(f) for f in own_columns(document)]


def _source(document: Document) -> Source:
    minutes = document.get("every_minutes", 15)
    return Source(document["id"], document["account"], document["mapping"], minutes * 60)


class _Scope:
    """Parameter values and named sets of one document, put in place of their names."""

    def __init__(self, document: Document, values: Parameters) -> None:
        defaults = {p["key"]: p["default"] for p in _all(document, "parameters")}
        self.key = document["key"]
        self.parameters = {**defaults, **values}
        self.sets = {s["key"]: s["values"] for s in _all(document, "sets")}
        self.texts: dict[tuple[str, str], Any] = {}
        self.values: dict[str, tuple[str, Any]] = {}
        self.facts: set[str] = set()

    def resolve(self, value: Any) -> Any:
        """`value` with every {"param": …} and {"set": …} replaced by what it stands for."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, inner), *_ = value.items()
            if name == "param":
                return self.parameters[inner]
            if name == "set":
                return list(self.sets[inner])
        return {name: self.resolve(inner) for name, inner in value.items()}

    def rule_list(self, document: Document, at: str) -> RuleList:
        texts = [self.resolve(row["when"]) for row in document["rows"]]
        conditions = self._conditions(texts, at)
        rows = []
        for number, row in enumerate(document["rows"]):
            rule = conditions.rules[number]
            self.texts[document["id"], row["id"]] = texts[number]
            self.facts.update(rule.facts)
            actions = self._actions(row["then"], f"{at}/rows/{number}/then")
            rows.append(Row(row["id"], row["title"], _later(rule), actions))
        otherwise = self._actions(document.get("otherwise", []), f"{at}/otherwise")
        mode = document.get("mode", "first")
        return RuleList(document["id"], document["stage"], mode, tuple(rows), conditions, otherwise)

    def _actions(self, documents: Sequence[Document], at: str) -> tuple[Action, ...]:
        return tuple(
            compile_action(action, self.resolve, partial(self._value, f"{at}/{number}"))
            for number, action in enumerate(documents)
        )

    def _value(self, at: str, place: str, name: str, text: Any) -> CompiledRule:
        where, formula = f"{at}/{place}", self.resolve(text)
        self.values[where] = (name, formula)
        try:
            rule = compile_rule(formula, sets=self.sets)
        except InputError as error:
            refuse([Finding(error.code, f"{where}{error.where or ''}", error.params)])
            raise
        self.facts.update(rule.facts)
        return rule

    def _conditions(self, texts: Sequence[Any], at: str) -> CompiledList:
        try:
            return compile_list(texts, sets=self.sets)
        except InputError as error:
            _, number, rest = [*(error.where or "/0").split("/", 2), ""][:3]
            where = f"{at}/rows/{number}/when" + (f"/{rest}" if rest else "")
            refuse([Finding(error.code, where, error.params)])
            raise

    def outbound(self, document: Document) -> Outbound:
        return Outbound(
            document["id"],
            frozenset(document["warehouses"]),
            document["send_to"],
            self.resolve(document["hand_over"]),
            document.get("options", {}),
            frozenset(document.get("platforms", ())),
            document.get("label_first", False),
        )

    def threshold(self, document: Document) -> Threshold:
        named = {"notify": "alert", "send": "send_to", "pool": "pool"}
        return Threshold(
            f"{self.key}/{document['id']}",
            document["title"],
            document["subject"],
            document["measure"],
            document["period"],
            int(self.resolve(document["reaches"])),
            tuple(Effect(e["do"], e[named[e["do"]]]) for e in document["then"]),
        )

    def alert(self, document: Document, at: str) -> Alert:
        return Alert(
            document["id"],
            document["title"],
            document.get("severity", SEVERITIES[1]),
            document["send_to"],
            tuple(self.resolve(document["recipients"])),
            _texts(document["subject"], f"{at}/subject"),
            _texts(document["text"], f"{at}/text"),
        )


def _later(rule: CompiledRule) -> Callable[[Mapping[str, Any]], bool]:
    """The row's own test; its code is generated only if somebody asks for this row alone."""
    return lambda data: rule.test(data)


def _texts(document: Document, at: str) -> dict[str, Text]:
    return {locale: _text(source, f"{at}/{locale}") for locale, source in document.items()}


def _text(source: str, where: str) -> Text:
    try:
        return Text(source, where)
    except InputError as error:
        refuse([Finding(error.code, where, error.params)])
        raise
