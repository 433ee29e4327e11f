"""WeCom (企业微信): a group's robot, which posts notices into the group."""

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
    send_joined,
)

_GATEWAY = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
_KEY = "?key="
_ROOM = 2048  # bytes a text may have
_REST_S = 60.0
_TOO_OFTEN = 45009
_NO_SUCH_KEY = 93000
_MALFORMED = (40008, 44004, 40058)


class WeCom(Connector):
    """Posts text. Message body: {"subject", "text", "mentions": [{"name", "mobile"}]}."""

    key = "wecom"
    title = Text("企业微信群机器人", "WeCom robot")
    api_version = "webhook/send"
    verified = Text(
        "不需要签名;错误码和限制:文档;其余只对照过我们的模拟器",
        "nothing is signed; codes and limits: documented; the rest: our simulator only",
    )
    kind = "alert"
    delivery = "fire_and_forget"
    effects = ("post",)
    groups = True
    settings = (
        Setting(
            "robot_key",
            Text("Webhook 地址", "Webhook address"),
            secret=True,
            help=Text("从机器人设置里整个复制", "Copied whole from the robot's settings"),
        ),
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
    )
    # 20 a minute are allowed. 3 at once and one each 4 s are 18.
    limits = Limits(per_second=0.25, burst=3, send_batch=50)

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        super().__init__(_apart(settings), client, clock)

    def check(self) -> Seller:
        """Posts a line: nothing else proves the key."""
        self._post(Post("Orderloom 织单 ✓", ()))
        return Seller(digest({"key": self.values["robot_key"]})[:12], str(self.title.zh))

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One post of as many messages as fit."""
        return send_joined(messages, _ROOM, self._post, _called)

    def _post(self, post: Post) -> None:
        mobiles = [mention.mobile for mention in post.mentions if mention.mobile]
        text = {"content": post.text, "mentioned_mobile_list": mobiles}
        query = urlencode({"key": self.values["robot_key"]})
        address = f"{self.values['gateway']}?{query}"
        answer = self.client.post_json(address, {"msgtype": "text", "text": text}).json()
        if not isinstance(answer, dict) or answer.get("errcode") is None:
            raise bad_answer("errcode")
        if answer["errcode"] != 0:
            raise self._failure(answer)

    def _failure(self, answer: Mapping[str, Any]) -> ConnectorError:
        code, reason = answer["errcode"], self.say(answer.get("errmsg") or "")
        facts: dict[str, Any] = {"platform_code": str(code), "reason": reason}
        if code == _TOO_OFTEN:
            return TryLater("connect.throttled", after_s=_REST_S, **facts)
        if code == -1:
            return TryLater("connect.platform_busy", **facts)
        if code == _NO_SUCH_KEY:
            return AuthFailed("connect.auth", **facts)
        return Permanent("connect.refused", item=code in _MALFORMED, **facts)


def _apart(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of somebody who pasted the whole address where the key belongs."""
    gateway, found, key = str(settings.get("robot_key") or "").strip().partition(_KEY)
    given = dict(settings)
    return {**given, "gateway": gateway, "robot_key": key} if found else given


def _called(mention: Mention) -> str:
    """The platform adds those it knows by their number itself."""
    return "" if mention.mobile else f"@{mention.name}"
