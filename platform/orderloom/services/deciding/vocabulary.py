"""What rules may speak about: fields, operators, transforms, facts, regions, for the editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.blueprint.installed import Installed
from orderloom.connect import Registry
from orderloom.engine.address import ISSUES
from orderloom.engine.canonical import DERIVED_FIELDS, LINE_FIELDS, ORDER_FIELDS, Field
from orderloom.engine.facts import FACTS, Fact
from orderloom.engine.jsonlogic import CATALOGUE
from orderloom.engine.regions import (
    OFFICIAL_ENDINGS,
    PLACE_ENDINGS,
    PROVINCES,
    REGION_SETS,
    SPELLINGS,
)
from orderloom.engine.transforms import CATALOGUE as TRANSFORMS
from orderloom.engine.words import ZONE, Words

Record = dict[str, Any]


def vocabulary(registry: Registry) -> Record:
    """Everything an editor offers to choose from, titled in both languages."""
    fills = coverage(registry)
    return {
        "order": [_field(f, fills) for f in (*ORDER_FIELDS, *DERIVED_FIELDS)],
        "line": [_field(f, {}) for f in LINE_FIELDS],
        "operators": [_operator(name) for name in sorted(CATALOGUE)],
        "facts": [_fact(name, fact) for name, fact in FACTS.items()],
        "address_issues": list(ISSUES),
        "transforms": [
            {"name": name, "title": {"zh": t.zh, "en": t.en}, "options": sorted(t.options)}
            for name, t in TRANSFORMS.items()
        ],
        "regions": list(PROVINCES),
        "spelling": {
            "provinces": dict(SPELLINGS),
            "official_endings": list(OFFICIAL_ENDINGS),
            "place_endings": list(PLACE_ENDINGS),
        },
        "region_sets": {name: list(members) for name, members in REGION_SETS.items()},
    }


def coverage(registry: Registry) -> dict[str, Mapping[str, str]]:
    """What each channel fills, by connector."""
    found = {key: registry.get(key).coverage for key in registry.keys()}  # noqa: SIM118
    return {key: fills for key, fills in found.items() if fills}


def words(registry: Registry, zone: str = ZONE) -> Words:
    """How this installation speaks: its clock, and what its channels are called."""
    keys = registry.keys()
    return Words(zone, platforms={key: registry.get(key).title._asdict() for key in keys})


def installed(registry: Registry, bound: Mapping[str, str] | None = None) -> Installed:
    """What connectors can do here; `bound`: the connector each connection role stands for."""
    keys = registry.keys()
    effects = {key: registry.get(key).effects for key in keys}
    return Installed(coverage(registry), effects, words(registry).platforms, bound or {})


def _field(field: Field, coverage: Mapping[str, Mapping[str, str]]) -> Record:
    fills = {key: found.get(field.name, "never") for key, found in coverage.items() if found}
    return {
        "name": field.name,
        "kind": field.kind,
        "title": {"zh": field.zh, "en": field.en},
        "choices": list(field.choices),
        "unit": field.unit,
        "may_be_missing": not field.required and field.default is None,
        "channels": fills,
    }


def _fact(name: str, fact: Fact) -> Record:
    unit = fact.argument and {"zh": fact.argument[0], "en": fact.argument[1]}
    return {
        "name": name,
        "title": {"zh": fact.zh, "en": fact.en},
        "unit": unit,
        "default": fact.default,
        "most": fact.most,
    }


def _operator(name: str) -> Record:
    operator = CATALOGUE[name]
    return {
        "name": name,
        "title": {"zh": operator.zh, "en": operator.en},
        "params": [
            {"name": p.name, "kind": p.kind, "optional": p.optional, "rest": p.rest}
            for p in operator.params
        ],
        "returns": operator.returns,
    }
