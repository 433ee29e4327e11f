"""DingTalk (钉钉): a group's robot, which posts notices into the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from orderloom.connect import (
    AuthFailed,
    Clock,
    Connector,
    ConnectorError,
    HttpClient,
    Limits,
    Mention,
    Message,
    Permanent,
    Post,
    Receipt,
    Seller,
    Setting,
    Text,
    TryLater,
    bad_answer,
    digest,
    dingtalk_sign,
    send_joined,
)

_GATEWAY = "https://oapi.dingtalk.com/robot/send"
_TOKEN = "?access_token="  # noqa: S105 - the name of a parameter
_ROOM = 15_000  # bytes of text; the platform takes 20,000 of the whole body
_LOCKED_S = 600.0
_TOO_FAST = (130101, 410100)
_GONE = (300001, 300005, 400101, 400102, 400013)
_MALFORMED = (400106, 40035, 43004)
_GUARDS = 310000
_DENIED = 1111


class DingTalk(Connector):
    """Posts text. Message body: {"subject", "text", "mentions": [{"name", "mobile"}]}."""

    key = "dingtalk"
    title = Text("钉钉群机器人", "DingTalk robot")
    api_version = "robot/send"
    verified = Text(
        "签名:按文档规则的算例;其余只对照过我们的模拟器",
        "signature: a worked example of the documented rule; the rest: our simulator only",
    )
    kind = "alert"
    delivery = "fire_and_forget"
    effects = ("post",)
    groups = True
    settings = (
        Setting(
            "access_token",
            Text("Webhook 地址", "Webhook address"),
            secret=True,
            help=Text("从机器人设置里整个复制", "Copied whole from the robot's settings"),
        ),
        Setting(
            "secret", Text("加签密钥", "Signing secret"), required=False, secret=True, default=""
        ),
        Setting("keyword", Text("自定义关键词", "Keyword"), required=False, default=""),
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
    )
    # 20 a minute are allowed, or the robot is mute for ten. 3 at once and one each 4 s are 18.
    limits = Limits(per_second=0.25, burst=3, send_batch=50)

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        super().__init__(_apart(settings), client, clock)

    def check(self) -> Seller:
        """Posts a line: nothing else proves token, signature, keyword and address list."""
        self._post(Post("Orderloom 织单 ✓", ()))
        return Seller(digest({"token": self.values["access_token"]})[:12], str(self.title.zh))

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One post of as many messages as fit."""
        return send_joined(messages, _ROOM, self._post, _called)

    def _post(self, post: Post) -> None:
        keyword = self.values["keyword"]
        text = post.text if keyword in post.text else f"{keyword}\n{post.text}"
        mobiles = [mention.mobile for mention in post.mentions if mention.mobile]
        content = {
            "msgtype": "text",
            "text": {"content": text},
            "at": {"atMobiles": mobiles, "isAtAll": False},
        }
        answer = self.client.post_json(self._address(), content).json()
        if not isinstance(answer, dict):
            raise bad_answer("errcode")
        if answer.get("errcode") != 0:
            raise self._failure(answer)

    def _address(self) -> str:
        query: dict[str, Any] = {"access_token": self.values["access_token"]}
        if self.values["secret"]:
            now = self.clock.now()
            query |= {"timestamp": now, "sign": dingtalk_sign(now, self.values["secret"])}
        return f"{self.values['gateway']}?{urlencode(query)}"

    def _failure(self, answer: Mapping[str, Any]) -> ConnectorError:
        code, reason = answer.get("errcode"), self.say(answer.get("errmsg") or "")
        facts: dict[str, Any] = {"platform_code": str(code), "reason": reason}
        if answer.get("status") == _DENIED:
            wait = float(answer.get("wait") or _LOCKED_S)
            return TryLater("connect.throttled", after_s=wait, platform_code=str(_DENIED))
        if code is None:
            return bad_answer("errcode")
        if code in _TOO_FAST:
            return TryLater("connect.throttled", after_s=_LOCKED_S, **facts)
        if code == -1:
            return TryLater("connect.platform_busy", **facts)
        if code in _GONE:
            return AuthFailed("connect.auth", **facts)
        if code == _GUARDS:
            return _guarded(reason.lower(), facts)
        return Permanent("connect.refused", item=code in _MALFORMED, **facts)


def _apart(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of somebody who pasted the whole address where the token belongs."""
    gateway, found, token = str(settings.get("access_token") or "").strip().partition(_TOKEN)
    given = dict(settings)
    return {**given, "gateway": gateway, "access_token": token} if found else given


def _called(mention: Mention) -> str:
    return f"@{mention.mobile or mention.name}"


def _guarded(reason: str, facts: dict[str, Any]) -> ConnectorError:
    """Which of the robot's guards said no; the platform tells it in words only."""
    if "timestamp" in reason or "签名过期" in reason:
        return TryLater("connect.clock_skew", after_s=60.0, **facts)
    if "sign" in reason or "签名" in reason:
        return Permanent("connect.signature", **facts)
    if "keyword" in reason or "关键词" in reason:
        return Permanent("connect.keyword", **facts)
    return Permanent("connect.permission", **facts)
