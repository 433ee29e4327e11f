"""Pulling by windows of modification time, where each page names the key to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from .errors import Permanent
from .horizon import SECOND, HorizonConnector
from .http import bad_answer
from .model import Page, RawItem, Ref, Setting
from .paging import whole_second
from .windowed import window_settings

_NO_PAGES = "max_pages"  # there is no count to judge a window by


@dataclass(frozen=True, slots=True)
class KeyedWindow:
    """The cursor: everything modified up to `mark` was read; the rest describes an open window.

    Instants are epoch milliseconds on whole seconds. `key`: what the last page said leads to the
    next one; a key belongs to its window, which therefore stays as it is until it is read.
    """

    mark: int
    start: int = 0
    end: int = 0
    key: str = ""

    @classmethod
    def resume(cls, cursor: Any, first_mark: int) -> KeyedWindow:
        """The window of a stored cursor; Permanent when it is not one of ours."""
        if not cursor:
            return cls(whole_second(first_mark))
        try:
            return cls(**cursor)
        except TypeError:
            raise Permanent("connect.bad_cursor") from None

    @property
    def is_open(self) -> bool:
        return self.end > 0

    def opened(self, horizon: int, length_ms: int, overlap_ms: int) -> KeyedWindow:
        """The next window: `overlap_ms` before the watermark to at most `horizon`."""
        if self.is_open or horizon <= self.mark:
            return self
        start = max(self.mark - overlap_ms, 0)
        return KeyedWindow(self.mark, start, min(horizon, self.mark + length_ms))

    def shortened(self, horizon: int) -> KeyedWindow:
        """Ends at `horizon` at the latest; closed and unread when nothing new is left of it."""
        if horizon <= self.mark:
            return KeyedWindow(self.mark)
        return replace(self, end=min(self.end, horizon))

    def read(self, next_key: str | None) -> KeyedWindow:
        """After a page; without a key to another one the window is read and the mark moves."""
        if next_key is None:
            return KeyedWindow(max(self.mark, self.end))
        if next_key in ("", self.key):
            raise bad_answer("next_key")  # it would go round in circles
        return replace(self, key=next_key)


@dataclass(frozen=True, slots=True)
class KeyedListing:
    """One page: its rows as (value, exact text), the key to the next page (None: the last one).

    `date_ms`: the platform's clock, None if it does not tell.
    """

    records: Sequence[tuple[Any, str]]
    next_key: str | None
    date_ms: int | None


class KeyedConnector(HorizonConnector):
    """Reads a window from key to key; keeps up with the platform's clock.

    A subclass has the settings `KEYED_SETTINGS` gives and says how to ask for a page (`_list`) and
    what becomes of a row (`_row`).
    """

    def pull(self, cursor: Any, until_ms: int) -> Page:
        """One page. The window in the cursor survives a crash: reading goes on at its key."""
        horizon = self._horizon(until_ms + min(self._skew_ms, 0))
        window = KeyedWindow.resume(cursor, self._first_mark(horizon))
        window = window.opened(
            horizon, self.values["window_s"] * SECOND, self.values["overlap_s"] * SECOND
        )
        return self._read(window, horizon) if window.is_open else _page((), window, more=False)

    def _list(self, window: KeyedWindow) -> KeyedListing:
        """The page of the window that its key leads to."""
        raise NotImplementedError

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        """What becomes of a row: landed as it is, or the name of a record to ask for."""
        raise NotImplementedError

    def _read(self, window: KeyedWindow, horizon: int) -> Page:
        listing = self._list(window)
        if not window.key:
            reached = self._horizon(self._platform_now(listing.date_ms))
            if reached < window.end:
                window = window.shortened(reached)
                return _page((), window, more=window.is_open)
        after = window.read(listing.next_key)
        behind = horizon - after.mark > self.values["overlap_s"] * SECOND
        rows = [self._row(record, text) for record, text in listing.records]
        return _page(rows, after, more=after.is_open or behind)


def _page(rows: Sequence[RawItem | Ref], window: KeyedWindow, *, more: bool) -> Page:
    items = [row for row in rows if isinstance(row, RawItem)]
    refs = [row for row in rows if isinstance(row, Ref)]
    return Page(items, asdict(window), more, refs)


def keyed_settings(**limits: Any) -> tuple[Setting, ...]:
    """What a `KeyedConnector` lets people set; `limits` as for `window_settings`."""
    return tuple(s for s in window_settings(**limits) if s.name != _NO_PAGES)
