"""Judging the content of a record: did it change, is it masked, may it be shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import orjson

_SORTED = orjson.OPT_SORT_KEYS
_SHORTEST_SECRET = 4
_LONGEST_REASON = 300


def digest(body: Mapping[str, Any], volatile: Collection[str] = ()) -> str:
    """sha256 (hex) over `body` without its `volatile` top-level fields, whatever the key order."""
    lasting = {key: value for key, value in body.items() if key not in volatile}
    try:
        text = orjson.dumps(lasting, default=str, option=_SORTED)
    except TypeError:  # integers beyond 64 bits
        text = json.dumps(lasting, default=str, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()


def is_masked(value: Any) -> bool:
    """True when a text carries stars where a person's data would be."""
    return isinstance(value, str) and ("*" in value or "＊" in value)


def masked_fields(
    body: Mapping[str, Any],
    fields: Mapping[str, str],
    hides: Callable[[Any], bool] = is_masked,
) -> frozenset[str]:
    """The canonical names of `fields` ({platform field: canonical name}) that `body` masks.

    When several platform fields feed one canonical field, a clear one among them wins. `hides`:
    what the platform writes instead of a person's data.
    """
    masked = {name for field, name in fields.items() if hides(body.get(field))}
    if not masked:
        return frozenset()
    clear = {n for f, n in fields.items() if body.get(f) and not hides(body[f])}
    return frozenset(masked - clear)


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` for people's eyes: every secret (plain or URL-encoded) starred out, length bounded."""
    for secret in sorted((s for s in secrets if len(s) >= _SHORTEST_SECRET), key=len, reverse=True):
        for spelling in {secret, quote(secret), quote_plus(secret), quote(secret, safe="")}:
            text = text.replace(spelling, "***")
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"
