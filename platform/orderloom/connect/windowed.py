"""Pulling by windows of modification time, from any platform whose lists come in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from .horizon import SECOND, HorizonConnector
from .http import bad_answer
from .model import Page, RawItem, Ref, Setting, Text
from .paging import Window

DETAILS = Setting(
    "details",
    Text("订单详情", "Order details"),
    "choice",
    default="auto",
    choices=("auto", "always"),
    help=Text(
        "auto:列表不完整时逐单查询;always:总是逐单查询。",
        "auto: asked per order when the list is thin; always: asked for every order.",
    ),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: its records as (value, exact text).

    `total`: rows of the whole window, None where the page does not tell. `date_ms`: the platform's
    clock, None if it does not tell.
    """

    records: Sequence[tuple[Any, str]]
    total: int | None
    date_ms: int | None


class ListPage(Protocol):
    """Asks for one page of a list."""

    def __call__(self, window: Window, page: int, *, count: bool) -> Listing: ...


class Source(NamedTuple):
    """A list that is read in windows: how to ask for a page, and what becomes of a row.

    `page(window, number from 1, count=…)`: with the window's total if `count`. `row(record, text)`:
    landed as it is, the name of a record to ask for, or None for no news.
    """

    page: ListPage
    row: Callable[[Any, str], RawItem | Ref | None]


class WindowedConnector(HorizonConnector):
    """Counts a window, then reads it from its last page; keeps up with the platform's clock.

    A subclass has the settings of `window_settings` and says how to ask for a page (`_list`) and
    whether a row is to be landed as it is or asked for whole (`_row`).
    """

    def pull(self, cursor: Any, until_ms: int) -> Page:
        """One page. The window in the cursor survives a crash: reading goes on at its next page."""
        return self._pull(Source(self._list, self._row), cursor, until_ms)

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        """Page `page` (from 1) of what changed in the window; with its total if `count`."""
        raise NotImplementedError

    def _row(self, record: Any, text: str) -> RawItem | Ref | None:
        """What becomes of a row: landed as it is, or the name of a record to ask for."""
        raise NotImplementedError

    def _pull(self, source: Source, cursor: Any, until_ms: int) -> Page:
        """One page of a list whose cursor is `cursor`."""
        horizon = self._horizon(until_ms + min(self._skew_ms, 0))
        window = Window.resume(cursor, self._first_mark(horizon))
        window = window.opened(
            horizon, self.values["window_s"] * SECOND, self.values["overlap_s"] * SECOND
        )
        if not window.is_open:
            return Page((), window.cursor(), more=False)
        step = self._read if window.page else self._count
        return step(source, window, horizon)

    def _count(self, source: Source, window: Window, horizon: int) -> Page:
        """Asks how many rows the window holds; takes them at once if they fit on one page."""
        listing = source.page(window, 1, count=True)
        reached = self._horizon(self._platform_now(listing.date_ms))
        if reached < window.end:
            window = window.shortened(reached)
            return Page((), window.cursor(), more=window.is_open)
        total, size = _total(listing), self.values["page_size"]
        after = window.counted(total, size, self.values["max_pages"])
        if total > size:
            return Page((), after.cursor(), more=True)
        return self._page(source, listing, after, horizon)

    def _read(self, source: Source, window: Window, horizon: int) -> Page:
        """Takes the window's page; page 1 closes it, unless rows have joined since the count."""
        last = window.page == 1
        listing = source.page(window, window.page, count=last)
        after = window.read(_total(listing) if last else None, self.values["page_size"])
        return self._page(source, listing, after, horizon)

    def _page(self, source: Source, listing: Listing, after: Window, horizon: int) -> Page:
        rows = [source.row(record, text) for record, text in listing.records]
        items = [row for row in rows if isinstance(row, RawItem)]
        refs = [row for row in rows if isinstance(row, Ref)]
        behind = horizon - after.mark > self.values["overlap_s"] * SECOND
        return Page(items, after.cursor(), after.is_open or behind, refs)


def _total(listing: Listing) -> int:
    """The count, checked against the page: an answer at odds with itself must not be believed."""
    if listing.total is None or (listing.total > 0 and not listing.records):
        raise bad_answer("total")
    return listing.total


def whole_number(value: Any) -> int | None:
    """A count as platforms write it, number or text; None when it is neither."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdecimal() else None


def window_settings(
    *,
    page_size: tuple[int, int] = (50, 100),
    window_s: tuple[int, int] = (1800, 86400),
    overlap_s: tuple[int, int] = (300, 43200),
    lag_s: int = 60,
    history_hours: int = 2160,
    most_pages: int = 1000,
) -> tuple[Setting, ...]:
    """What a `WindowedConnector` lets people set: (default, most) each; the most hours of history.

    A window spans `window_s` and the overlap before it: platforms bound the two together.
    """
    return (
        _number("page_size", "每页条数", "Rows per page", page_size[0], 1, page_size[1]),
        _number("max_pages", "每个时间窗最多页数", "Pages per window", 100, 1, most_pages),
        _number("window_s", "时间窗(秒)", "Window (seconds)", window_s[0], 2, window_s[1]),
        _number("overlap_s", "回看(秒)", "Overlap (seconds)", overlap_s[0], 0, overlap_s[1]),
        _number("lag_s", "延后(秒)", "Lag (seconds)", lag_s, 1, 3600),
        _number(
            "history_hours",
            "首次拉取(小时)",
            "First pull reaches back (hours)",
            24,
            0,
            history_hours,
        ),
    )


def _number(name: str, zh: str, en: str, default: int, low: int, high: int) -> Setting:
    return Setting(name, Text(zh, en), "number", default=default, minimum=low, maximum=high)
