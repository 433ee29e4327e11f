"""What the check has to say, and how it could be put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Literal

from orderloom.engine.jsonlogic.tree import Json

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fix:
    """Put `rule` in the place of what stands at `pointer`."""

    pointer: str
    rule: Json


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` and `params` give the words (texts, `rules.…`); an error forbids
    publishing, a warning does not; `fix` is a proposal, if there is an obvious one.
    """

    code: str
    pointer: str
    severity: Severity = "error"
    params: dict[str, Any] = field(default_factory=dict)
    fix: Fix | None = None


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "boolean": {"zh": "是或否", "en": "yes or no"},
    "instant": {"zh": "时刻", "en": "an instant"},
    "list": {"zh": "列表", "en": "a list"},
    "money": {"zh": "金额", "en": "an amount"},
    "null": {"zh": "空", "en": "nothing"},
    "number": {"zh": "数", "en": "a number"},
    "object": {"zh": "一组字段", "en": "a group of fields"},
    "text": {"zh": "文字", "en": "text"},
}


def words(kinds: Iterable[str]) -> list[Mapping[str, str]]:
    """Kinds of values in both languages, as parameters of a text."""
    return [_WORDS[kind] for kind in sorted(kinds)]


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name that looks most like `name`."""
    return next(iter(get_close_matches(name, list(valid), n=1, cutoff=0.5)), None)
