"""The records of a JSON file, one after the other, however large the file is.

A window slides over the text and the standard library's scanner reads one record at a time from
it. No streaming library: they bring their own numbers and strings, where records must be read
exactly as `parse_json` reads them, and none of them gives back a record's own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from json import JSONDecodeError
from typing import Any

from .errors import Permanent
from .jsontext import scan, scan_string, skip
from .model import FileRecord

CHUNK = 1 << 18  # characters read at a time
DEEPEST = 8  # wrappings around a record
_NEAR_END = 16  # a token cut by the window's end is refused no further away from it
_MARK = re.compile(r"\\(.)?|[\"\[\]{}]", re.DOTALL)
_BARE_END = re.compile(r"[\s,\]}]")

Read = Callable[[int], str]


class _Broken(Exception):
    """What stands here is no JSON, or too large; reading may go on behind it."""

    def __init__(self, code: str = "connect.payload_not_json", **params: Any) -> None:
        super().__init__(code)
        self.error = Permanent(code, item=True, **params)


class _Ended(Exception):
    """The text ends inside something."""

    def __init__(self, code: str = "file.cut_off") -> None:
        super().__init__(code)
        self.error = Permanent(code, item=True)


def json_records(read: Read, envelope: tuple[str, ...], limit: int) -> Iterator[FileRecord]:
    """The records in answers, lists, JSON lines or bare records, in any combination.

    `read(n)` gives the next characters, at most n, "" at the end. `envelope`: see
    `Connector.envelope`. A record longer than `limit` characters is not read. What cannot be read
    comes as a FileRecord with its error; what is whole before it, and behind it as far as that
    can be found, comes as usual.
    """
    return _Reader(_Window(read, limit), envelope).records()


class _Window:
    """The part of the text in memory; what lies before `at` (or `held`) is forgotten."""

    def __init__(self, read: Read, limit: int) -> None:
        self.text = ""
        self.at = 0
        self.held: int | None = None
        self._ended = False
        self._read = read
        self._limit = limit

    def more(self) -> bool:
        """Read on; False at the end of the text."""
        piece = "" if self._ended else self._read(CHUNK)
        self._ended = not piece
        keep = self.at if self.held is None else self.held
        self.text = self.text[keep:] + piece
        self.at -= keep
        self.held = None if self.held is None else 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            self.at = skip(self.text, self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, mark: str) -> None:
        """Go behind `mark`; raises _Broken and _Ended."""
        found = self.peek()
        if found != mark:
            raise _Broken if found else _Ended
        self.at += 1

    def name(self) -> str:
        """Go behind a member's name and its colon."""
        if self.peek() != '"':
            raise _Broken if self.peek() else _Ended
        name, end = self._scanned(_quoted)
        self.at = end
        self.expect(":")
        return str(name)

    def value(self) -> str:
        """Go behind the value that starts here; its exact text. Raises without moving."""
        _, end = self._scanned(scan)
        text, self.at = self.text[self.at : end], end
        return text

    def _scanned(self, how: Callable[[str, int], tuple[Any, int]]) -> tuple[Any, int]:
        """The value that starts here and where it ends; raises _Broken and _Ended."""
        while True:
            bare = self.text[self.at] not in '{["'
            try:
                value, end = how(self.text, self.at)
            except (ValueError, RecursionError, StopIteration) as error:
                if self._is_wrong(error):
                    raise _Broken from None
                if self._ended:
                    raise _Ended from None
            else:
                # A number at the window's end may go on behind it.
                if not bare or end < len(self.text) or self._ended:
                    self._bound(end)
                    return value, end
            self._bound(len(self.text))
            self.more()

    def _bound(self, end: int) -> None:
        if end - self.at > self._limit:
            raise _Broken("file.record_too_large", limit=self._limit)

    def _is_wrong(self, error: Exception) -> bool:
        """True when more text could not make it right."""
        if self._ended:
            nesting = _Nesting(self.text[self.at])
            return nesting.bare or nesting.end(self.text, self.at) is not None
        if isinstance(error, StopIteration):
            return len(self.text) - int(error.value) > _NEAR_END
        if not isinstance(error, JSONDecodeError):
            return True  # NaN, thousands of digits, nesting without end
        return not error.msg.startswith("Unterm") and len(self.text) - error.pos > _NEAR_END

    def skip_value(self) -> None:
        """Go behind the value that starts here, whatever is in it; raises _Ended."""
        nesting = _Nesting(self.text[self.at])
        while (end := nesting.end(self.text, self.at)) is None:
            self.at = len(self.text)
            if not self.more():
                raise _Ended("file.rest_unread")
        self.at = end

    def skip_to_line(self) -> bool:
        """Go to the next line that starts a record; False if there is none."""
        while (found := self.text.find("\n{", self.at)) < 0:
            self.at = max(self.at, len(self.text) - 1)
            if not self.more():
                return False
        self.at = found + 1
        return True


def _quoted(text: str, at: int) -> tuple[Any, int]:
    found: tuple[Any, int] = scan_string(text, at + 1, False)
    return found


class _Nesting:
    """Finds the end of a value by its brackets and quotes alone, across windows."""

    def __init__(self, first: str) -> None:
        self.bare = first not in '{["'
        self._depth = 0
        self._quoted = False
        self._escaped = False

    def end(self, text: str, at: int) -> int | None:
        """The place behind the value's last character; None if it is not in `text`."""
        if self.bare:
            found = _BARE_END.search(text, at)
            return found.start() if found else None
        if self._escaped:
            at, self._escaped = at + 1, False
        for found in _MARK.finditer(text, at):
            if found[0][0] == "\\":
                self._escaped = found[1] is None
            elif self._closes(found[0]):
                return found.end()
        return None

    def _closes(self, mark: str) -> bool:
        if mark == '"':
            self._quoted = not self._quoted
        elif not self._quoted:
            self._depth += 1 if mark in "{[" else -1
        return self._depth <= 0 and not self._quoted


class _Reader:
    """Walks through wrappings down to the records."""

    def __init__(self, window: _Window, envelope: tuple[str, ...]) -> None:
        self._window = window
        self._names = frozenset(name for name in envelope if not name.startswith("*"))
        self._endings = tuple(name[1:] for name in envelope if name.startswith("*"))
        self._count = 0

    def records(self) -> Iterator[FileRecord]:
        while self._window.peek():
            try:
                yield from self._any(0)
            except (_Broken, _Ended) as stop:
                yield self._fault(stop.error)
                if not self._window.skip_to_line():
                    return

    def _any(self, depth: int) -> Iterator[FileRecord]:
        first = self._window.peek()
        if not first:
            raise _Ended
        if depth > DEEPEST:
            raise _Broken
        if first == "[":
            yield from self._list(depth)
        elif first == "{" and self._is_wrapping():
            yield from self._wrapping(depth)
        else:
            yield from self._record(depth)

    def _list(self, depth: int) -> Iterator[FileRecord]:
        window = self._window
        window.expect("[")
        while window.peek() != "]":
            yield from self._any(depth + 1)
            if window.peek() != "]":
                window.expect(",")
        window.expect("]")

    def _is_wrapping(self) -> bool:
        """The first name tells: no record starts with a name that answers are wrapped in."""
        window = self._window
        window.held = window.at
        try:
            window.expect("{")
            return self._wraps(window.name())
        except (_Broken, _Ended):
            return False
        finally:
            window.at, window.held = window.held or 0, None

    def _wraps(self, name: str) -> bool:
        return name in self._names or name.endswith(self._endings)

    def _wrapping(self, depth: int) -> Iterator[FileRecord]:
        window = self._window
        window.expect("{")
        while window.peek() != "}":
            if self._wraps(window.name()) and window.peek() in ("{", "["):
                yield from self._any(depth + 1)
            elif window.peek():
                window.value()
            if window.peek() != "}":
                window.expect(",")
        window.expect("}")

    def _record(self, depth: int) -> Iterator[FileRecord]:
        """One record; a broken one inside a list is named and left behind."""
        try:
            text = self._window.value()
        except _Broken as broken:
            if not depth:
                raise
            yield self._fault(broken.error)
            self._window.skip_value()
            return
        if text != "null":
            self._count += 1
            yield FileRecord(self._count, text)

    def _fault(self, error: Permanent) -> FileRecord:
        self._count += 1
        return FileRecord(self._count, error=error)
