"""Two payloads of one order: whatever their order of arrival, clear and newest data remain."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.canonical import MASKABLE, ORDER_FIELDS
from orderloom.engine.merge import merge

LINE = {"external_line_no": "1", "quantity": 2}


def order(masked: frozenset[str] = frozenset(), **values: Any) -> dict[str, Any]:
    base: dict[str, Any] = {field.name: None for field in ORDER_FIELDS}
    base |= {
        "lines": [LINE],
        "masked": sorted(masked),
        "tags": [],
        "item_count": 2,
        "address_issues": ["no_district", "no_detail"],
    }
    return {**base, **values}


def test_a_newer_payload_wins() -> None:
    merged = merge(order(total=100), order(total=90), newer=True)
    assert merged["total"] == 90


def test_an_older_payload_changes_nothing_that_is_known() -> None:
    known = order(total=100, buyer_note="x")
    assert merge(known, order(total=90, buyer_note="y"), newer=False) == known


def test_an_older_payload_fills_what_is_unknown() -> None:
    merged = merge(order(total=100), order(total=90, seller_note="gift"), newer=False)
    assert (merged["total"], merged["seller_note"]) == (100, "gift")


def test_masked_data_never_overwrite_clear_data() -> None:
    known = order(phone="13800000000")
    merged = merge(known, order(frozenset({"phone"}), phone="138****0000"), newer=True)
    assert (merged["phone"], merged["masked"]) == ("13800000000", [])


def test_clear_data_replace_masked_data_even_when_they_are_older() -> None:
    known = order(frozenset({"phone"}), phone="138****0000")
    merged = merge(known, order(phone="13800000000"), newer=False)
    assert (merged["phone"], merged["masked"]) == ("13800000000", [])


def test_masked_data_stay_marked_while_nothing_better_is_known() -> None:
    known = order(frozenset({"phone"}), phone="138****0000")
    merged = merge(known, order(frozenset({"phone"}), phone="139****0000"), newer=True)
    assert (merged["phone"], merged["masked"]) == ("139****0000", ["phone"])


def test_silence_is_no_news() -> None:
    assert merge(order(seller_note="gift"), order(), newer=True)["seller_note"] == "gift"


def test_a_statement_about_now_is_over_when_a_newer_payload_is_silent() -> None:
    known = order(do_not_ship="FORBIDDEN")
    assert merge(known, order(), newer=True)["do_not_ship"] is None
    assert merge(known, order(), newer=False)["do_not_ship"] == "FORBIDDEN"
    assert merge(order(), known, newer=False)["do_not_ship"] is None


def test_lines_are_those_of_the_newest_payload_that_has_any() -> None:
    more = [{"external_line_no": "1", "quantity": 5}]
    assert merge(order(), order(lines=more), newer=True)["lines"] == more
    assert merge(order(), order(lines=more), newer=True)["item_count"] == 5
    assert merge(order(), order(lines=more), newer=False)["lines"] == [LINE]
    assert merge(order(), order(lines=[]), newer=True)["lines"] == [LINE]


def test_tags_are_the_hubs_own_and_stay() -> None:
    assert merge(order(tags=["vip"]), order(), newer=True)["tags"] == ["vip"]


def test_fields_of_the_blueprint_are_merged_like_the_others() -> None:
    assert merge(order(points=1), order(points=2), newer=True)["points"] == 2
    assert merge(order(points=1), order(points=2), newer=False)["points"] == 1


VERSIONS = st.lists(
    st.tuples(
        st.sampled_from([None, "clear-a", "clear-b"]),
        st.booleans(),
        st.sampled_from([None, 1, 2, 3]),
    ),
    min_size=2,
    max_size=2,
)


def version(phone: str | None, is_masked: bool, total: int | None) -> dict[str, Any]:
    masked = frozenset({"phone"}) if is_masked and phone else frozenset()
    return order(masked, phone="*" if masked else phone, total=total)


@given(VERSIONS)
def test_which_of_two_versions_arrives_first_does_not_matter(
    content: list[tuple[Any, bool, Any]],
) -> None:
    older, newer = (version(*one) for one in content)
    assert merge(older, newer, newer=True) == merge(newer, older, newer=False)


@given(VERSIONS)
def test_what_is_known_in_clear_is_never_masked_again(
    content: list[tuple[Any, bool, Any]],
) -> None:
    known = order()
    seen_clear = False
    for phone, is_masked, total in content:
        known = merge(known, version(phone, is_masked, total), newer=True)
        seen_clear = seen_clear or (phone is not None and not is_masked)
        assert not (seen_clear and "phone" in known["masked"])


def test_everything_about_the_receiver_may_be_masked() -> None:
    assert {"receiver_name", "phone", "address", "province", "customer_ref"} <= MASKABLE
