"""Checking and masking the values of a connector's form, from its `Setting` lines alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from orderloom.errors import InputError

from .jsontext import parse_json
from .model import Setting

MASK = "••••••"
_RANGE = "connect.setting_out_of_range"
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_HOST = re.compile(r"[A-Za-z0-9._:\-\[\]]+")


def complete_settings(declared: Iterable[Setting], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` with defaults filled in and numbers as int.

    InputError "connect.settings" lists every fault: `faults` = [{"field", "code"}, …], with the
    bounds `low` and `high` of a number out of range.
    """
    settings = {setting.name: setting for setting in declared}
    values, faults = {}, []
    for name in given:
        if name not in settings:
            faults.append({"field": name, "code": "connect.setting_unknown"})
    for setting in settings.values():
        try:
            values[setting.name] = _value(setting, given.get(setting.name))
        except ValueError as fault:
            faults.append({"field": setting.name, "code": str(fault), **_bounds(setting, fault)})
    if faults:
        raise InputError("connect.settings", ", ".join(f["field"] for f in faults), faults=faults)
    return values


def _bounds(setting: Setting, fault: ValueError) -> dict[str, Any]:
    if str(fault) != _RANGE:
        return {}
    return {"low": setting.minimum, "high": setting.maximum}


def mask_settings(declared: Iterable[Setting], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as they may be shown: a secret that is set reads as dots, never as itself."""
    return {
        setting.name: MASK
        if setting.secret and values.get(setting.name)
        else values.get(setting.name)
        for setting in declared
    }


def secret_values(declared: Iterable[Setting], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The secrets among `values`, for redaction."""
    return tuple(str(values[s.name]) for s in declared if s.secret and values.get(s.name))


def _value(setting: Setting, given: Any) -> Any:
    value = given.strip() if isinstance(given, str) else given
    if value is None or value == "":
        if setting.default is None and setting.required:
            raise ValueError("connect.setting_missing")
        return setting.default
    if setting.kind == "number":
        return _number(setting, value)
    if setting.kind == "bool":
        return _bool(value)
    if setting.kind == "json":
        return _document(value)
    if not isinstance(value, str):
        raise ValueError("connect.setting_not_text")
    if not _fits(setting, value):
        raise ValueError(f"connect.setting_not_{setting.kind}")
    return value


def _number(setting: Setting, value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,15}", text):
        raise ValueError("connect.setting_not_number")
    number = int(text)
    low, high = setting.minimum, setting.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(_RANGE)
    return number


def _document(value: Any) -> Any:
    """An object, or its text as somebody pasted it."""
    try:
        found = parse_json(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("connect.setting_not_json")
    return found


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise ValueError("connect.setting_not_bool")


def _fits(setting: Setting, value: str) -> bool:
    if setting.kind == "choice":
        return value in setting.choices
    if setting.kind == "url":
        return _is_url(value)
    if setting.kind == "email":
        return _EMAIL.fullmatch(value) is not None
    return setting.kind != "host" or _HOST.fullmatch(value) is not None


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
