"""The plan: all published blueprints, compiled. Workers run plans, never documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson

from orderloom.blueprint import tables as live
from orderloom.blueprint.findings import Finding, refuse
from orderloom.blueprint.installed import NOTHING, Installed, check_told
from orderloom.blueprint.own_fields import (
    OwnField,
    OwnModel,
    field_type,
    own_columns,
    own_models,
)
from orderloom.blueprint.references import check_references
from orderloom.blueprint.scope import Alert, Outbound, Scope, Threshold, entries, numbered
from orderloom.blueprint.shape import check_shape
from orderloom.blueprint.strict import diagnose
from orderloom.blueprint.triggers import Triggered
from orderloom.engine.canonical import Field
from orderloom.engine.jsonlogic import CompiledRule, compile_rule
from orderloom.engine.mapping import FieldMapping, compile_mapping
from orderloom.engine.rules import RuleList
from orderloom.engine.tables import LiveTable

Document = Mapping[str, Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """One shop and the mapping its orders take."""

    id: str
    account: str
    mapping: str


@dataclass(frozen=True)
class CompiledBlueprint:
    """One blueprint, ready to run; roles are still names."""

    key: str
    version: int
    document: Document
    mappings: Mapping[str, FieldMapping]
    skus_by_code: frozenset[str]  # mappings whose seller codes are hub SKU codes
    sources: tuple[Source, ...]
    rules: tuple[RuleList, ...]  # the stages of an order's way
    rule_texts: Mapping[tuple[str, str], Any]  # (list id, row id) -> resolved JSONLogic
    value_texts: Mapping[str, tuple[str, Any]]  # place -> whose value, and its resolved JSONLogic
    outbound: tuple[Outbound, ...]
    alerts: Mapping[str, Alert]
    thresholds: tuple[Threshold, ...]
    triggered: Mapping[str, Triggered] = field(default_factory=dict)  # list id -> all other lists
    facts: tuple[str, ...] = field(default=())
    own: tuple[OwnField, ...] = ()
    models: Mapping[str, OwnModel] = field(default_factory=dict)  # by key
    parameters: Parameters = field(default_factory=dict)  # this company's values
    tables: Mapping[str, LiveTable] = field(default_factory=dict)  # those the rules read now

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

    def condition(self, list_id: str, row_id: str) -> CompiledRule:
        """A row's condition by itself, for traces."""
        sets, tables = self.names
        return compile_rule(self.rule_texts[list_id, row_id], sets=sets, tables=tables)

    @cached_property
    def names(self) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Mapping[str, Any]]]:
        """What rules refer to by name: sets, and the tables `lookup` reads."""
        return live.sets_of(self.document), live.words(self.document, self.tables)

    @property
    def table_versions(self) -> dict[str, int]:
        """Which version of each table the rules read."""
        return {key: table.version for key, table in self.tables.items()}

    def warm(self) -> None:
        """Generate all code of its rules now."""
        for rules in self.lists.values():
            rules.warm()

    @cached_property
    def lists(self) -> Mapping[str, RuleList]:
        """All lists by id, whatever sets them off."""
        others = (one.rules for one in self.triggered.values())
        return {rules.id: rules for rules in (*self.rules, *others)}

    @property
    def for_orders(self) -> tuple[RuleList, ...]:
        """The stages, and the scheduled lists that look at orders, too."""
        scheduled = (one.rules for one in self.triggered.values() if one.over == "orders")
        return (*self.rules, *scheduled)

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
            blueprint.warm()


Version = tuple[str, int, Document, Parameters]  # key, version, document, parameter values


def plan_hash(versions: Sequence[Version]) -> str:
    """The same documents with the same parameters give the same hash, in any order."""
    content = sorted([list(version) for version in versions], key=lambda v: str(v[0]))
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def compile_plan(versions: Sequence[Version]) -> Plan:
    """Compile published documents; raises BlueprintError naming document and place."""
    compiled = {v[0]: compile_blueprint(*v) for v in versions}
    return Plan(plan_hash(versions), compiled)


def check(document: Any, installed: Installed = NOTHING) -> list[Finding]:
    """Raise BlueprintError unless the document could be published; returns mere warnings.

    `installed`: for rules that read what a channel never sends, or tell whoever cannot understand.
    """
    check_shape(document)
    check_references(document)
    refuse(check_told(document, installed))
    compiled = compile_blueprint(document["key"], 0, document, {})
    own = own_field_types(document)
    texts, values = compiled.rule_texts, compiled.value_texts
    found = list(diagnose(document, texts, values, own, installed.coverage))
    refuse(finding for severity, finding in found if severity == "error")
    return [finding for severity, finding in found if severity != "error"]


def compile_blueprint(
    key: str, version: int, document: Document, values: Parameters
) -> CompiledBlueprint:
    """Compile one checked document with this company's parameter values.

    Its tables are as the document brings them; see `with_tables`.
    """
    scope = Scope(document, values)
    rules, triggered, facts = scope.rule_lists()
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
        outbound=tuple(scope.outbound(o) for o in entries(document, "outbound")),
        alerts={a["id"]: scope.alert(a, f"/alerts/{i}") for i, a in numbered(document, "alerts")},
        thresholds=tuple(scope.threshold(t) for t in entries(document, "thresholds")),
        triggered=triggered,
        facts=facts,
        own=own_columns(document),
        models={model.key: model for model in own_models(document)},
        parameters=values,
        tables=scope.tables,
    )


def with_tables(compiled: CompiledBlueprint, tables: Mapping[str, LiveTable]) -> CompiledBlueprint:
    """The same blueprint reading these tables; only lists that read one are compiled again."""
    scope = Scope(compiled.document, compiled.parameters, {**compiled.tables, **tables})
    again = {
        document["id"]: scope.rule_list(document, f"/rules/{number}")
        for number, document in numbered(compiled.document, "rules")
        if live.names_read(document)
    }
    rules = tuple(again.get(known.id, known) for known in compiled.rules)
    triggered = {
        id_: replace(known, rules=again.get(id_, known.rules))
        for id_, known in compiled.triggered.items()
    }
    return replace(compiled, rules=rules, triggered=triggered, tables=scope.tables)


def own_field_types(document: Document) -> list[Field]:
    """The fields a blueprint adds to the order, as the engine knows fields."""
    return [field_type(f) for f in own_columns(document)]


def _source(document: Document) -> Source:
    return Source(document["id"], document["account"], document["mapping"])
