"""Reading a platform that lists newest first, while its rows move.

A row that changes during reading jumps to page 1 and pulls every row behind it one place forward.
Read from page 1 on, the row behind a page border would be skipped; read from the last page back,
rows only move into pages still to come. So a window of modification time is counted first, then
read backwards, and only its page 1 moves the watermark.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from .errors import Permanent

_SECOND_MS = 1000
_MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """The cursor: everything modified up to `mark` was read; the rest describes an open window.

    Instants are epoch milliseconds on whole seconds. `page` 0: not counted yet. A window with too
    many pages is read in parts; `goal` is where its last part ends. `rounds`: how often it was
    started again.
    """

    mark: int
    start: int = 0
    end: int = 0
    page: int = 0
    total: int = 0
    goal: int = 0
    rounds: int = 0

    @classmethod
    def resume(cls, cursor: Any, first_mark: int) -> Window:
        """The window of a stored cursor; without one, all before `first_mark` counts as read.

        Permanent when the cursor is not one of ours.
        """
        if not cursor:
            return cls(whole_second(first_mark))
        try:
            return cls(**cursor)
        except TypeError:
            raise Permanent("connect.bad_cursor") from None

    def cursor(self) -> dict[str, int]:
        """The JSON to store; `resume` reads it."""
        return asdict(self)

    @property
    def is_open(self) -> bool:
        return self.end > 0

    def opened(self, horizon: int, length_ms: int, overlap_ms: int) -> Window:
        """The next window: `overlap_ms` before the watermark to at most `horizon`.

        Stays closed when there is nothing new to read.
        """
        if self.is_open or horizon <= self.mark:
            return self
        end = min(horizon, self.mark + length_ms)
        return Window(self.mark, max(self.mark - overlap_ms, 0), end, goal=end)

    def closed(self) -> Window:
        """This part was read to its end; the next part is open, if there is one."""
        mark = max(self.mark, self.end)
        if self.end < self.goal:
            return Window(mark, self.end, self.goal, goal=self.goal)
        return Window(mark)

    def shortened(self, horizon: int) -> Window:
        """Ends at `horizon` at the latest; closed and unread when nothing new is left of it."""
        if horizon <= self.mark:
            return Window(self.mark)
        return replace(self, end=min(self.end, horizon), goal=min(self.goal, horizon))

    def counted(self, total: int, page_size: int, max_pages: int) -> Window:
        """After the count, which also delivered page 1.

        Closed if that was all (`total` <= `page_size`), halved if there are too many pages, else
        set to the last page.
        """
        pages = math.ceil(total / page_size)
        if pages <= 1:
            return self.closed()
        if pages > max_pages and self.end - self.start > _SECOND_MS:
            middle = whole_second((self.start + self.end) // 2)
            return replace(self, end=max(middle, self.start + _SECOND_MS))
        return replace(self, page=pages, total=total)

    def read(self, total: int | None, page_size: int) -> Window:
        """After reading `page`. On page 1 `total` is the new count.

        If more rows than counted have joined the window late, it is read again, but not for ever:
        what still joins then is found by the next window's overlap.
        """
        if self.page > 1:
            return replace(self, page=self.page - 1)
        if total is not None and total > self.total and self.rounds < _MOST_ROUNDS:
            pages = math.ceil(total / page_size)
            return replace(self, page=pages, total=total, rounds=self.rounds + 1)
        return self.closed()


def whole_second(ms: int) -> int:
    """Cut to the second: the platforms' times have no finer grain."""
    return ms - ms % _SECOND_MS
