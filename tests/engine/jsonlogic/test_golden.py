"""Ours, closures and generated code alike, gives what the golden files say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.engine.jsonlogic import CATALOGUE, RuleFailed, compile_rule
from orderloom.engine.jsonlogic.operators import EXAMPLE_SETS, EXAMPLE_TABLES
from orderloom.engine.jsonlogic.standard import NAMES
from tests.engine.jsonlogic import golden
from tests.engine.jsonlogic.oracle import ERROR, answers, carried, same, undefined_as_null

COMPAT = golden.read("compat-tables.json")
CASES = golden.read("cases.json")
PATHS = pytest.mark.parametrize("fast", [True, False], ids=["generated", "closures"])


def ours(case: dict[str, Any], fast: bool) -> Any:
    try:
        return carried(compile_rule(case["rule"], fast=fast).evaluate(case["data"]))
    except RuleFailed as error:
        return "no place given" if error.where is None else ERROR


def wrong(cases: list[dict[str, Any]], value: str, fast: bool) -> list[Any]:
    return [
        (case, found)
        for case in cases
        if not same(found := ours(case, fast), undefined_as_null(case.get(value, ERROR)))
    ]


@PATHS
def test_official_suite(fast: bool) -> None:
    official = golden.read("official.json")
    assert len(official) == 277
    assert wrong(official, "expected", fast) == []


@PATHS
def test_every_case_of_the_compatibility_tables_as_the_reference_answers(fast: bool) -> None:
    assert len(COMPAT) == 1138
    assert wrong(COMPAT, "reference", fast) == []


@PATHS
def test_traps_and_past_mistakes(fast: bool) -> None:
    assert wrong(CASES, "value", fast) == []


@pytest.mark.parametrize(("cases", "value"), [(COMPAT, "reference"), (CASES, "value")])
def test_the_recorded_answers_are_those_of_json_logic_js(
    cases: list[dict[str, Any]], value: str
) -> None:
    said = answers([(case["rule"], case["data"]) for case in cases])
    pairs = zip(cases, said, strict=True)
    assert [case for case, answer in pairs if not same(case.get(value, ERROR), answer)] == []


@PATHS
@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_examples_of_our_operators(name: str, fast: bool) -> None:
    assert CATALOGUE[name].examples
    for example in CATALOGUE[name].examples:
        rule = compile_rule(example.rule, sets=EXAMPLE_SETS, tables=EXAMPLE_TABLES, fast=fast)
        found = rule.evaluate(example.data)
        assert same(found, example.value), example
        assert rule.trace(example.data).value == found


def test_no_operator_of_ours_hides_a_standard_one() -> None:
    assert not NAMES & CATALOGUE.keys()


def test_the_operators_file_is_the_catalogue() -> None:
    """Rewrite it with `python -m tests.engine.jsonlogic.write_operators` after a change."""
    from tests.engine.jsonlogic.write_operators import document

    assert golden.HOME.joinpath("operators.json").read_text(encoding="utf-8") == document()
    assert json.loads(document())["operators"]
