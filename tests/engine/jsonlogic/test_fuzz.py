"""Random rules and data: closures, generated code and json-logic-js under Node agree."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.engine.jsonlogic import RuleFailed, compile_rule
from tests.engine.jsonlogic.fuzzing import pairs
from tests.engine.jsonlogic.oracle import ERROR, carried, differences, same

BATCH = 2_000


def ours(rule: Any, data: Any, *, fast: bool) -> Any:
    try:
        return compile_rule(rule, fast=fast).evaluate(data)
    except RuleFailed:
        return ERROR


def check(seed: int) -> None:
    sample = pairs(seed, BATCH)
    exact = [ours(rule, data, fast=False) for rule, data in sample]
    assert differences(sample, exact) == []
    fast = [ours(rule, data, fast=True) for rule, data in sample]
    assert [
        (pair, slow, quick)
        for pair, slow, quick in zip(sample, exact, fast, strict=True)
        if not same(carried(slow), carried(quick))
    ] == []


def test_two_thousand_pairs() -> None:
    check(seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 26))
def test_fifty_thousand_pairs(seed: int) -> None:
    check(seed)


def test_the_sample_is_worth_its_name() -> None:
    """Most values are no errors, and all kinds of values come out."""
    values = [ours(rule, data, fast=False) for rule, data in pairs(0, BATCH)]
    assert sum(value == ERROR for value in values) < BATCH / 10
    for kind in (bool, int, float, str, list, type(None)):
        assert sum(type(value) is kind for value in values) > BATCH / 100, kind
