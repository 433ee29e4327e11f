"""The JD Open Service (JOS): signed calls, renewal and the errors every connector behind it shares.

What was shipped is answered with `responce`: the platform's own spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from .base import Connector
from .body import says
from .errors import AuthFailed, ConnectorError, Permanent, TryLater
from .http import Response, bad_answer
from .jsontext import Split, dump_json, split_json
from .model import Renewed, Setting, Text
from .signing import md5_sign
from .times import beijing_text
from .windowed import whole_number

JOS_SETTINGS = (
    Setting("app_key", Text("应用 App Key", "App key")),
    Setting("app_secret", Text("应用密钥 App Secret", "App secret"), secret=True),
    Setting("access_token", Text("店铺授权 Access Token", "Shop's access token"), secret=True),
    Setting(
        "refresh_token",
        Text("刷新令牌 Refresh Token", "Refresh token"),
        required=False,
        secret=True,
        help=Text(
            "填写后授权到期前自动续期。",
            "With it, the authorisation is renewed before it runs out.",
        ),
    ),
    Setting(
        "gateway",
        Text("网关地址", "Gateway address"),
        "url",
        default="https://api.jd.com/routerjson",
    ),
    Setting(
        "token_address",
        Text("续期地址", "Address for renewals"),
        "url",
        default="https://open-oauth.jd.com/oauth2/refresh_token",
    ),
)
_ERROR = "error_response"
_THROTTLED, _EXPIRED = "2", "19"
_CLOCK, _SIGNATURE, _REMOTE = ("7", "8"), ("11", "12"), ("66", "67")
_PERMANENT = {"21": "connect.app_key", "22": "connect.permission", "23": "connect.permission"}
_BUSY = "超时,繁忙,稍后,系统异常,系统错误,timeout,busy"


class JosConnector(Connector):
    """A connector behind the gateway, with the settings `JOS_SETTINGS`; keeps up with its clock."""

    def renew(self) -> Renewed:
        """Another access token, and the refresh token for the next time."""
        token = self.values["refresh_token"]
        if not token:
            raise AuthFailed("connect.auth")
        query = {
            "app_key": self.values["app_key"],
            "app_secret": self.values["app_secret"],
            "grant_type": "refresh_token",
            "refresh_token": token,
        }
        address = f"{self.values['token_address']}?{urlencode(query)}"
        answer = self.client.send("GET", address).json()
        if not isinstance(answer, dict):
            raise bad_answer("access_token")
        if not answer.get("access_token"):
            reason = self.say(answer.get("msg") or "")
            raise AuthFailed("connect.auth", platform_code=str(answer.get("code")), reason=reason)
        return self._renewed(answer)

    def _renewed(self, answer: Mapping[str, Any]) -> Renewed:
        settings = {
            "access_token": str(answer["access_token"]),
            "refresh_token": str(answer.get("refresh_token") or self.values["refresh_token"]),
        }
        lasts_s = whole_number(answer.get("expires_in"))
        since = whole_number(answer.get("time")) or self.clock.now()
        return Renewed(settings, None if lasts_s is None else since + lasts_s * 1000)

    def _ask(self, method: str, params: Mapping[str, str]) -> Response:
        """One signed request; signed anew with the platform's time if ours was refused."""
        response = self._signed(method, params)
        if response.date_ms is None or _failure_code(response) not in _CLOCK:
            return response
        self._skew_ms = response.date_ms - self.clock.now()
        return self._signed(method, params)

    def _signed(self, method: str, params: Mapping[str, str]) -> Response:
        signed = {
            "method": method,
            "app_key": self.values["app_key"],
            "access_token": self.values["access_token"],
            "timestamp": beijing_text(self.platform_now()),
            "v": "2.0",
            "360buy_param_json": dump_json(params),
        }
        signed["sign"] = md5_sign(signed, self.values["app_secret"])
        return self.client.post_form(self.values["gateway"], signed)

    def _answer(self, response: Response, *path: str, item: bool = False) -> Split:
        """The records at `path` below the method's wrapper; raises what the platform reports.

        `item`: the call was about one record, so a refusal concerns that record only.
        """
        try:
            answer = split_json(response.text(), "*", *path)
        except ValueError:
            raise bad_answer("json") from None
        name = answer.names[0] if answer.names else ""
        if name == _ERROR:
            raise self._failure(answer.outer)
        if not name.endswith("_responce"):
            raise bad_answer("_responce")
        if str(answer.outer.get("code", "0")) != "0":
            raise self._failure(answer.outer)
        result = answer.outer.get("apiResult")
        if isinstance(result, dict) and not is_yes(result.get("success")):
            raise self._refusal(result, item=item)
        return answer

    def _failure(self, answer: Mapping[str, Any]) -> ConnectorError:
        """What the gateway says about a call."""
        code = str(answer.get("code")).strip()
        words = [str(answer[name]) for name in ("zh_desc", "en_desc") if answer.get(name)]
        facts: dict[str, Any] = {"platform_code": code, "reason": self.say(" / ".join(words))}
        if code == _THROTTLED:
            return TryLater("connect.throttled", **facts)
        if code == _EXPIRED:
            return AuthFailed("connect.auth", **facts)
        if code in _CLOCK:
            return TryLater("connect.clock_skew", **facts)
        if code in _REMOTE or says(facts["reason"], _BUSY):
            return TryLater("connect.platform_busy", uncertain=True, **facts)
        known = "connect.signature" if code in _SIGNATURE else _PERMANENT.get(code)
        return Permanent(known or "connect.bad_call", **facts)

    def _refusal(self, result: Mapping[str, Any], *, item: bool) -> ConnectorError:
        """What the service behind the gateway says: its numbers are nowhere listed."""
        code = str(result.get("numberCode") or result.get("errorCode") or "?")
        words = [str(result[n]) for n in ("chineseErrCode", "englishErrCode") if result.get(n)]
        facts: dict[str, Any] = {"platform_code": code, "reason": self.say(" / ".join(words))}
        if says(facts["reason"], _BUSY):
            return TryLater("connect.platform_busy", uncertain=True, **facts)
        return Permanent("connect.refused", item=item, **facts)


def _failure_code(response: Response) -> str | None:
    """The code of a failure the gateway reports; None for anything else."""
    if _ERROR.encode() not in response.body[:64]:
        return None
    try:
        return str(split_json(response.text(), _ERROR).records[0][0]["code"])
    except (ValueError, LookupError, TypeError):
        return None


def only_record(answer: Split, name: str) -> dict[str, Any]:
    if len(answer.records) != 1 or not isinstance(answer.records[0][0], dict):
        raise bad_answer(name)
    found: dict[str, Any] = answer.records[0][0]
    return found


def is_yes(value: Any) -> bool:
    return str(value).lower() in ("true", "1")
