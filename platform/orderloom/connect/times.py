"""The Chinese platforms' way to write time: Beijing wall time without a zone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))
_UNSET = frozenset({"", "0", "0000-00-00 00:00:00", "0000-00-00", "0001-01-01 00:00:00"})
_FORM = "%Y-%m-%d %H:%M:%S"


def is_unset(value: Any) -> bool:
    """True for every way a platform says "no time": missing, empty, zero, the year 0 or 1."""
    return value is None or (isinstance(value, str | int) and str(value).strip() in _UNSET)


def beijing_text(ms: int) -> str:
    """Epoch milliseconds -> `yyyy-MM-dd HH:mm:ss` in Beijing, cut to the second."""
    return datetime.fromtimestamp(ms // 1000, BEIJING).strftime(_FORM)


def beijing_ms(value: Any) -> int | None:
    """`yyyy-MM-dd HH:mm:ss` of Beijing -> epoch milliseconds; None for unset. ValueError if odd."""
    if is_unset(value):
        return None
    text = str(value).strip()
    try:
        found = datetime.fromisoformat(text if text[4:5] == "-" else "")
    except ValueError:
        raise ValueError(f"not a time: {text}") from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=BEIJING)
    return int(found.timestamp() * 1000)
