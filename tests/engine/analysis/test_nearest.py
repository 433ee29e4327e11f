"""The smallest change that would send an order elsewhere."""

from __future__ import annotations

from typing import Any

from orderloom.engine.analysis import Change, nearest, order_schema

SCHEMA = order_schema()
ROWS: list[Any] = [
    {"in": [{"var": "province"}, {"set": "x"}]},
    {"and": [{">=": [{"var": "total"}, 50_000]}, {"==": [{"var": "payment_state"}, "paid"]}]},
    {"some": [{"var": "lines"}, {"==": [{"var": "sku_code"}, "BAG"]}]},
]
ROWS[0] = {"in": [{"var": "province"}, ["新疆", "西藏"]]}
ORDER = {
    "province": "浙江",
    "total": 10_000,
    "payment_state": "paid",
    "lines": [{"sku_code": "TEE"}],
    "$facts": {},
}


def test_one_change_is_enough_and_it_is_named() -> None:
    assert nearest(ROWS, 1, ORDER, SCHEMA, {}) == [Change("f:total", 50_000)]


def test_a_row_above_that_would_win_has_to_change_too() -> None:
    changes = nearest(ROWS, 1, {**ORDER, "province": "新疆"}, SCHEMA, {})
    assert changes is not None
    assert {c.test for c in changes} == {"f:province", "f:total"}


def test_an_order_that_is_there_already_needs_no_change() -> None:
    assert nearest(ROWS, 0, {**ORDER, "province": "西藏"}, SCHEMA, {}) == []


def test_a_row_nobody_reaches_has_no_way_to_it() -> None:
    rows = [*ROWS, {"and": [{">": [{"var": "total"}, 9]}, {"<": [{"var": "total"}, 5]}]}]
    assert nearest(rows, 3, ORDER, SCHEMA, {}) is None


def test_lines_count_as_one_thing_to_change() -> None:
    changes = nearest(ROWS, 2, ORDER, SCHEMA, {})
    assert changes is not None
    assert [c.value for c in changes] == [True]
