"""Quiet hours end exactly when the clock on the wall says so, whatever happens to that clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orderloom.engine.quiet import QuietHours

MINUTE = 60_000
# Set at midnight, at two o'clock, by half an hour, never; and zones that skipped a whole day.
ZONES = (
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
)


def ms(text: str, zone: str = "UTC", fold: int = 0) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(moment.timestamp() * 1000)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def hours(start: str, end: str, zone: str = "Asia/Shanghai") -> QuietHours:
    return QuietHours(minutes(start), minutes(end), zone)


def wall_is_quiet(quiet: QuietHours, at: int) -> bool:
    """The oracle: look at the clock, compare times of the day."""
    wall = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(quiet.zone))
    now = wall.hour * 60 + wall.minute
    if quiet.start < quiet.end:
        return quiet.start <= now < quiet.end
    return now >= quiet.start or now < quiet.end


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-20T21:59:59.999", "2026-11-20T21:59:59.999"),
        ("2026-11-20T22:00", "2026-11-21T07:30"),
        ("2026-11-20T23:59:59.999", "2026-11-21T07:30"),
        ("2026-11-21T00:00", "2026-11-21T07:30"),
        ("2026-11-21T07:29:59.999", "2026-11-21T07:30"),
        ("2026-11-21T07:30", "2026-11-21T07:30"),
    ],
)
def test_across_midnight(at: str, until: str) -> None:
    quiet = hours("22:00", "07:30")
    assert quiet.until(ms(at, quiet.zone)) == ms(until, quiet.zone)


def test_within_a_day() -> None:
    quiet = hours("12:00", "13:30")
    assert quiet.until(ms("2026-11-20T12:01", quiet.zone)) == ms("2026-11-20T13:30", quiet.zone)
    assert not quiet.covers(ms("2026-11-20T00:00", quiet.zone))


def test_a_night_in_which_an_hour_is_skipped_or_comes_twice() -> None:
    quiet = hours("22:00", "02:30", "Europe/Berlin")
    # 2:00 becomes 3:00: the end is skipped, so quiet ends the moment the clock is set.
    assert quiet.until(ms("2026-03-28T23:00", quiet.zone)) == ms("2026-03-29T01:00")
    # 3:00 becomes 2:00: half past two comes twice, and what lies between is not quiet.
    assert quiet.until(ms("2026-10-24T23:00", quiet.zone)) == ms("2026-10-25T00:30")
    assert not quiet.covers(ms("2026-10-25T00:59"))
    assert quiet.until(ms("2026-10-25T01:00")) == ms("2026-10-25T01:30")


@settings(max_examples=300, deadline=None)
@given(
    at=st.integers(ms("2011-12-01"), ms("2030-01-01")),
    start=st.integers(0, 1439),
    length=st.integers(1, 1439),
    zone=st.sampled_from(ZONES),
)
@example(at=ms("2011-12-29T23:00", "Pacific/Apia"), start=22 * 60, length=600, zone="Pacific/Apia")
@example(
    at=ms("2022-09-10T23:30", "America/Santiago"), start=1380, length=120, zone="America/Santiago"
)
@example(at=ms("2023-04-29T23:30", "Asia/Beirut"), start=1380, length=120, zone="Asia/Beirut")
def test_all_before_the_end_is_quiet_and_the_end_is_not(
    at: int, start: int, length: int, zone: str
) -> None:
    quiet = QuietHours(start, (start + length) % 1440, zone)
    end = quiet.until(at)
    assert not wall_is_quiet(quiet, end)
    assert quiet.covers(at) == wall_is_quiet(quiet, at) == (end > at)
    assert end - at <= 24 * 60 * MINUTE + 60 * MINUTE
    # Clocks are set on whole minutes in these years, so looking once a minute misses nothing.
    looked_at = [at, *range(at - at % MINUTE + MINUTE, end, MINUTE)] if end > at else []
    assert all(wall_is_quiet(quiet, instant) for instant in looked_at)
