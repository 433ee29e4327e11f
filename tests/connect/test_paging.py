"""The window protocol against a list that moves while it is read."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.connect import Permanent, Window, whole_second

SECOND = 1000
SIZE, MOST = 4, 3


class Book:
    """Rows by number with their second of change; listed newest first."""

    def __init__(self, rows: dict[int, int]) -> None:
        self.rows = rows

    def list(self, window: Window, page: int) -> tuple[list[int], int]:
        low, high = window.start // SECOND, window.end // SECOND
        found = [n for n, second in self.rows.items() if low <= second <= high]
        found.sort(key=lambda n: (self.rows[n], n), reverse=True)
        return found[(page - 1) * SIZE : page * SIZE], len(found)


def _step(window: Window, book: Book) -> tuple[Window, list[int]]:
    if not window.page:
        rows, total = book.list(window, 1)
        return window.counted(total, SIZE, MOST), rows if total <= SIZE else []
    rows, total = book.list(window, window.page)
    return window.read(total if window.page == 1 else None, SIZE), rows


def _read_all(
    book: Book, window: Window, between: Callable[[], None] = lambda: None
) -> tuple[Window, set[int], int]:
    seen: set[int] = set()
    before, mark = dict(book.rows), window.mark
    for steps in range(1, 500):
        window, rows = _step(Window.resume(json.loads(json.dumps(window.cursor())), 0), book)
        seen.update(rows)
        passed = {n for n, s in before.items() if mark <= s * SECOND < window.mark}
        still = {n for n in passed if book.rows[n] == before[n]}
        assert still <= seen, "the watermark has passed rows that were not read"
        if not window.is_open:
            return window, seen, steps
        between()
    raise AssertionError("the window never closes")


@given(
    st.dictionaries(st.integers(0, 200), st.integers(0, 60), max_size=60),
    st.integers(0, 2**32),
)
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_while_rows_move(rows: dict[int, int], seed: int) -> None:
    luck, book = random.Random(seed), Book(dict(rows))

    def between() -> None:
        for number in luck.sample(sorted(book.rows), min(2, len(book.rows))):
            book.rows[number] = 100  # changed now: behind the window's end

    window = Window(0).opened(60 * SECOND, 60 * SECOND, 0)
    after, seen, _ = _read_all(book, window, between)
    left = {n for n, second in book.rows.items() if second <= 60}
    assert left <= seen
    assert after == Window(60 * SECOND)


def test_reading_forwards_would_lose_rows() -> None:
    """The control: the same list, the same movement, pages from the first to the last."""
    book = Book({number: number for number in range(12)})
    window, seen = Window(0, 0, 60 * SECOND, goal=60 * SECOND), set()
    for page in (1, 2, 3):
        seen.update(book.list(window, page)[0])
        book.rows[max(seen)] = 100
    assert seen != set(range(12))


def test_a_row_that_joins_late_starts_the_window_again() -> None:
    book = Book({number: number for number in range(9)})
    window = Window(0).opened(60 * SECOND, 60 * SECOND, 0)
    steps: list[int] = []

    def between() -> None:
        steps.append(1)
        if len(steps) == 2:  # the last page was read; the row at its border is pushed onto it now
            book.rows[1000] = 50

    _, seen, _ = _read_all(book, window, between)
    assert seen == set(book.rows)


def test_rows_that_keep_joining_do_not_hold_the_window_open() -> None:
    book = Book({number: number for number in range(9)})

    def between() -> None:
        book.rows[len(book.rows)] = 50

    after, _, steps = _read_all(book, Window(0).opened(60 * SECOND, 60 * SECOND, 0), between)
    assert after.mark == 60 * SECOND
    assert steps < 100


def test_a_crowded_second_is_read_however_many_pages_it_has() -> None:
    book = Book(dict.fromkeys(range(50), 30))
    after, seen, steps = _read_all(book, Window(0).opened(60 * SECOND, 60 * SECOND, 10 * SECOND))
    assert seen == set(range(50))
    assert after.mark == 60 * SECOND
    assert steps < 60


def test_a_crowded_overlap_does_not_slow_the_reading_down() -> None:
    book = Book({number: 5 + number % 10 for number in range(100)})
    after, seen, steps = _read_all(
        book, Window(20 * SECOND).opened(60 * SECOND, 60 * SECOND, 15_000)
    )
    assert seen == set(range(100))
    assert after.mark == 60 * SECOND
    assert steps < 120


def test_the_watermark_moves_with_the_last_page_only() -> None:
    book = Book({number: number for number in range(9)})
    window = Window(7 * SECOND).opened(60 * SECOND, 60 * SECOND, 7 * SECOND)
    while window.is_open:
        assert window.mark == 7 * SECOND
        window, _ = _step(window, book)
    assert window.mark == 60 * SECOND


def test_windows_follow_each_other_with_overlap() -> None:
    window = Window(100 * SECOND).opened(1000 * SECOND, 300 * SECOND, 50 * SECOND)
    assert (window.start, window.end) == (50 * SECOND, 400 * SECOND)
    following = window.closed().opened(1000 * SECOND, 300 * SECOND, 50 * SECOND)
    assert (following.start, following.end) == (350 * SECOND, 700 * SECOND)
    assert not Window(100 * SECOND).opened(100 * SECOND, 300 * SECOND, 0).is_open


def test_a_window_ends_where_the_platforms_clock_stands() -> None:
    window = Window(100 * SECOND).opened(400 * SECOND, 300 * SECOND, 50 * SECOND)
    assert window.shortened(200 * SECOND).end == 200 * SECOND
    assert window.shortened(90 * SECOND) == Window(100 * SECOND)


@pytest.mark.parametrize("cursor", [{"page": 3}, {"mark": 1, "shoe_size": 43}])
def test_a_strange_cursor_is_refused(cursor: dict[str, int]) -> None:
    with pytest.raises(Permanent, match=r"connect\.bad_cursor"):
        Window.resume(cursor, 0)


def test_the_first_cursor() -> None:
    assert Window.resume(None, 12_345) == Window(12_000)
    assert whole_second(12_999) == 12_000
