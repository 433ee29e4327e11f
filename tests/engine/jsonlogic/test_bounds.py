"""No rule and no data can make an evaluation run away, and nothing in either is executed."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.engine.jsonlogic import RuleFailed, compile_rule

PATHS = pytest.mark.parametrize("fast", [True, False], ids=["generated", "closures"])
ITEMS = {"var": "items"}
DOUBLED = {"var": "accumulator"}


def failure(rule: Any, data: Any, *, fast: bool, budget: int = 1_000_000) -> tuple[str, str | None]:
    with pytest.raises(RuleFailed) as caught:
        compile_rule(rule, fast=fast, budget=budget).evaluate(data)
    return caught.value.code, caught.value.where


@PATHS
def test_a_loop_pays_for_every_item(fast: bool) -> None:
    rule = {"some": [ITEMS, {"==": [{"var": "x"}, 1]}]}  # a body of four nodes, and the loop
    compiled = compile_rule(rule, fast=fast, budget=500)
    assert compiled.evaluate({"items": [{}] * 100}) is False
    assert failure(rule, {"items": [{}] * 101}, fast=fast, budget=500) == ("rules.too_costly", "")


@PATHS
def test_loops_inside_loops_share_one_budget(fast: bool) -> None:
    inner = {"count_if": [{"var": "lines"}, True]}
    rule = {"and": [True, {"map": [ITEMS, inner]}]}
    data = {"items": [{"lines": [1] * 1000}] * 1000}
    assert failure(rule, data, fast=fast) == ("rules.too_costly", "/and/1/map/1")


@PATHS
def test_the_trace_has_the_same_budget(fast: bool) -> None:
    rule = compile_rule({"map": [ITEMS, 1]}, fast=fast, budget=10)
    with pytest.raises(RuleFailed, match=r"rules\.too_costly"):
        rule.trace({"items": [1] * 6})


@PATHS
@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"cat": [DOUBLED, DOUBLED]}, "rules.text_too_long"),
        ({"merge": [DOUBLED, DOUBLED, 1]}, "rules.list_too_long"),
        ([DOUBLED, DOUBLED], "rules.result_too_large"),
        ({"max": [1, [DOUBLED, DOUBLED]]}, None),
        ({"*": [DOUBLED, DOUBLED]}, None),
        ({"+": [DOUBLED, DOUBLED]}, None),
    ],
)
def test_what_doubles_in_a_loop_is_stopped(step: Any, code: str | None, fast: bool) -> None:
    rule = {"reduce": [ITEMS, step, 3]}
    data = {"items": list(range(300))}
    if code is None:
        assert compile_rule(rule, fast=fast).evaluate(data) is not None
    else:
        assert failure(rule, data, fast=fast)[0] == code


@PATHS
def test_a_list_nested_in_a_loop_is_no_way_out(fast: bool) -> None:
    nested = {"reduce": [ITEMS, [DOUBLED], 1]}
    rule = {"==": [nested, "1"]}
    assert compile_rule(rule, fast=fast).evaluate({"items": [0] * 50}) is True
    code, where = failure(rule, {"items": [0] * 20_000}, fast=fast)
    assert (code, where) == ("rules.value_too_deep", "")


@PATHS
def test_failures_say_where(fast: bool) -> None:
    rule = {"if": [{"var": "x"}, {"nope": 1}, {"+": [1, {"*": []}]}]}
    assert failure(rule, {"x": 1}, fast=fast) == ("rules.unknown_operator", "/if/1")
    assert failure(rule, {"x": 0}, fast=fast) == ("rules.bad_argument", "/if/2/+/1")


@PATHS
def test_a_fact_nobody_supplied_is_an_error_not_null(fast: bool) -> None:
    rule = {"and": [True, {"fact": ["orders", 5]}]}
    supplied: list[Any] = [{}, {"$facts": {}}, {"$facts": [1]}, None, [], {"$facts": {"orders": 1}}]
    for data in supplied:
        assert failure(rule, data, fast=fast) == ("rules.fact_not_supplied", "/and/1")
    assert compile_rule(rule, fast=fast).evaluate({"$facts": {"orders(5)": None}}) is None


HOSTILE = [
    "__class__.__mro__",
    "__import__('os')",
    "data.get",
    "'); raise SystemExit #",
    '"""\n\nraise SystemExit',
    "{0.__class__}",
    "\\",
    "\x00",
    "None",
    "run",
    "slow",
]


@PATHS
@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_a_rule_is_only_ever_text(text: str, fast: bool) -> None:
    rule = [
        {"var": text},
        {"==": [{"var": "x"}, text]},
        {"in": [{"var": "x"}, [text, "y"]]},
        {"var": ["nowhere", text]},
        {"cat": [text, {"var": "x"}]},
        {"map": [["a"], {"var": [text, text]}]},
    ]
    found = compile_rule(rule, fast=fast).evaluate({"x": text})
    assert found == [None, True, True, text, text + text, [text]]
    with pytest.raises(RuleFailed, match=r"rules\.unknown_operator"):
        compile_rule({text: [1]}, fast=fast).evaluate({})


@PATHS
@pytest.mark.parametrize("name", ["constructor", "__proto__", "toString", "hasOwnProperty"])
def test_what_javascript_objects_inherit_is_missing(name: str, fast: bool) -> None:
    values: list[Any] = [{}, [], "text", 5]
    for data in values:
        assert compile_rule({"var": name}, fast=fast).evaluate(data) is None
    assert compile_rule({"var": name}, fast=fast).evaluate({name: 1}) == 1


@PATHS
def test_data_that_looks_like_a_rule_is_data(fast: bool) -> None:
    data = {"keys": [{"var": "secret"}], "secret": "x"}
    rule = compile_rule({"missing": {"var": "keys"}}, fast=fast)
    assert rule.evaluate(data) == [{"var": "secret"}]


@PATHS
def test_results_share_nothing_with_rule_or_data(fast: bool) -> None:
    rule = compile_rule([{"a": 1, "b": [2]}, {"var": "x"}], fast=fast)
    data = {"x": [1]}
    rule.evaluate(data)[0]["b"].append(3)
    rule.evaluate(data)[1].append(2)
    assert rule.evaluate(data) == [{"a": 1, "b": [2]}, [1]]
    assert data == {"x": [1]}


def test_a_rule_too_deep_to_generate_is_still_evaluated() -> None:
    from orderloom.engine.jsonlogic import Limits, parse

    rule: Any = {"var": "x"}
    for _ in range(120):
        rule = {"!": [rule]}
    assert compile_rule(parse(rule, Limits(depth=128))).evaluate({"x": True}) is True


@PATHS
def test_a_trace_keeps_no_more_than_fits(fast: bool) -> None:
    longer = {"merge": [DOUBLED, [0] * 300]}
    rule = compile_rule({"reduce": [ITEMS, longer, []]}, fast=fast)
    top = rule.trace({"items": list(range(300))})
    assert len(top.value) == 90_000
    kept = [len(node.value or ()) for node in top.args if isinstance(node.value, list)]
    assert sum(kept) < 150_000
