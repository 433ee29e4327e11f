"""Money as platforms write it, and numbers for lines that have none."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any


def fen(yuan: Any) -> int | None:
    """Yuan as text or number -> whole fen; None for what is no amount."""
    try:
        amount = Decimal(str(yuan)).scaleb(2)
        return int(amount) if amount == int(amount) else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def yuan_text(amount: int) -> str:
    """Fen -> "118.00"."""
    sign, amount = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def same_yuan(yuan: Any) -> Any:
    """5, 5.0 and "5.00" in one writing, so that they make one digest; anything else as it is."""
    amount = fen(yuan)
    return yuan if amount is None else yuan_text(amount)


def numbered(names: Iterable[str]) -> list[str]:
    """Line numbers where a platform has none: what was bought, told apart where it repeats."""
    seen: dict[str, int] = {}
    numbers = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbers.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return numbers
