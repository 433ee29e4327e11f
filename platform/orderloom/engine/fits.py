"""Values that rules worked out, for fields of a blueprint's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_LARGEST = 2**63


def fitted(kind: str, choices: Sequence[str], value: Any) -> Any:
    """`value` as a field of this kind keeps it; raises ValueError for one that does not fit."""
    if kind in ("text", "choice"):
        fits = isinstance(value, str) and (kind == "text" or value in choices)
    elif kind == "yes_no":
        fits = isinstance(value, bool)
    else:
        value = int(value) if isinstance(value, float) and value.is_integer() else value
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = whole and -_LARGEST <= value < _LARGEST
    if not fits:
        raise ValueError(value)
    return value
