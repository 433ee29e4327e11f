"""How a shop's own interface is described as data: what is asked, how it is signed, what is read.

docs/connectors.md lists the keys. A description is checked whole before it is used, and a mistake
is named by its place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orderloom.connect import Permanent, beijing_ms, beijing_text, is_unset

_SLOT = re.compile(r"\{(\w+)\}")
_TIMES = ("beijing", "iso", "ms", "s")
_TEXT = "text"
_PAIRS = "texts by name"
_NUMBERS = "numbers or texts"
# key -> kind, or the keys below it; a key with "?" may be missing.
_FORM: Mapping[str, Any] = {
    "sign": {"text": _TEXT, "headers": _PAIRS, "encoding?": ("hex", "base64")},
    "time?": _TIMES,
    "shop": {"path": _TEXT, "id": _TEXT, "title?": _TEXT},
    "list": {"path": _TEXT, "query": _PAIRS, "records": _TEXT, "total": _TEXT},
    "detail": {"path": _TEXT, "record": _TEXT},
    "order": {"number": _TEXT, "modified": _TEXT, "masked?": _PAIRS},
    "webhook?": {
        "text": _TEXT,
        "signature": _TEXT,
        "timestamp": _TEXT,
        "records": _TEXT,
        "encoding?": ("hex", "base64"),
        "answer?": _TEXT,
    },
    "ship": {"path": _TEXT, "body": _PAIRS, "shipped": _TEXT, "number": _TEXT},
    "result?": {
        "code": _TEXT,
        "message?": _TEXT,
        "ok": _NUMBERS,
        "expired?": _NUMBERS,
        "throttled?": _NUMBERS,
        "later?": _NUMBERS,
        "signature?": _NUMBERS,
        "clock?": _NUMBERS,
    },
}


@dataclass(frozen=True)
class Api:
    """A checked description."""

    given: Mapping[str, Any]

    @classmethod
    def of(cls, given: Any) -> Api:
        """Raises Permanent "connect.description" that names the place and what belongs there."""
        _check(given, _FORM, "")
        return cls(given)

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        part: Mapping[str, Any] = self.given.get(key) or {}
        return part

    def write_time(self, ms: int) -> str:
        """An instant in the shop's own writing."""
        kind = self.given.get("time", "beijing")
        if kind == "beijing":
            return beijing_text(ms)
        if kind == "iso":
            return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
        return str(ms if kind == "ms" else ms // 1000)

    def read_time(self, value: Any) -> int | None:
        """The instant (ms) a value of the shop tells; None for unset and for what is no time."""
        kind = self.given.get("time", "beijing")
        try:
            if kind in ("ms", "s"):
                return None if is_unset(value) else int(value) * (1 if kind == "ms" else 1000)
            return beijing_ms(value)
        except (ValueError, TypeError, OverflowError):
            return None

    def says(self, kind: str, code: Any) -> bool:
        """Whether a code is one of those the description lists as `kind`."""
        return str(code) in map(str, self["result"].get(kind, ()))


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """`pattern` with each {name} of `values` put in; anything else stays as it is."""
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), pattern)


def at(value: Any, path: str) -> Any:
    """The member at a dotted path; None where there is none. "" is the value itself."""
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def signature(secret: str, text: str, encoding: str) -> str:
    """HMAC-SHA256 in hex or base64."""
    found = hmac.digest(secret.encode(), text.encode(), "sha256")
    return base64.b64encode(found).decode() if encoding == "base64" else found.hex()


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _check(given: Any, form: Mapping[str, Any], place: str) -> None:
    if not isinstance(given, Mapping):
        raise _wrong(place or "/", "an object")
    known = {key.rstrip("?") for key in form}
    for name in given:
        if name not in known:
            raise _wrong(f"{place}/{name}", "one of " + ", ".join(sorted(known)))
    for key, kind in form.items():
        name = key.rstrip("?")
        if name in given:
            _check_value(given[name], kind, f"{place}/{name}")
        elif not key.endswith("?"):
            raise _wrong(f"{place}/{name}", "something")


def _check_value(value: Any, kind: Any, place: str) -> None:
    if isinstance(kind, Mapping):
        _check(value, kind, place)
    elif isinstance(kind, tuple):
        if value not in kind:
            raise _wrong(place, "one of " + ", ".join(kind))
    elif kind == _TEXT:
        if not isinstance(value, str):
            raise _wrong(place, kind)
    elif kind == _PAIRS:
        pairs = value.values() if isinstance(value, Mapping) else [None]
        if not all(isinstance(one, str) for one in pairs):
            raise _wrong(place, kind)
    elif not isinstance(value, list):
        raise _wrong(place, kind)


def _wrong(place: str, expected: str) -> Permanent:
    return Permanent("connect.description", place, expected=expected)
