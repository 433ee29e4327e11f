"""The error table of the Taobao Open Platform, shared by every connector behind its gateway."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import AuthFailed, ConnectorError, Permanent, TryLater

_BAN = re.compile(r"last for (\d+(?:\.\d+)?) more second")
_SESSION = ("session-expired", "session-not-exist", "sessionkey")
_SIGNATURE = (24, 25)
_SESSION_CODES = (26, 27, 53)
_APP_KEY = (28, 29)
_CLOCK = (30, 31)
_REMOTE = 15
_THROTTLED = 7
_PERMISSION = (11, 12, 13)
_BUSY = (10,)
_SHORTEST_WAIT_S = 1.0


def top_failure(answer: Mapping[str, Any], reason: str, *, item: bool = False) -> ConnectorError:
    """The error for an `error_response`: {code, msg, sub_code, sub_msg}.

    `reason`: the platform's own words, already free of secrets. `item`: the call asked about one
    record, so a refusal of its parameters concerns that record only.
    """
    code, sub_code = _number(answer.get("code")), str(answer.get("sub_code") or "")
    facts: dict[str, Any] = {"platform_code": _label(code, sub_code), "reason": reason}
    if code == _THROTTLED or sub_code.startswith("accesscontrol."):
        return TryLater("connect.throttled", after_s=_ban(answer), **facts)
    if code in _SESSION_CODES or any(mark in sub_code for mark in _SESSION):
        return AuthFailed("connect.auth", **facts)
    if code in _CLOCK:
        return TryLater("connect.clock_skew", after_s=_SHORTEST_WAIT_S, **facts)
    if code in _BUSY or sub_code.startswith("isp."):
        return TryLater("connect.platform_busy", uncertain=True, **facts)
    if code == _REMOTE:
        return _remote(sub_code, facts, item)
    return Permanent(_permanent(code), **facts)


def _remote(sub_code: str, facts: dict[str, Any], item: bool) -> ConnectorError:
    if sub_code.startswith("isv."):
        return Permanent("connect.refused", item=item, **facts)
    return TryLater("connect.platform_busy", uncertain=True, **facts)


def _permanent(code: int | None) -> str:
    if code in _SIGNATURE:
        return "connect.signature"
    if code in _APP_KEY:
        return "connect.app_key"
    return "connect.permission" if code in _PERMISSION else "connect.bad_call"


def _number(code: Any) -> int | None:
    text = str(code).strip()
    return int(text) if text.isdecimal() else None


def _label(code: int | None, sub_code: str) -> str:
    return f"{code if code is not None else '?'} {sub_code}".strip()


def _ban(answer: Mapping[str, Any]) -> float:
    found = _BAN.search(f"{answer.get('sub_msg')} {answer.get('msg')}")
    return max(float(found.group(1)), _SHORTEST_WAIT_S) if found else _SHORTEST_WAIT_S
