"""Our operators beyond their examples: odd values, refusals when the rule is compiled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.jsonlogic import RuleInvalid, compile_rule
from orderloom.engine.jsonlogic.operators import EXAMPLE_SETS, EXAMPLE_TABLES

ODD = [None, True, False, 0, -1, 1.5, float("nan"), "", "x", "浙江", [], [1], {}, {"a": 1}, 10**30]


@pytest.mark.parametrize(
    "rule",
    [
        {"starts_with": [{"var": "x"}, {"var": "x"}]},
        {"text_has": [{"var": "x"}, {"var": "x"}]},
        {"text_has": [{"var": "x"}, ["a", None, 1]]},
        {"in_region": [{"var": "x"}, ["浙江"]]},
        {"ts": {"var": "x"}},
        {"time_in": [{"var": "x"}, "01:00", "02:00"]},
        {"dow": {"var": "x"}},
        {"workday": {"var": "x"}},
        {"rdiv": [{"var": "x"}, 2]},
        {"rdiv": [2, {"var": "x"}]},
        {"sum_of": [{"var": "x"}, "a"]},
        {"count_if": [{"var": "x"}, True]},
        {"in_set": [{"var": "x"}, "vip"]},
        {"lookup": ["grade", {"var": "x"}]},
    ],
)
def test_no_value_breaks_an_operator(rule: Any) -> None:
    exact = compile_rule(rule, sets=EXAMPLE_SETS, tables=EXAMPLE_TABLES, fast=False)
    fast = compile_rule(rule, sets=EXAMPLE_SETS, tables=EXAMPLE_TABLES)
    for value in ODD:
        assert repr(fast.evaluate({"x": value})) == repr(exact.evaluate({"x": value})), value


REFUSED: list[tuple[Any, str, str]] = [
    ({"in_set": [1, "nobody"]}, "rules.unknown_set", "/in_set/1"),
    ({"in_set": [1, {"var": "x"}]}, "rules.must_be_written", "/in_set/1"),
    ({"lookup": ["nothing", "x"]}, "rules.unknown_table", "/lookup/0"),
    ({"in_region": ["浙江", ["@nowhere"]]}, "rules.unknown_set", "/in_region/1"),
    ({"in_region": ["浙江", [""]]}, "rules.bad_region", "/in_region/1"),
    ({"in_region": ["浙江", {"var": "x"}]}, "rules.must_be_written", "/in_region/1"),
    ({"time_in": [1, "25:00", "26:00"]}, "rules.bad_clock", "/time_in/1"),
    ({"time_in": [1, "9:00", "10:00"]}, "rules.bad_clock", "/time_in/1"),
    ({"time_in": [1, "09:00", "10:60"]}, "rules.bad_clock", "/time_in/2"),
    ({"time_in": [1, "09:00", "10:00", 10_000]}, "rules.bad_offset", "/time_in/3"),
    ({"time_in": [1, "09:00"]}, "rules.arity", ""),
    ({"!": [{"dow": [1, 2, 3]}]}, "rules.arity", "/!/0"),
    ({"ts": "yesterday"}, "rules.bad_instant", "/ts"),
    ({"ts": []}, "rules.arity", ""),
    ({"count_if": [{"var": "x"}]}, "rules.arity", ""),
]


@pytest.mark.parametrize(("rule", "code", "where"), REFUSED)
def test_mistakes_are_found_when_the_rule_is_compiled(rule: Any, code: str, where: str) -> None:
    with pytest.raises(RuleInvalid) as caught:
        compile_rule(rule)
    assert (caught.value.code, caught.value.where) == (code, where)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.integers(-720, 840))
def test_instants_agree_with_the_calendar(moment: datetime, offset: int) -> None:
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    text = moment.isoformat(timespec="milliseconds") + zone
    away = moment.replace(tzinfo=UTC) - timedelta(minutes=offset)
    expected = (away - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert compile_rule({"ts": {"var": "t"}}).evaluate({"t": text}) == expected
    assert compile_rule({"dow": [{"var": "t"}, offset]}).evaluate({"t": expected}) == (
        moment.isoweekday()
    )


def test_a_window_over_midnight() -> None:
    night = compile_rule({"time_in": [{"var": "t"}, "22:00", "06:00"]}).test
    hours = [
        hour
        for hour in range(24)
        if night({"t": (hour - 8) * 3_600_000 + 10**12 // 86400000 * 86400000})
    ]
    assert hours == [0, 1, 2, 3, 4, 5, 22, 23]


def test_sets_given_by_the_installation_win() -> None:
    rule = compile_rule({"in_region": [{"var": "p"}, ["@remote"]]}, sets={"remote": ["浙江省"]})
    assert [rule.test({"p": name}) for name in ("浙江", "新疆")] == [True, False]


def test_an_address_is_judged_by_its_parts() -> None:
    rule = compile_rule({"in_region": [{"var": "to"}, ["杭州", "上海", "青海"]]}).test
    assert rule({"to": {"province": "浙江省", "city": "杭州市", "district": "西湖区"}})
    assert rule({"to": {"province": None, "city": "上海市"}})
    assert rule({"to": {"province": "青海", "city": "海南藏族自治州"}})
    assert not rule({"to": {"province": "浙江", "city": "宁波市"}})
    assert not rule({"to": {}})
    assert not rule({"to": {"province": 5, "city": ["杭州"]}})


def test_sums_keep_fen_exact() -> None:
    rule = compile_rule({"sum_of": [{"var": "lines"}, "price.paid"]})
    lines = [{"price": {"paid": fen}} for fen in (1, 10**13, 2, 3)]
    assert rule.evaluate({"lines": lines}) == 10**13 + 6
