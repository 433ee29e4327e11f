"""Schedules: cron's fields against a search minute by minute, plain ones, changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.engine.schedule import Schedule, read_schedule

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def instant(text: str, zone: str = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def shown(at: int | None, zone: str = SHANGHAI) -> str:
    assert at is not None
    moment = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    return moment.strftime("%Y-%m-%d %H:%M")


def part(least: int, most: int) -> st.SearchStrategy[tuple[str, frozenset[int]]]:
    """A part of a field as it is written, and the numbers it stands for."""

    def span(ends: tuple[int, int, int]) -> tuple[str, frozenset[int]]:
        low, high, step = min(ends[:2]), max(ends[:2]), ends[2]
        written = f"{low}-{high}" + (f"/{step}" if step > 1 else "")
        return written, frozenset(range(low, high + 1, step))

    number = st.integers(least, most)
    steps = st.integers(1, 20)
    return st.one_of(
        st.just(("*", frozenset(range(least, most + 1)))),
        number.map(lambda n: (str(n), frozenset({n}))),
        steps.map(lambda n: (f"*/{n}", frozenset(range(least, most + 1, n)))),
        st.tuples(number, number, steps).map(span),
    )


def field(limits: tuple[int, int]) -> st.SearchStrategy[tuple[str, frozenset[int]]]:
    parts = st.lists(part(*limits), min_size=1, max_size=2)
    return parts.map(
        lambda p: (",".join(t for t, _ in p), frozenset[int]().union(*(n for _, n in p)))
    )


@settings(max_examples=150, deadline=None)
@given(st.tuples(*map(field, LIMITS)), st.integers(0, 4 * 365 * 24 * 60))
def test_cron_fields_mean_what_a_search_minute_by_minute_finds(
    fields: tuple[tuple[str, frozenset[int]], ...], later: int
) -> None:
    (minutes, hours, days, months, week) = (numbers for _, numbers in fields)
    either = not fields[2][0].startswith("*") and not fields[4][0].startswith("*")

    def on(local: datetime) -> bool:
        dated, named = local.day in days, local.isoweekday() % 7 in {n % 7 for n in week}
        day = (dated or named) if either else (dated and named)
        return local.month in months and day and local.hour in hours and local.minute in minutes

    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(SHANGHAI)) + timedelta(minutes=later)
    schedule = read_schedule({"cron": " ".join(text for text, _ in fields)})
    found = schedule.next_after(int(start.timestamp() * 1000), SHANGHAI)
    for minute in range(1, 3 * 24 * 60):
        local = start + timedelta(minutes=minute)
        if on(local):
            at = int(local.timestamp() * 1000)
            assert found == at
            assert schedule.last_until(at + 59_999, SHANGHAI) == at
            return
    assert found is None or found > int(local.timestamp() * 1000)


@pytest.mark.parametrize(
    ("value", "moments"),
    [
        ({"daily_at": "10:00"}, ["2026-11-28 10:00", "2026-11-29 10:00"]),
        ({"daily_at": "09:30", "weekdays": [1, 2, 3, 4, 5]},
         ["2026-11-30 09:30", "2026-12-01 09:30"]),
        ({"daily_at": "08:00", "weekdays": [7]}, ["2026-11-29 08:00", "2026-12-06 08:00"]),
        ({"daily_at": "00:00", "days": [1, "last"]}, ["2026-11-30 00:00", "2026-12-01 00:00"]),
        ({"daily_at": "00:00", "days": ["last"]}, ["2026-11-30 00:00", "2026-12-31 00:00"]),
        ({"cron": "0 0 29 2 *"}, ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ({"cron": "0 12 1 * 1"}, ["2026-11-30 12:00", "2026-12-01 12:00"]),
        ({"cron": "5/20 1 * * *"}, ["2026-11-28 01:05", "2026-11-28 01:25"]),
    ],
)  # fmt: skip
def test_plain_schedules_are_read(value: Any, moments: list[str]) -> None:
    schedule, at = read_schedule(value), instant("2026-11-28 00:00")
    for moment in moments:
        following = schedule.next_after(at, SHANGHAI)
        assert following is not None
        assert shown(following) == moment
        assert schedule.last_until(following, SHANGHAI) == following
        at = following


def test_changes_of_the_clocks_neither_lose_nor_double_a_moment() -> None:
    night = read_schedule({"daily_at": "02:30"})
    spring, autumn = instant("2026-03-28 12:00", BERLIN), instant("2026-10-24 12:00", BERLIN)
    assert shown(night.next_after(spring, BERLIN), BERLIN) == "2026-03-29 03:30"
    once = night.next_after(autumn, BERLIN)
    assert once is not None
    assert shown(once, BERLIN) == "2026-10-25 02:30"
    assert shown(night.next_after(once, BERLIN), BERLIN) == "2026-10-26 02:30"


@pytest.mark.parametrize("cron", ["0 0 30 2 *", "0 0 31 4,6 *"])
def test_what_never_comes_is_never(cron: str) -> None:
    schedule: Schedule = read_schedule({"cron": cron})
    assert schedule.next_after(instant("2026-11-28 00:00"), SHANGHAI) is None
    assert schedule.last_until(instant("2026-11-28 00:00"), SHANGHAI) is None


@pytest.mark.parametrize(
    "value",
    [
        "at_once", None, {}, {"daily_at": "24:00"}, {"daily_at": "9:00"}, {"daily_at": "10:60"},
        {"daily_at": "10:00", "weekdays": []}, {"daily_at": "10:00", "weekdays": [0]},
        {"daily_at": "10:00", "weekdays": [True]}, {"daily_at": "10:00", "days": ["first"]},
        {"daily_at": "10:00", "days": []}, {"weekdays": [1]}, {"cron": "* * * *"},
        {"daily_at": "10:00", "cron": "* * * * *"}, {"cron": "60 * * * *"},
        {"cron": "5-1 * * * *"}, {"cron": "*/0 * * * *"}, {"cron": "a * * * *"},
        {"cron": "1- * * * *"}, {"cron": "-1 * * * *"}, {"cron": "1,, * * * *"},
        {"cron": "* * * * ٣"}, {"cron": "*-5 * * * *"}, {"cron": "1/ * * * *"},
        {"daily_at": "²1:00"},
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        read_schedule(value)
