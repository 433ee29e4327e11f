"""All published blueprints make one plan, known by a hash of everything that decides."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from orderloom.blueprint import library
from orderloom.blueprint.plan import CompiledBlueprint, Version, compile_plan, plan_hash
from orderloom.errors import NotFound

GOOD: dict[str, Any] = library.read("fashion-order-hub")
KEY = "fashion-order-hub"


def compiled(values: dict[str, Any] | None = None) -> CompiledBlueprint:
    return compile_plan([(KEY, 1, GOOD, values or {})]).blueprints[KEY]


def test_parameters_take_the_companys_values_or_their_defaults() -> None:
    assert compiled().outbound[0].schedule == {"daily_at": "10:00"}
    assert compiled({"hand_over": "at_once"}).outbound[0].schedule == "at_once"
    assert compiled({"supervisors": ["a@example.com"]}).alerts["risk-mail"].recipients == (
        "a@example.com",
    )


FACTS = ("vague_in_a_row", "percent_of_usual_amount(30)", "repeats_of_receiver(60)")


def test_rules_hold_what_parameters_and_sets_stand_for() -> None:
    risk = compiled({"high_amount": 5}).rules[0]
    assert risk.matching({"total": 5, "$facts": dict.fromkeys(FACTS)})
    assert not risk.matching({"total": 4, "$facts": dict.fromkeys(FACTS)})
    routing = compiled().rules[1]
    assert routing.matching({"province": "上海"})[0].id == "jiangzhehu"


def test_the_hash_knows_documents_versions_and_values() -> None:
    other = copy.deepcopy(GOOD)
    other["rules"][0]["rows"][0]["title"]["en"] = "Another title"
    hashes = {
        plan_hash([(KEY, 1, GOOD, {})]),
        plan_hash([(KEY, 2, GOOD, {})]),
        plan_hash([(KEY, 1, other, {})]),
        plan_hash([(KEY, 1, GOOD, {"high_amount": 5})]),
        plan_hash([]),
    }
    assert len(hashes) == 5


def test_the_hash_does_not_know_the_order_of_things() -> None:
    a: Version = ("a", 1, GOOD, {})
    b: Version = ("b", 1, GOOD, {})
    assert plan_hash([a, b]) == plan_hash([b, a])
    reordered = dict(reversed(list(GOOD.items())))
    assert plan_hash([("a", 1, reordered, {})]) == plan_hash([a])


def test_the_warehouses_of_an_outbound_step() -> None:
    step = compiled().outbound_for("yiwu", "jd")[0]
    assert (step.id, step.send_to, step.label_first) == ("to-wms", "wms", True)
    assert [s.id for s in compiled().outbound_for("yiwu", "jd")] == ["to-wms"]
    assert [s.id for s in compiled().outbound_for("yiwu", "taobao")] == ["to-wms", "labels"]
    assert compiled().outbound_for("nowhere", "jd") == []
    assert compiled().warehouses == ["hangzhou", "yiwu"]


def test_templates_are_found_by_name() -> None:
    assert KEY in library.names()
    with pytest.raises(NotFound) as missing:
        library.read("fashion-orders-hub")
    assert KEY in missing.value.params["known"]
