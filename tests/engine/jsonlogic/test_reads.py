"""What a rule reads: paths and facts."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.engine.jsonlogic import RuleInvalid, compile_rule, fact_key, fact_of

LINES = {"var": "lines"}
CASES: list[tuple[Any, set[str]]] = [
    ({"var": "a.b"}, {"a.b"}),
    ({"var": ["a", {"var": "b"}]}, {"a", "b"}),
    ({"var": 1}, {"1"}),
    ({"var": ""}, {"*"}),
    ({"var": {"cat": ["a", "b"]}}, {"*"}),
    ({"if": [{"var": "x"}, [{"var": "y"}], 1]}, {"x", "y"}),
    ({"some": [LINES, {">": [{"var": "qty"}, 1]}]}, {"lines", "lines[].qty"}),
    ({"map": [{"filter": [LINES, {"var": "gift"}]}, {"var": "sku"}]},
     {"lines", "lines[].gift", "lines[].sku"}),
    ({"some": [{"var": "tags"}, {"==": [{"var": ""}, "vip"]}]}, {"tags", "tags[]"}),
    ({"all": [LINES, {"some": [{"var": "parts"}, {"var": "x"}]}]},
     {"lines", "lines[].parts", "lines[].parts[].x"}),
    ({"reduce": [LINES, {"+": [{"var": "accumulator"}, {"var": "current.qty"}]}, {"var": "base"}]},
     {"lines", "lines[].qty", "base"}),
    ({"reduce": [{"map": [LINES, {"var": "qty"}]}, {"max": [{"var": "current"}, 1]}, 0]},
     {"lines", "lines[].qty"}),
    ({"sum_of": [LINES, "qty"]}, {"lines", "lines[].qty"}),
    ({"count_if": [LINES, {"fact": "limit"}]}, {"lines"}),
    ({"missing": ["a", "b.c"]}, {"a", "b.c"}),
    ({"missing": {"merge": ["a", {"var": "more"}]}}, {"more", "*"}),
    ({"missing_some": [1, ["a", "b"]]}, {"a", "b"}),
    ({"x": 1, "y": {"var": "not read"}}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "paths"), CASES)
def test_variables(rule: Any, paths: set[str]) -> None:
    assert compile_rule(rule).variables == paths


def test_facts_are_listed_once_and_sorted() -> None:
    rule = {"and": [
        {">": [{"fact": ["orders_since", 60, "a"]}, 1]}, {"fact": "blacklisted"},
        {"some": [LINES, {"fact": "blacklisted"}]},
    ]}  # fmt: skip
    assert compile_rule(rule).facts == ("blacklisted", 'orders_since(60,"a")')


@pytest.mark.parametrize("args", [(), (60,), ("甲", 1.5, None, [1, "x)"])])
def test_a_fact_key_can_be_taken_apart(args: tuple[Any, ...]) -> None:
    assert fact_of(fact_key("orders", *args)) == ("orders", args)


@pytest.mark.parametrize("rule", [{"fact": [{"var": "x"}]}, {"fact": ["a", {"var": "x"}]}])
def test_what_fact_is_asked_for_must_be_written_out(rule: Any) -> None:
    with pytest.raises(RuleInvalid) as caught:
        compile_rule(rule)
    assert caught.value.code == "rules.must_be_written"
