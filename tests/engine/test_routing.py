"""Choosing warehouses: the first that can serve everything, else a split where it is allowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.routing import Route, place
from orderloom.engine.stockview import StockSheet

A, B, C = "hangzhou", "yiwu", "closed"
ROUTE = Route((A,), (B,))
SPLIT = Route((A,), (B,), "by_line")


def sheet(**levels: int) -> StockSheet:
    """`a1=5`: warehouse A has five pieces of product 1."""
    names = {"a": A, "b": B, "c": C}
    return StockSheet(
        {(names[key[0]], int(key[1])): n for key, n in levels.items()}, frozenset({C})
    )


def test_the_first_candidate_that_has_all_of_it_serves_the_order() -> None:
    stock = sheet(a1=5, b1=5)
    assert place(ROUTE, {1: 2}, stock).parcels == {A: {1: 2}}
    assert stock.available(A, 1) == 3
    assert stock.available(B, 1) == 5


def test_the_backup_serves_what_the_first_cannot() -> None:
    placement = place(ROUTE, {1: 2, 2: 1}, sheet(a1=5, b1=5, b2=5))
    assert placement.parcels == {B: {1: 2, 2: 1}}
    first, second = placement.considered
    assert (first.warehouse, first.ok, first.lacking) == (A, False, {2: 1})
    assert (second.warehouse, second.ok, second.lacking) == (B, True, {})


def test_a_candidate_is_passed_over_before_it_runs_empty_and_a_backup_is_not() -> None:
    route = Route((A,), (B,), safety=3)
    placement = place(route, {1: 2}, sheet(a1=4, b1=2))
    assert placement.parcels == {B: {1: 2}}
    assert (placement.considered[0].lacking, placement.considered[0].kept) == ({1: 1}, 3)
    stock = sheet(a1=5)
    assert place(route, {1: 2}, stock).parcels == {A: {1: 2}}
    assert stock.available(A, 1) == 3


def test_a_split_keeps_the_safety_too() -> None:
    route = Route((A,), (B,), "by_line", safety=3)
    placement = place(route, {1: 2, 2: 1}, sheet(a1=9, a2=3, b2=1))
    assert placement.parcels == {A: {1: 2}, B: {2: 1}}


def test_a_closed_warehouse_serves_nobody() -> None:
    placement = place(Route((C,), (B,)), {1: 1}, sheet(c1=9, b1=9))
    assert placement.parcels == {B: {1: 1}}
    assert placement.considered[0].closed
    assert place(Route((C,), (), "by_line"), {1: 1}, sheet(c1=9)).short


def test_without_a_split_nothing_is_taken_from_anybody() -> None:
    stock = sheet(a1=5, b2=5)
    placement = place(ROUTE, {1: 1, 2: 1}, stock)
    assert placement.short
    assert stock.available(A, 1) == 5


def test_a_split_takes_each_product_whole_from_the_first_that_has_it() -> None:
    stock = sheet(a1=5, b1=1, b2=5)
    assert place(SPLIT, {1: 2, 2: 3}, stock).parcels == {A: {1: 2}, B: {2: 3}}
    assert (stock.available(A, 1), stock.available(B, 2)) == (3, 2)


def test_one_parcel_is_better_than_two() -> None:
    stock = sheet(a1=5, b1=5, b2=5)
    assert place(SPLIT, {1: 2, 2: 3}, stock).parcels == {B: {1: 2, 2: 3}}


def test_a_product_without_a_home_makes_the_whole_order_short() -> None:
    stock = sheet(a1=5, b1=5)
    assert place(SPLIT, {1: 2, 3: 1}, stock).short
    assert stock.available(A, 1) == 5


def test_one_product_is_never_divided() -> None:
    assert place(SPLIT, {1: 6}, sheet(a1=5, b1=5)).short


def test_an_order_sees_what_the_one_before_took() -> None:
    stock = sheet(a1=3, b1=1)
    assert [place(ROUTE, {1: 2}, stock).parcels for _ in range(2)] == [{A: {1: 2}}, {}]
    assert place(ROUTE, {1: 1}, stock).parcels == {A: {1: 1}}


def test_a_product_a_warehouse_does_not_carry_counts_as_none() -> None:
    assert StockSheet({(A, 1): -3}).available(A, 1) == 0
    assert StockSheet({}).lacking(A, {1: 2}) == {1: 2}


NEEDS = st.dictionaries(st.integers(1, 4), st.integers(1, 6), min_size=1)
LEVELS = st.dictionaries(st.tuples(st.sampled_from([A, B]), st.integers(1, 4)), st.integers(-2, 12))


@given(LEVELS, st.lists(NEEDS, max_size=8), st.booleans())
def test_no_more_is_placed_than_there_was(
    levels: dict[tuple[str, int], int], orders: list[dict[int, int]], may_split: bool
) -> None:
    stock, taken = StockSheet(levels), dict.fromkeys(levels, 0)
    for needs in orders:
        placement = place(SPLIT if may_split else ROUTE, needs, stock)
        placed: dict[int, int] = {}
        for warehouse, part in placement.parcels.items():
            for sku, quantity in part.items():
                taken[warehouse, sku] += quantity
                placed[sku] = placed.get(sku, 0) + quantity
        assert placed in ({}, needs)
        assert placement.short == (not placed)
    assert all(taken[key] <= max(level, 0) for key, level in levels.items())
