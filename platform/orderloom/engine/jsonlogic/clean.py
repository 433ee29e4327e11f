"""What leaves the engine: plain JSON values that share nothing with the plan or the data."""

from __future__ import annotations

from typing import Any, Final

from orderloom.engine.jsonlogic.coerce import SAFE, UNDEFINED
from orderloom.engine.jsonlogic.errors import RuleFailed

MAX_RESULT: Final = 100_000  # values in a result; lists nested in a loop stop here


def cleaned(value: Any) -> Any:
    """The value with undefined as null, whole floats as integers, and lists and objects copied."""
    kind = value.__class__
    if kind is list or kind is dict:
        return _Copier().copy(value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value.__class__ is float and value.is_integer() and -SAFE <= value <= SAFE:
        return int(value)
    return None if value is UNDEFINED else value


class _Copier:
    def __init__(self) -> None:
        self._left = MAX_RESULT

    def copy(self, value: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise RuleFailed("rules.result_too_large", "", limit=MAX_RESULT)
        kind = value.__class__
        if kind is list:
            return [self.copy(item) for item in value]
        if kind is dict:
            return {key: self.copy(inner) for key, inner in value.items()}
        return _scalar(value)
