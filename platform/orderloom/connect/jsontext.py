"""JSON from platforms: exact numbers, and the exact text of each record in an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from json import JSONDecodeError
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
# Halves of a cut emoji and NUL characters: legal in JSON, refused by every database.
_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})")
_LONE = re.compile("[\ud800-\udfff\x00]")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant, strict=False)
scan: Any = _DECODER.scan_once  # type: ignore[attr-defined]
scan_string: Any = _DECODER.parse_string  # type: ignore[attr-defined]


def parse_json(text: str) -> Any:
    """The value of a JSON text: integers of any size exact, fractions as Decimal.

    Raises ValueError for anything that is not JSON, nesting without end included.
    """
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return _storable(value) if _UNSTORABLE.search(text) else value


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def dump_json(value: Any) -> str:
    """Compact JSON text of a parsed value; a Decimal is written as the number it was read from."""
    try:
        return _ENCODER.encode(value)
    except TypeError:
        return _write(value)


def _write(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_write(str(k))}:{_write(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Split:
    """An answer taken apart: the member names walked through, their other members, the records."""

    names: tuple[str, ...]
    outer: dict[str, Any]
    records: tuple[tuple[Any, str], ...]


def split_json(text: str, *path: str) -> Split:
    """Walks `path` ("*" = any object member) and cuts out the records found at its end.

    A record is (value, exact text). One object where a list belongs counts as a list of one.
    Raises ValueError when the text is not JSON.
    """
    names: list[str] = []
    outer: dict[str, Any] = {}
    records: list[tuple[Any, str]] = []
    try:
        end = _walk(text, skip(text, 0), path, names, outer, records)
    except (StopIteration, IndexError, RecursionError):
        raise ValueError("not complete JSON") from None
    if skip(text, end) != len(text):
        raise ValueError("text after the end")
    if _UNSTORABLE.search(text):
        outer, records = _storable(outer), [(_storable(value), raw) for value, raw in records]
    return Split(tuple(names), outer, tuple(records))


def _walk(
    text: str,
    at: int,
    path: tuple[str, ...],
    names: list[str],
    outer: dict[str, Any],
    records: list[tuple[Any, str]],
) -> int:
    if not path:
        return _records(text, at, records)
    if text[at] != "{":
        value, end = scan(text, at)
        if value is not None:
            outer[""] = value
        return int(end)
    members = _Members(text, at)
    for key, start in members:
        value = None
        if (text[start] == "{" and path[0] in ("*", key)) or (len(path) == 1 and key == path[0]):
            names.append(key)
            members.at = _walk(text, start, path[1:], names, outer, records)
        else:
            value, members.at = scan(text, start)
            outer[key] = value
    return members.at


def _records(text: str, at: int, records: list[tuple[Any, str]]) -> int:
    if text[at] != "[":
        value, end = scan(text, at)
        if value is not None:
            records.append((value, text[at:end]))
        return int(end)
    at = skip(text, at + 1)
    while text[at] != "]":
        value, end = scan(text, at)
        records.append((value, text[at:end]))
        at = skip(text, end)
        if text[at] == ",":
            at = skip(text, at + 1)
        elif text[at] != "]":
            raise JSONDecodeError("Expecting ',' delimiter", text, at)
    return at + 1


class _Members:
    """Iterates the members of the object at `at`; the user moves `at` behind each value."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def __iter__(self) -> Iterator[tuple[str, int]]:
        text, self.at = self.text, skip(self.text, self.at + 1)
        while text[self.at] != "}":
            if text[self.at] != '"':
                raise JSONDecodeError("Expecting property name", text, self.at)
            key, end = scan_string(text, self.at + 1, False)
            end = skip(text, end)
            if text[end] != ":":
                raise JSONDecodeError("Expecting ':' delimiter", text, end)
            yield key, skip(text, end + 1)
            self.at = skip(text, self.at)
            if text[self.at] == ",":
                self.at = skip(text, self.at + 1)
            elif text[self.at] != "}":
                raise JSONDecodeError("Expecting ',' delimiter", text, self.at)
        self.at += 1


def skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
