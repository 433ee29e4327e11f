"""Making stored values fit to be shown: exact in a browser, secrets out, codes in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orderloom.texts import both, both_how

_EXACT = 2**53  # a browser's numbers are exact only up to here
_SECRET = re.compile(
    r"pass(word|wd)|secret|access_?token|refresh_?token|authorization|app_?key|session_?key"
    r"|private_?key|credential|^sign(ature)?$",
    re.IGNORECASE,
)
MASK = "••••••"


def iso(instant: int) -> str:
    """Epoch milliseconds as ISO 8601 with Z."""
    moment = datetime.fromtimestamp(instant / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unshown(kind: str, value: Any) -> Any:
    """A field's value from what `iso` and `plain` made of it; ValueError if that is no instant."""
    if isinstance(value, str) and kind == "instant":
        return int(datetime.fromisoformat(value).timestamp() * 1000)
    exact = isinstance(value, str) and kind in ("integer", "money")
    return int(value) if exact else value


def plain(value: Any) -> Any:
    """JSON a browser reads exactly: large numbers become text, secret-looking values dots."""
    if isinstance(value, Mapping):
        return {
            str(name): MASK if _SECRET.search(str(name)) and inner else plain(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)
    return value


_RECEIVER = {
    "name": "receiver_name",
    "phone": "phone",
    "province": "province",
    "city": "city",
    "district": "district",
    "town": "town",
    "address": "address",
}


def receiver(canonical: Mapping[str, Any]) -> dict[str, Any]:
    """Where an order goes, as its platform shows it; `masked` names what it shows stars for."""
    hidden = set(canonical.get("masked", ()))
    shown: dict[str, Any] = {name: canonical.get(field) for name, field in _RECEIVER.items()}
    return {**shown, "masked": [name for name, field in _RECEIVER.items() if field in hidden]}


def problem(trouble: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A stored {"code", "where", "params"} in words, or None."""
    if not trouble:
        return None
    code = trouble["code"]
    params = {"where": trouble.get("where"), **(trouble.get("params") or {})}
    return {
        "code": code,
        "where": trouble.get("where"),
        "message": both(code, params),
        "how": both_how(code, params),
    }
