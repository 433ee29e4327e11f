"""Conditions of a decision list compiled together."""

from __future__ import annotations

import pytest

from orderloom.engine.jsonlogic import RuleFailed, RuleInvalid, compile_list

CONDITIONS = [
    {"==": [{"var": "province"}, "浙江"]},
    {">": [{"var": "total"}, 100]},
    {"in": [{"var": "province"}, ["浙江", "江苏"]]},
]


@pytest.mark.parametrize("fast", [True, False])
def test_first_and_all(fast: bool) -> None:
    rows = compile_list(CONDITIONS, fast=fast)
    assert rows.first({"province": "浙江", "total": 200}) == 0
    assert rows.first({"province": "江苏", "total": 200}) == 1
    assert rows.first({"province": "江苏"}) == 2
    assert rows.first({}) is None
    assert rows.matching({"province": "浙江", "total": 200}) == [0, 1, 2]
    assert rows.matching({}) == []
    assert [rule.test({"total": 200}) for rule in rows.rules] == [False, True, False]


def test_an_empty_list() -> None:
    rows = compile_list([])
    assert (rows.first({}), rows.matching({})) == (None, [])


def test_places_begin_with_the_number_of_the_row() -> None:
    with pytest.raises(RuleInvalid) as invalid:
        compile_list([True, {"!": {"in_set": [1, "nobody"]}}])
    assert invalid.value.where == "/1/!/in_set/1"
    with pytest.raises(RuleFailed) as failed:
        compile_list([False, {"!": {"nope": 1}}]).first({})
    assert failed.value.where == "/1/!"
