"""Every step of a mapping: what it makes of good values, and what it says of bad ones."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.transforms import CATALOGUE, MAX_FEN, MAX_INTEGER

HOUR = 3_600_000


def run(step: str, value: Any, /, **options: Any) -> Any:
    return CATALOGUE[step].make(options)(value)


def refusal(step: str, value: Any, /, **options: Any) -> str:
    with pytest.raises(ValueError, match=r"^[a-z_]+$") as refused:
        run(step, value, **options)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0.01", 1),
        ("118.00", 11_800),
        ("118", 11_800),
        ("118.5", 11_850),
        ("1,234.56", 123_456),
        ("¥12.30", 1_230),
        (" 7.00 ", 700),
        (Decimal("19.99"), 1_999),
        (5, 500),
    ],
)
def test_yuan_become_exact_fen(text: Any, fen: int) -> None:
    assert run("yuan", text) == fen


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("-1.00", "negative_amount"),
        ("0.001", "fraction_of_a_fen"),
        ("abc", "not_an_amount"),
        ("NaN", "not_an_amount"),
        ("Infinity", "not_an_amount"),
        (True, "not_an_amount"),
        ({}, "not_an_amount"),
        ("99999999999999.00", "amount_out_of_range"),
        ("1e999999999", "amount_out_of_range"),
        ("1e-999999999", "fraction_of_a_fen"),
        (10**40, "amount_out_of_range"),
    ],
)
def test_what_is_no_amount_is_refused_by_its_own_reason(value: Any, reason: str) -> None:
    assert refusal("yuan", value) == reason


def test_negative_amounts_pass_only_where_they_are_allowed() -> None:
    assert run("yuan", "-1.50", may_be_negative=True) == -150
    assert run("fen", -150, may_be_negative=True) == -150
    assert refusal("fen", -150) == "negative_amount"


@given(st.integers(0, MAX_FEN))
def test_every_amount_survives_the_way_through_yuan(fen: int) -> None:
    assert run("yuan", f"{fen // 100}.{fen % 100:02d}") == fen
    assert run("yuan", Decimal(fen).scaleb(-2)) == fen


@pytest.mark.parametrize(
    ("value", "number"), [("7", 7), (" 7 ", 7), ("7.0", 7), (Decimal("7"), 7), (-3, -3)]
)
def test_whole_numbers(value: Any, number: int) -> None:
    assert run("integer", value) == number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("7.5", "not_whole"),
        ("seven", "not_a_number"),
        ("", "not_a_number"),
        ([], "not_a_number"),
        ("inf", "not_a_number"),
        (10**19, "number_out_of_range"),
        ("1e999999999", "number_out_of_range"),
        (Decimal("-1e999999999"), "number_out_of_range"),
        ("1e-999999999", "not_whole"),
    ],
)
def test_what_is_no_whole_number_is_refused(value: Any, reason: str) -> None:
    assert refusal("integer", value) == reason


@given(st.integers(-MAX_INTEGER, MAX_INTEGER))
def test_nineteen_digits_stay_exact(number: int) -> None:
    assert run("integer", str(number)) == number
    assert run("text", number) == str(number)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000, 10**9, 10**30, "1e999999999"])
def test_quantities_that_cannot_be_right(quantity: Any) -> None:
    assert refusal("quantity", quantity) in ("quantity_out_of_range", "number_out_of_range")


def test_quantities() -> None:
    assert run("quantity", "3") == 3
    assert run("quantity", 999_999) == 999_999


@pytest.mark.parametrize(
    "text", ["2026-10-01 08:00:00", "2026/10/01 08:00:00", "2026-10-01T00:00:00Z"]
)
def test_times_are_instants(text: str) -> None:
    assert run("time", text) == 1_790_812_800_000


def test_times_without_a_zone_are_read_in_the_zone_of_the_step() -> None:
    assert run("time", "2026-10-01 08:00:00", zone="UTC") == 1_790_812_800_000 + 8 * HOUR
    assert run("time", "2026-07-01 12:00:00", zone="Europe/Berlin") == 1_782_900_000_000


def test_epochs_in_seconds_and_milliseconds() -> None:
    assert run("time", 1_790_812_800) == run("time", 1_790_812_800_123) - 123


@pytest.mark.parametrize("unset", ["0000-00-00 00:00:00", "0000-00-00", "", "0", 0])
def test_times_that_were_never_set_are_absent(unset: Any) -> None:
    assert run("time", unset) is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("yesterday", "not_a_time"),
        ("2026-13-01 00:00:00", "not_a_time"),
        ("2026-02-30 00:00:00", "not_a_time"),
        ("1026-01-01 00:00:00", "time_out_of_range"),
        ("9999-12-31 23:59:59", "time_out_of_range"),
        (10**30, "time_out_of_range"),
        (20_261_001, "time_out_of_range"),
        ({"at": 1}, "not_a_time"),
    ],
)
def test_what_is_no_time_is_refused(value: Any, reason: str) -> None:
    assert refusal("time", value) == reason


def test_look_up_tables_say_what_they_do_not_know() -> None:
    assert run("table", "A", entries={"A": "paid"}) == "paid"
    assert run("table", 1, entries={"1": "paid"}) == "paid"
    assert refusal("table", "B", entries={"A": "paid"}) == "not_in_table"
    assert run("table", "B", entries={"A": "paid"}, otherwise=None) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("浙江省", "浙江"), ("内蒙古自治区", "内蒙古"), ("上海市", "上海"), (" ", None)],
)
def test_provinces_have_one_name(text: str, name: str | None) -> None:
    assert run("province", text) == name


def test_an_unknown_province_is_not_guessed() -> None:
    assert refusal("province", "阿特兰蒂斯") == "unknown_province"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("138 0000 0000", "13800000000"),
        ("+86-13800000000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("138****0000", "138****0000"),
        ("", None),
    ],
)
def test_phones_have_one_spelling_and_keep_their_masks(text: str, number: str | None) -> None:
    assert run("phone", text) == number


def test_small_steps() -> None:
    assert run("trim", "  a ") == "a"
    assert run("trim", "   ") is None
    assert run("width", "ＡＢＣ　1") == "ABC 1"
    assert run("split", "a, b,,c") == ["a", "b", "c"]
    assert run("prefix", "1", text="TB-") == "TB-1"
    assert run("default", None, value="CNY") == "CNY"
    assert run("default", "USD", value="CNY") == "USD"
    assert run("yes_no", "1") is True
    assert run("yes_no", "no", yes=["ja"]) is False
    assert refusal("text", {"a": 1}) == "not_text"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=20)
    | st.sampled_from(["1e999999999", "-1e999999999", "0x10", "٣", "１２", "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
OPTIONS: dict[str, Any] = {
    "table": {"entries": {}},
    "default": {"value": 1},
    "prefix": {"text": "x"},
}


@given(st.sampled_from(sorted(CATALOGUE)), ANYTHING)
def test_no_value_makes_a_step_fail_in_another_way(step: str, value: Any) -> None:
    """Whatever a channel sends: a value, or a reason. Never another error, never endless work."""
    if value is None and not CATALOGUE[step].takes_none:
        return
    with suppress(ValueError):
        run(step, value, **OPTIONS.get(step, {}))
