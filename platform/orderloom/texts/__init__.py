"""Every sentence the server says, in Chinese and English, by code.

A code is `area.name`: table `[name]` in the file `<area>.toml` beside this one. `zh` and `en` say
what happened, `zh_how` and `en_how` how to fix it. `{param}` is filled in; `[[… {param} …]]` is
left out when the parameter is missing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Locale = Literal["zh", "en"]
LOCALES: tuple[Locale, ...] = ("zh", "en")
JOINT: dict[Locale, str] = {"zh": "、", "en": ", "}
_PARAM = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# What only says which case it was: it ends the sentence after a colon.
_PARTICULARS = re.compile(r":\s*\{[a-z0-9_]+\}(?=[。.]?$)")
_STOPS = "。."
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One text: what happened and how to fix it, by locale; `how` may be empty."""

    message: Mapping[Locale, str]
    how: Mapping[Locale, str]


@cache
def catalogue() -> Mapping[str, Entry]:
    """All entries by code."""
    entries: dict[str, Entry] = {}
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                entries[f"{area}.{name}"] = _entry(text)
    return entries


def _entry(text: Mapping[str, str]) -> Entry:
    return Entry(
        {"zh": text["zh"], "en": text["en"]},
        {"zh": text.get("zh_how", ""), "en": text.get("en_how", "")},
    )


def say(
    code: str, locale: Locale, params: Mapping[str, Any] | None = None
) -> tuple[str, str | None]:
    """(what happened, how to fix it or None); an unknown code is said as it is."""
    entry = catalogue().get(code)
    if entry is None:
        return code, None
    values = params or {}
    return (
        _fill(entry.message[locale], values, locale),
        _fill(entry.how[locale], values, locale) or None,
    )


def both(code: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What happened, as {"zh": …, "en": …}."""
    return {locale: say(code, locale, params)[0] for locale in LOCALES}


def heading(code: str) -> dict[str, str]:
    """What happened, for a group of cases: their particulars left open."""
    return {locale: _head(code, locale) for locale in LOCALES}


def _head(code: str, locale: Locale) -> str:
    entry = catalogue().get(code)
    if entry is None:
        return code
    template = _OPTIONAL.sub("", entry.message[locale])
    return _PARAM.sub("…", _PARTICULARS.sub("", template))


def both_how(code: str, params: Mapping[str, Any] | None = None) -> dict[str, str] | None:
    """How to fix it, as {"zh": …, "en": …}, or None."""
    hows = {locale: say(code, locale, params)[1] for locale in LOCALES}
    return {locale: how or "" for locale, how in hows.items()} if any(hows.values()) else None


def locale_of(tag: str | None) -> Locale:
    """The catalogue's locale for a language tag such as zh-CN, en_US.UTF-8 or None."""
    return "en" if (tag or "").lower().startswith("en") else "zh"


def _fill(template: str, params: Mapping[str, Any], locale: Locale) -> str:
    def optional(match: re.Match[str]) -> str:
        names = _PARAM.findall(match[1])
        return match[1] if all(_is_given(params.get(name)) for name in names) else ""

    def value(match: re.Match[str]) -> str:
        shown = _shown(params.get(match[1], "?"), locale)
        # Others' sentences bring a full stop of their own.
        return shown.rstrip(_STOPS) if match.string[match.end() :][:1] in tuple(_STOPS) else shown

    return _PARAM.sub(value, _OPTIONAL.sub(optional, template))


def _is_given(value: Any) -> bool:
    return value is not None and value not in ("", [], ())


def _shown(value: Any, locale: Locale) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return JOINT[locale].join(_shown(item, locale) for item in value)
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return str(value[locale])
    return "-" if value is None else str(value)
