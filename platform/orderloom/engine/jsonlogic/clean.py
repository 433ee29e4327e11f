"""What leaves the engine: plain JSON values that share nothing with the plan or the data."""

from __future__ import annotations

from typing import Any, Final

from orderloom.engine.jsonlogic.coerce import SAFE, UNDEFINED
from orderloom.engine.jsonlogic.errors import RuleFailed

MAX_RESULT: Final = 100_000  # values in a result; lists nested in a loop stop here


def cleaned(value: Any) -> Any:
    """The value with undefined as null, whole floats as integers, and lists and objects copied."""
    kind = value.__class__
    return Copier(MAX_RESULT).copy(value) if kind is list or kind is dict else scalar(value)


def scalar(value: Any) -> Any:
    """The same for what is neither list nor object."""
    if value.__class__ is float and value.is_integer() and -SAFE <= value <= SAFE:
        return int(value)
    return None if value is UNDEFINED else value


class Copier:
    """Copies plain values, up to a number of them in all."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit

    def copy(self, value: Any) -> Any:
        """A copy that shares nothing; raises RuleFailed when there is too much."""
        self._left -= 1
        if self._left < 0:
            raise RuleFailed("rules.result_too_large", "", limit=self._limit)
        kind = value.__class__
        if kind is list:
            return [self.copy(item) for item in value]
        if kind is dict:
            return {key: self.copy(inner) for key, inner in value.items()}
        return scalar(value)
