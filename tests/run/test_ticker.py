"""The ticker goes on whatever happens, and stops when told."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from orderloom.run.ticker import Ticker


def test_it_ticks_until_stopped() -> None:
    stop, ticks = Event(), []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 5:
            stop.set()

    Ticker(tick, stop, every=0).run()
    assert len(ticks) == 5


def test_an_error_is_said_once_and_the_next_tick_comes(caplog: pytest.LogCaptureFixture) -> None:
    stop, ticks = Event(), []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 8:
            stop.set()
        if len(ticks) < 5:
            raise ConnectionError("the queue server restarts")

    with caplog.at_level(logging.INFO):
        Ticker(tick, stop, every=0).run()
    assert len(ticks) == 8
    assert [record.message for record in caplog.records] == ["tick failed", "ticking again"]


def test_two_kinds_of_errors_are_both_said(caplog: pytest.LogCaptureFixture) -> None:
    stop, errors = Event(), [ValueError("a"), KeyError("b")]

    def tick() -> None:
        if not errors:
            stop.set()
            return
        raise errors.pop()

    Ticker(tick, stop, every=0).run()
    assert [record.levelname for record in caplog.records][:2] == ["ERROR", "ERROR"]
