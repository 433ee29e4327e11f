"""Records as platforms deliver them: wrapped in answers, numbered and dated in their own ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .content import digest
from .errors import Permanent
from .model import RawItem
from .times import beijing_ms


@dataclass(frozen=True)
class Wrapping:
    """What a platform's answers put around its records.

    `wrappers`: names of members that hold records or further wrappers ("*_end": all that end so),
    `beside`: what else stands there. `is_record` tells a record from a wrapper.
    """

    wrappers: tuple[str, ...]
    beside: tuple[str, ...]
    is_record: Callable[[Mapping[str, Any]], bool]

    @property
    def names(self) -> tuple[str, ...]:
        """For `Connector.envelope`."""
        return (*self.wrappers, *self.beside)

    def one(self, raw: Any) -> dict[str, Any]:
        """The record in `raw`, bare or wrapped; Permanent (item) if there is none."""
        while isinstance(raw, dict) and not self.is_record(raw):
            raw = self._inside(raw)
        if not isinstance(raw, dict):
            raise Permanent("connect.no_records", item=True)
        return raw

    def all(self, data: Any) -> Iterator[dict[str, Any]]:
        """The records in an answer, a list of answers or of records, or one bare record."""
        if isinstance(data, list):
            for entry in data:
                yield from self.all(entry)
        elif not isinstance(data, dict):
            raise Permanent("connect.no_records", item=True)
        elif self.is_record(data):
            yield data
        else:
            yield from self.all(self._inside(data))

    def _inside(self, data: Mapping[str, Any]) -> Any:
        for name, value in data.items():
            if any(_fits(name, wrapper) for wrapper in self.wrappers):
                return value if value is not None else []
        if any(name in data for name in self.beside):
            return []
        raise Permanent("connect.no_records", item=True)


def _fits(name: str, wrapper: str) -> bool:
    return name.endswith(wrapper[1:]) if wrapper.startswith("*") else name == wrapper


def raw_order(number: str | None, modified_ms: int | None, value: Any, text: str) -> RawItem:
    """A row of a list. One nobody can identify is landed all the same: it must not be lost."""
    if number is None:
        return RawItem("order", f"unidentified-{digest({'text': text})[:16]}", None, text)
    return RawItem("order", number, modified_ms, text, value)


def instant(value: Any) -> int | None:
    """Beijing wall time -> epoch milliseconds; None for unset and for what is no time."""
    try:
        return beijing_ms(value)
    except (ValueError, OverflowError):
        return None


def version(body: Mapping[str, Any], modified: str, events: tuple[str, ...]) -> int | None:
    """The time of modification; without one, the latest event told of: it is at least as new."""
    told = (instant(body.get(name)) for name in events)
    return instant(body.get(modified)) or max(filter(None, told), default=None)
