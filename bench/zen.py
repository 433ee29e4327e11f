"""The rules of the benchmark in the language of zen-engine, as far as they need it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

_LISTS = {"some": "some", "all": "all", "none": "none"}


def expression(rules: Sequence[Any]) -> str:
    """The number of the first rule that holds, else null."""
    chain = " : ".join(f"{_said(rule)} ? {number}" for number, rule in enumerate(rules))
    return f"{chain} : null"


def _said(rule: Any, item: str = "") -> str:
    if not isinstance(rule, dict):
        return json.dumps(rule, ensure_ascii=False)
    ((name, arguments),) = rule.items()
    parts = arguments if isinstance(arguments, list) else [arguments]
    if name == "var":
        return f"{item}{parts[0]}"
    if name in _LISTS:
        return f"{_LISTS[name]}({_said(parts[0])}, {_said(parts[1], '#.')})"
    if name == "!":
        return f"not ({_said(parts[0], item)})"
    if name == "in" and not isinstance(parts[1], list):
        return f"contains({_said(parts[1], item)}, {_said(parts[0], item)})"
    if len(parts) == 3 and name == "<=":
        low, value, high = (_said(part, item) for part in parts)
        return f"({low} <= {value} and {value} <= {high})"
    joined = f" {name} ".join(_said(part, item) for part in parts)
    return f"({joined})"
