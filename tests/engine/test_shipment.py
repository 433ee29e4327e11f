"""What has left is the same whatever is told twice, and in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.shipment import left, merged, unpacked

ITEMS = st.sampled_from(["A", "B", "C"])
LINES = st.lists(st.tuples(ITEMS, st.integers(1, 4)), min_size=1, max_size=4)
CONTENTS = st.dictionaries(ITEMS, st.integers(0, 5), max_size=3)
NEWS = st.lists(st.tuples(st.sampled_from(["P1", "P2", "P3"]), CONTENTS), max_size=6)


def parcels(news: list[tuple[str, dict[str, int]]]) -> list[dict[str, int]]:
    """As the hub keeps them after hearing all of it."""
    known: dict[str, dict[str, int]] = {}
    for number, contents in news:
        known[number] = merged(known.get(number, {}), contents)
    return [known[number] for number in sorted(known)]


@given(LINES, NEWS.flatmap(lambda news: st.tuples(st.just(news), st.permutations(news))))
def test_order_and_repetition_do_not_matter(
    lines: list[tuple[str, int]],
    told: tuple[list[tuple[str, dict[str, int]]], list[tuple[str, dict[str, int]]]],
) -> None:
    first, second = told
    for final in (True, False):
        once = left(lines, parcels(first), final=final)
        assert left(lines, parcels([*second, *first]), final=final) == once


@given(LINES, NEWS)
def test_never_more_than_was_asked_for_and_never_less_than_before(
    lines: list[tuple[str, int]], news: list[tuple[str, dict[str, int]]]
) -> None:
    before = [0] * len(lines)
    for length in range(len(news) + 1):
        shares = left(lines, parcels(news[:length]), final=False).shares
        asked = [pieces for _, pieces in lines]
        assert all(b <= s <= a for b, s, a in zip(before, shares, asked, strict=True))
        before = shares


@given(LINES, NEWS)
def test_every_piece_told_of_is_shared_out_or_beyond(
    lines: list[tuple[str, int]], news: list[tuple[str, dict[str, int]]]
) -> None:
    packed = parcels(news)
    gone = left(lines, packed, final=False)
    told = sum(sum(contents.values()) for contents in packed)
    assert sum(gone.shares) + sum(gone.beyond.values()) == told


@pytest.mark.parametrize("packed", [[], [{}], [{"A": 1}, {}]])
def test_in_the_end_unknown_contents_mean_everything(packed: list[dict[str, int]]) -> None:
    lines = [("A", 2), ("B", 1)]
    assert left(lines, packed, final=True).shares == [2, 1]
    assert left(lines, packed, final=False).shares != [2, 1]


def test_a_parcel_of_unknown_contents_holds_what_no_other_does() -> None:
    lines = [("1", "A"), ("1", "B"), ("2", "C")]
    assert unpacked(lines, {"C": 1}, [{}]) == ["2"]
    assert unpacked(lines, {}, [{"C": 1}]) == ["1"]
    assert unpacked(lines, {}, []) == ["1", "2"]
