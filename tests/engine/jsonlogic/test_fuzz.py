"""Random rules and data: closures, generated code, the browser and json-logic-js agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from orderloom.engine.jsonlogic import CATALOGUE, RuleFailed, compile_rule
from orderloom.engine.jsonlogic.operators import EXAMPLE_SETS, EXAMPLE_TABLES
from tests.engine.jsonlogic.fuzzing import pairs
from tests.engine.jsonlogic.oracle import (
    ERROR,
    answers,
    browser_answers,
    carried,
    differences,
    same,
)
from tests.engine.jsonlogic.own_fuzzing import own_pairs

BATCH = 2_000


Pairs = Sequence[tuple[Any, Any]]


def ours(rule: Any, data: Any, *, fast: bool) -> Any:
    try:
        return compile_rule(rule, sets=EXAMPLE_SETS, tables=EXAMPLE_TABLES, fast=fast).evaluate(
            data
        )
    except RuleFailed:
        return ERROR


def both_ways(sample: Pairs) -> list[Any]:
    """What closures give, and generated code gives the same."""
    exact = [ours(rule, data, fast=False) for rule, data in sample]
    fast = [ours(rule, data, fast=True) for rule, data in sample]
    assert [
        (pair, slow, quick)
        for pair, slow, quick in zip(sample, exact, fast, strict=True)
        if not same(carried(slow), carried(quick))
    ] == []
    return exact


def check(seed: int) -> None:
    sample = pairs(seed, BATCH)
    exact = both_ways(sample)
    assert differences(sample, exact, answers(sample)) == []
    assert differences(sample, exact, browser_answers(sample)) == []


def check_own(seed: int) -> None:
    """Our own operators, of which only the browser's evaluator knows beside us."""
    sample = own_pairs(seed, BATCH)
    assert differences(sample, both_ways(sample), browser_answers(sample)) == []


def test_two_thousand_pairs() -> None:
    check(seed=0)


def test_two_thousand_pairs_with_our_own_operators() -> None:
    check_own(seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 26))
def test_fifty_thousand_pairs(seed: int) -> None:
    check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 26))
def test_fifty_thousand_pairs_with_our_own_operators(seed: int) -> None:
    check_own(seed)


def test_the_sample_is_worth_its_name() -> None:
    """Most values are no errors, and all kinds of values come out."""
    values = [ours(rule, data, fast=False) for rule, data in pairs(0, BATCH)]
    assert sum(value == ERROR for value in values) < BATCH / 10
    for kind in (bool, int, float, str, list, type(None)):
        assert sum(type(value) is kind for value in values) > BATCH / 100, kind


def test_the_sample_of_our_operators_is_worth_its_name() -> None:
    """Each is often true and often false, or a value and nothing."""
    found: dict[str, list[Any]] = {}
    for rule, data in own_pairs(0, BATCH):
        found.setdefault(next(iter(rule)), []).append(ours(rule, data, fast=False))
    assert {*CATALOGUE} <= {*found}
    for name in CATALOGUE:
        most = max(map(found[name].count, found[name]))
        assert most <= 0.95 * len(found[name]), name
