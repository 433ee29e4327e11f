"""Reading the body of a message: what has to be there, and words people wrote into a setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import Permanent


def needed(body: Mapping[str, Any], name: str) -> str:
    """The text of a field that must be there; Permanent (item) names the one that is missing."""
    value = body.get(name)
    if value is None or value == "":
        raise lacking(name)
    return str(value)


def lacking(name: str) -> Permanent:
    """What a message without this field, or with something else in it, fails with."""
    return Permanent("connect.message_lacks", name, item=True, field=name)


def says(text: str, words: str) -> bool:
    """Whether `text` contains one of `words` ("已存在,重复,exist"), in any case."""
    lowered = text.lower()
    return any(word.strip() in lowered for word in words.lower().split(",") if word.strip())
