"""A trace is the evaluation written down: pointers, operators, values, what was not needed."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.engine.jsonlogic import RuleFailed, compile_rule


def traced(rule: Any, data: Any) -> dict[str, Any]:
    return compile_rule(rule).trace(data).to_json()


def test_the_shape() -> None:
    assert traced({">": [{"var": "total"}, 100]}, {"total": 250}) == {
        "pointer": "",
        "op": ">",
        "value": True,
        "args": [
            {"pointer": "/>/0", "op": "var", "value": 250, "args": [], "var": "total"},
            {"pointer": "/>/1", "op": "literal", "value": 100, "args": []},
        ],
    }


def test_what_was_not_evaluated_is_absent() -> None:
    rule = {"and": [{"var": "a"}, {"var": "b"}, {"var": "c"}]}
    assert [arg["pointer"] for arg in traced(rule, {"a": 1, "b": 0})["args"]] == [
        "/and/0",
        "/and/1",
    ]
    rule = {"if": [{"var": "a"}, {"var": "b"}, {"var": "c"}]}
    assert [arg["var"] for arg in traced(rule, {})["args"]] == ["a", "c"]


def test_items_of_a_loop_share_a_pointer_and_are_numbered() -> None:
    rule = {"some": [{"var": "lines"}, {">": [{"var": "qty"}, 2]}]}
    top = traced(rule, {"lines": [{"qty": 1}, {"qty": 5}, {"qty": 9}]})
    source, *bodies = top["args"]
    assert source["var"] == "lines"
    assert [(b["pointer"], b["item"], b["value"]) for b in bodies] == [
        ("/some/1", 0, False),
        ("/some/1", 1, True),
    ]


def test_lists() -> None:
    top = traced({"in": [{"var": "p"}, ["a", "b"]]}, {"p": "b"})
    assert top["args"][1] == {
        "pointer": "/in/1", "op": "literal", "value": ["a", "b"], "args": []
    }  # fmt: skip
    top = traced([{"var": "p"}, 1], {"p": "b"})
    assert (top["op"], [arg["op"] for arg in top["args"]]) == ("list", ["var", "literal"])


def test_a_default_that_was_written_as_a_rule_is_shown() -> None:
    top = traced({"var": ["x", {"var": "y"}]}, {"y": 2})
    assert (top["value"], top["var"], top["args"][0]["var"]) == (2, "x", "y")


def test_the_same_failures_at_the_same_place() -> None:
    rule = {"or": [False, {"cat": ["a", {"nope": 1}]}]}
    with pytest.raises(RuleFailed) as caught:
        compile_rule(rule).trace({})
    assert (caught.value.code, caught.value.where) == ("rules.unknown_operator", "/or/1/cat/1")


def test_a_huge_evaluation_is_traced_in_part() -> None:
    rule = {"all": [{"var": "n"}, {">": [{"var": ""}, 0]}]}
    top = compile_rule(rule).trace({"n": [1] * 50_000})
    assert top.value is True
    assert 1_000 < len(top.args) < 50_000
