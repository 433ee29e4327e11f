"""The Taobao Open Platform: signed calls and the error table every connector behind it shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .base import Connector
from .errors import AuthFailed, ConnectorError, Permanent, TryLater
from .http import Response, bad_answer
from .jsontext import Split, split_json
from .model import Setting, Text
from .signing import TOP_METHODS, top_sign
from .times import beijing_text

_GATEWAY = "https://eco.taobao.com/router/rest"
TOP_SETTINGS = (
    Setting("app_key", Text("应用 App Key", "App key")),
    Setting("app_secret", Text("应用密钥 App Secret", "App secret"), secret=True),
    Setting("session", Text("店铺授权 Session Key", "Shop's session key"), secret=True),
    Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
    Setting(
        "sign_method",
        Text("签名方式", "Signature"),
        "choice",
        default="hmac",
        choices=TOP_METHODS,
    ),
)
_BAN = re.compile(r"last for (\d+(?:\.\d+)?) more second")
_SESSION = ("session-expired", "session-not-exist", "sessionkey")
_SIGNATURE = (24, 25)
_SESSION_CODES = (26, 27, 53)
_APP_KEY = (28, 29)
_CLOCK = (30, 31)
_REMOTE = (15, 50)
_THROTTLED = 7
_PERMISSION = (11, 12, 13)
_BUSY = (10,)
_SHORTEST_WAIT_S = 1.0


class TopConnector(Connector):
    """A connector behind the gateway, with the settings `TOP_SETTINGS`; keeps up with its clock."""

    def _ask(self, method: str, params: Mapping[str, str]) -> Response:
        """One signed request."""
        signed = {
            **params,
            "method": method,
            "app_key": self.values["app_key"],
            "session": self.values["session"],
            "timestamp": beijing_text(self.platform_now()),
            "v": "2.0",
            "format": "json",
            "sign_method": self.values["sign_method"],
        }
        signed["sign"] = top_sign(signed, self.values["app_secret"], self.values["sign_method"])
        return self.client.post_form(self.values["gateway"], signed)

    def _answer(self, response: Response, *path: str, item: bool = False) -> Split:
        """The records at `path` below the method's wrapper; raises what the gateway reports."""
        try:
            answer = split_json(response.text(), "*", *path)
        except ValueError:
            raise bad_answer("json") from None
        if answer.names[:1] == ("error_response",):
            raise self._failure(answer.outer, response, item)
        if not answer.names or not answer.names[0].endswith("_response"):
            raise bad_answer("_response")
        return answer

    def _failure(self, answer: Mapping[str, Any], response: Response, item: bool) -> ConnectorError:
        words = [str(answer[name]) for name in ("msg", "sub_msg") if answer.get(name)]
        failure = top_failure(answer, self.say(" / ".join(words)), item=item)
        if failure.code == "connect.clock_skew" and response.date_ms is not None:
            self._skew_ms = response.date_ms - self.clock.now()
        return failure


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
    if code in _REMOTE:
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
