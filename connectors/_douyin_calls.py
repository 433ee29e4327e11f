"""Doudian's open platform: signed calls, tokens, errors, and messages that are genuine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from orderloom.connect import (
    DOUDIAN_METHODS,
    REFRESH_TOKEN,
    AuthFailed,
    Connector,
    ConnectorError,
    Permanent,
    Renewed,
    Request,
    Response,
    Setting,
    Split,
    Text,
    TryLater,
    bad_answer,
    beijing_text,
    doudian_event_sign,
    doudian_sign,
    renewed,
    same_signature,
    says,
    sorted_json,
    split_json,
    whole_number,
)

_GATEWAY = "https://openapi-fxg.jinritemai.com"
_CREATE, _REFRESH = "token.create", "token.refresh"
_UNSIGNED_IN = (_CREATE, _REFRESH)
_OK = (10000, 0)
_BUSY = (10001, 20000, 20001, 70000, 80000, 90000)
_PERMISSION = (30001, 30002)
_BUSINESS = (40004, 50001, 50002)
_THROTTLED = 60000
_THROTTLED_S = 2.0
_BUSY_WORDS = "系统繁忙,系统异常,系统错误,稍后,超时,请重试"
_SIGNED_OUT = "access-token,access_token"

CALL_SETTINGS = (
    Setting("app_key", Text("应用 App Key", "App key")),
    Setting("app_secret", Text("应用密钥 App Secret", "App secret"), secret=True),
    Setting("shop_id", Text("店铺 ID", "Shop's id")),
    Setting("shop_name", Text("店铺名称", "Shop's name"), required=False),
    Setting(
        "app_type",
        Text("应用类型", "Kind of app"),
        "choice",
        default="self",
        choices=("self", "tool"),
        help=Text(
            "self:自用型,授权由系统自行获取;tool:工具型,授权须由店铺在服务市场给出。",
            "self: one's own, it authorises itself; tool: the shop has to authorise it.",
        ),
    ),
    Setting(
        "access_token",
        Text("店铺授权 access_token", "Shop's token"),
        required=False,
        secret=True,
        help=Text("自用型应用可不填。", "One's own app gets it by itself."),
    ),
    REFRESH_TOKEN,
    Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
    Setting(
        "sign_method",
        Text("签名方式", "Signature"),
        "choice",
        default="hmac-sha256",
        choices=DOUDIAN_METHODS,
    ),
    Setting(
        "timestamps",
        Text("时间戳写法", "Way to write time stamps"),
        "choice",
        default="seconds",
        choices=("seconds", "text"),
        help=Text(
            "seconds:秒数;text:年-月-日 时:分:秒。平台两种都说接受。",
            "seconds since 1970, or year-month-day and time; the platform says it takes both.",
        ),
    ),
)


class DoudianConnector(Connector):
    """Calls the platform with the settings `CALL_SETTINGS`; keeps up with its clock."""

    def renew(self) -> Renewed:
        """The refresh token's successor; one's own app may also begin anew."""
        token = self.values["refresh_token"]
        if token:
            asked = {"grant_type": "refresh_token", "refresh_token": token}
            try:
                return self._tokens(_REFRESH, asked, token)
            except AuthFailed:
                if self.values["app_type"] != "self":
                    raise
        if self.values["app_type"] != "self":
            raise AuthFailed("connect.auth")
        asked = {"code": "", "grant_type": "authorization_self", "shop_id": self.values["shop_id"]}
        return self._tokens(_CREATE, asked, "")

    def _tokens(self, method: str, asked: Mapping[str, Any], used: str) -> Renewed:
        try:
            answer = self._answer(self._ask(method, asked))
        except Permanent as refusal:
            if refusal.code in ("connect.refused", "connect.bad_call"):
                raise AuthFailed("connect.auth", **refusal.params) from None
            raise
        return renewed(answer.outer, used, self.clock.now())

    def _ask(self, method: str, asked: Mapping[str, Any]) -> Response:
        """One signed request: what is signed is what is sent."""
        body, token = sorted_json(asked), self.values["access_token"]
        now = self.platform_now()
        text = self.values["timestamps"] == "text"
        signed = {
            "app_key": self.values["app_key"],
            "method": method,
            "timestamp": beijing_text(now) if text else str(now // 1000),
            "v": "2",
        }
        how = self.values["sign_method"]
        sign = doudian_sign({**signed, "param_json": body}, self.values["app_secret"], how)
        query = {**signed, "sign": sign, "sign_method": how}
        if method not in _UNSIGNED_IN:
            if not token:
                raise AuthFailed("connect.auth")
            query["access_token"] = token
        url = f"{self.values['gateway']}/{method.replace('.', '/')}?{urlencode(query)}"
        headers = {"content-type": "application/json"}
        return self.client.send("POST", url, headers=headers, body=body.encode())

    def _answer(self, response: Response, *path: str, item: bool = False) -> Split:
        """The records at `path` in `data`; raises what the platform reports, in either form.

        `item`: the call was about one order, so a refusal concerns that order only.
        """
        try:
            answer = split_json(response.text(), "data", *(path or ("",)))
        except ValueError:
            raise bad_answer("json") from None
        code = answer.outer.get("code", answer.outer.get("err_no"))
        if whole_number(code) is None:
            raise bad_answer("code")
        if whole_number(code) not in _OK:
            raise self._failure(answer.outer, response, item)
        return answer

    def _failure(self, answer: Mapping[str, Any], response: Response, item: bool) -> ConnectorError:
        code = whole_number(answer.get("code", answer.get("err_no")))
        names = ("msg", "message", "sub_msg")
        words = dict.fromkeys(str(answer[name]) for name in names if answer.get(name))
        sub_code = str(answer.get("sub_code") or "")
        facts: dict[str, Any] = {
            "platform_code": f"{code} {sub_code}".strip(),
            "reason": self.say(" / ".join(words)),
        }
        if "timestamp-invalid" in sub_code:
            return self.follow_clock(response, **facts)
        return _failure(code, sub_code, facts, item)

    def _check_genuine(self, request: Request) -> None:
        """A message is signed in its headers, a call of the older kind in its query."""
        key, secret, headers = self.values["app_key"], self.values["app_secret"], request.headers
        query = dict(parse_qsl(urlsplit(request.url).query))
        if "event-sign" in headers:
            given, mine = headers["event-sign"], headers.get("app-id")
            how = headers.get("sign-method", "md5")
        else:
            given, mine = query.get("sign", ""), query.get("app_key")
            how = query.get("sign_method", "md5")
        if mine != key or how not in DOUDIAN_METHODS:
            raise Permanent("connect.signature")
        if "event-sign" in headers:
            expected = doudian_event_sign(key, request.body, secret, how)
        else:
            body, at = request.body.decode("utf-8", "replace"), query.get("timestamp", "")
            named = {"app_key": key, "param_json": body, "timestamp": at}
            expected = doudian_sign(named, secret, how)
        if not same_signature(given.lower(), expected):
            raise Permanent("connect.signature")


def _failure(code: int | None, sub_code: str, facts: dict[str, Any], item: bool) -> ConnectorError:
    """The class of an error; the sub-code tells more than the code."""
    if "signature-invalid" in sub_code:
        return Permanent("connect.signature", **facts)
    if says(f"{sub_code} {facts['reason']}", _SIGNED_OUT):
        return AuthFailed("connect.auth", **facts)
    if "app-key" in sub_code:
        return Permanent("connect.app_key", **facts)
    if code == _THROTTLED:
        return TryLater("connect.throttled", after_s=_THROTTLED_S, **facts)
    if code in _PERMISSION:
        return Permanent("connect.permission", **facts)
    busy = code in _BUSINESS and says(facts["reason"], _BUSY_WORDS)
    if busy or code in _BUSY or sub_code.startswith("isp."):
        return TryLater("connect.platform_busy", uncertain=True, **facts)
    if code in _BUSINESS:
        return Permanent("connect.refused", item=item, **facts)
    return Permanent("connect.bad_call", item=item, **facts)
