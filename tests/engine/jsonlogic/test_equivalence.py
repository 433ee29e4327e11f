"""Closures, generated code and traces never disagree, whatever the rule and the data."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from orderloom.engine.jsonlogic import CompiledRule, RuleFailed, compile_rule
from orderloom.engine.jsonlogic.coerce import truthy
from orderloom.engine.jsonlogic.operators import EXAMPLE_SETS
from tests.engine.jsonlogic import strategies
from tests.engine.jsonlogic.oracle import carried, same

MANY = settings(max_examples=400, deadline=None)


def compiled(rule: Any, *, fast: bool) -> CompiledRule:
    return compile_rule(rule, sets=EXAMPLE_SETS, fast=fast)


def outcome(function: Any, data: Any) -> Any:
    try:
        return carried(function(data))
    except RuleFailed as error:
        return {"failed": error.code, "where": error.where}


@MANY
@given(strategies.rules, strategies.data)
def test_generated_code_gives_what_closures_give(rule: Any, data: Any) -> None:
    exact = outcome(compiled(rule, fast=False).evaluate, data)
    assert same(outcome(compiled(rule, fast=True).evaluate, data), exact)


@MANY
@given(strategies.rules, strategies.data)
def test_a_test_is_the_truth_of_the_value(rule: Any, data: Any) -> None:
    fast = compiled(rule, fast=True)
    value = outcome(fast.evaluate, data)
    held = outcome(fast.test, data)
    failed = isinstance(value, dict) and "failed" in value
    # What cannot leave the engine, being too large, may still count as true.
    if failed and value["failed"] != "rules.result_too_large":
        assert held == value
    elif not failed:
        assert held is (value not in ({"$js": "NaN"},) and truthy(value))


@MANY
@given(strategies.rules, strategies.data)
def test_a_trace_ends_in_the_value(rule: Any, data: Any) -> None:
    fast = compiled(rule, fast=True)
    traced = outcome(lambda seen: fast.trace(seen).value, data)
    assert same(traced, outcome(fast.evaluate, data))


@MANY
@given(strategies.rules, strategies.data)
def test_evaluating_changes_neither_rule_nor_data(rule: Any, data: Any) -> None:
    before = json.dumps([rule, data])
    fast = compiled(rule, fast=True)
    first = outcome(fast.evaluate, data)
    outcome(fast.trace, data)
    assert same(outcome(fast.evaluate, data), first)
    assert json.dumps([rule, data]) == before
