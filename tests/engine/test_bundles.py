"""Bundles are taken apart, gifts come along, nothing is lost on the way."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.bundles import Bought, Part, Piece, pieces

SET, TEE, BAG, PIN = 1, 2, 3, 4


def counted(*lines: Bought) -> dict[int, int]:
    found: Counter[int] = Counter()
    for piece in pieces(lines):
        found[piece.sku] += piece.quantity
    return dict(found)


def test_a_product_without_parts_is_itself() -> None:
    assert pieces([Bought("1", TEE, 3, price=500)]) == [Piece("1", TEE, 3, 500)]


def test_a_bundle_is_its_parts_as_often_as_it_was_bought() -> None:
    made_of = (Part(TEE, 2), Part(BAG, 1))
    assert counted(Bought("1", SET, 3, made_of)) == {TEE: 6, BAG: 3}


def test_what_a_bundle_costs_is_shared_among_its_pieces() -> None:
    made_of = (Part(TEE, 2), Part(BAG, 1), Part(PIN, 5, gift=True))
    tee, bag, pin = pieces([Bought("1", SET, 2, made_of, price=10_000)])
    assert (tee.price, bag.price, pin.price) == (3333, 3333, 0)


def test_a_gift_comes_with_each_piece_or_once_an_order() -> None:
    each, once = (Part(PIN, 2, gift=True),), (Part(PIN, 2, gift=True, once=True),)
    assert counted(Bought("1", TEE, 3, each)) == {TEE: 3, PIN: 6}
    assert counted(Bought("1", TEE, 3, once), Bought("2", TEE, 1, once)) == {TEE: 4, PIN: 2}
    (_, pin, _) = pieces([Bought("1", TEE, 3, once), Bought("2", TEE, 1, once)])
    assert pin.line_no == "1"


def test_two_products_that_bring_the_same_gift_bring_it_twice() -> None:
    once = (Part(PIN, 1, gift=True, once=True),)
    assert counted(Bought("1", TEE, 1, once), Bought("2", BAG, 1, once))[PIN] == 2


def test_buy_one_get_one_free_is_one_entry_at_half_the_price() -> None:
    found = pieces([Bought("1", TEE, 2, (Part(TEE, 1, gift=True),), price=500)])
    assert found == [Piece("1", TEE, 4, 250)]


def test_a_bundle_may_bring_gifts_too() -> None:
    made_of = (Part(TEE, 1), Part(PIN, 1, gift=True))
    assert counted(Bought("1", SET, 2, made_of)) == {TEE: 2, PIN: 2}


COUNT = st.integers(1, 5)
PART = st.one_of(
    st.builds(Part, st.integers(10, 14), COUNT),
    st.builds(Part, st.integers(10, 14), COUNT, st.just(True), st.booleans()),
)
LINE = st.builds(
    Bought,
    st.uuids().map(str),
    st.integers(1, 5),
    st.integers(1, 20),
    st.lists(PART, max_size=4, unique_by=lambda part: (part.sku, part.gift)),
    st.integers(0, 100_000),
)


@given(st.lists(LINE, max_size=6))
def test_each_line_and_product_stands_once_for_no_more_than_was_paid(lines: list[Bought]) -> None:
    found = pieces(lines)
    keys = [(piece.line_no, piece.sku) for piece in found]
    assert len(keys) == len(set(keys))
    assert all(piece.quantity > 0 for piece in found)
    assert {line.line_no for line in lines} == {piece.line_no for piece in found}
    for line in lines:
        cost = sum(p.price * p.quantity for p in found if p.line_no == line.line_no)
        assert cost <= line.price * line.quantity
