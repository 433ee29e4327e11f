"""Reading the body of a message: what has to be there, and words people wrote into a setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .errors import Permanent
from .times import beijing_text

_SIGNATURE = re.compile("签名|(?<![a-z])sign(ature)?(?![a-z])", re.IGNORECASE)


def needed(body: Mapping[str, Any], name: str) -> str:
    """The text of a field that must be there; Permanent (item) names the one that is missing."""
    value = body.get(name)
    if value is None or value == "":
        raise lacking(name)
    return str(value)


def lacking(name: str) -> Permanent:
    """What a message without this field, or with something else in it, fails with."""
    return Permanent("connect.message_lacks", name, item=True, field=name)


def lines_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of a fulfilment; Permanent (item) when there are none."""
    lines = body.get("lines")
    if not isinstance(lines, list) or not lines:
        raise lacking("lines")
    return lines


def beijing_moment(body: Mapping[str, Any], name: str) -> str | None:
    """An instant (epoch milliseconds or ISO 8601) as Beijing text; None where there is none."""
    value = body.get(name)
    if isinstance(value, int):
        return beijing_text(value)
    if not value:
        return None
    try:
        return beijing_text(int(datetime.fromisoformat(str(value)).timestamp() * 1000))
    except ValueError:
        raise lacking(name) from None


def says(text: str, words: str) -> bool:
    """Whether `text` contains one of `words` ("已存在,重复,exist"), in any case."""
    lowered = text.lower()
    return any(word.strip() in lowered for word in words.lower().split(",") if word.strip())


def blames_signature(words: str) -> bool:
    """Whether a refusal is about how the call was signed. "consign_time" is an order's field."""
    return _SIGNATURE.search(words) is not None
