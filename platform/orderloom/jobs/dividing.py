"""Many rows in one transaction; if one of them cannot be written, halve until it is found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from orderloom.errors import ConfigError, LeaseLost, OrderloomError

log = logging.getLogger(__name__)
T = TypeVar("T")
_ABOUT_VALUES = ("22", "23", "54")  # SQLSTATE classes: data, constraints, limits of the program


def divide(
    rows: Sequence[T], act: Callable[[Sequence[T]], int], fail: Callable[[T, str], None]
) -> int:
    """`act(rows)` in one transaction of its own, or in several; what it came to, added up.

    `fail(row, code)` sets a row aside that cannot be acted on even alone.
    """
    try:
        return act(rows)
    except Exception as error:
        code = _fault_of_a_row(error)
        if code is None:
            raise
        log.exception("a batch cannot be written", extra={"rows": len(rows)})
    if len(rows) == 1:
        fail(rows[0], code)
        return 0
    middle = len(rows) // 2
    return divide(rows[:middle], act, fail) + divide(rows[middle:], act, fail)


def _fault_of_a_row(error: Exception) -> str | None:
    """What to tell of the row that caused it; None for what would meet every other row, too."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if isinstance(error, DataError | IntegrityError) or state.startswith(_ABOUT_VALUES):
            return "intake.refused_by_database"
        return None
    if isinstance(error, LeaseLost | ConfigError | BaseTimeoutException):
        return None
    return error.code if isinstance(error, OrderloomError) else "intake.internal"
