"""WeCom (企业微信): a group's robot, which posts notices into the group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    Mention,
    Permanent,
    Post,
    RobotConnector,
    Text,
    TryLater,
    bad_answer,
    gateway_setting,
    hook_setting,
)

_REST_S = 60.0
_TOO_OFTEN = 45009
_NO_SUCH_KEY = 93000
_MALFORMED = (40008, 44004, 40058)


class WeCom(RobotConnector):
    """People are called by their mobile numbers."""

    key = "wecom"
    title = Text("企业微信群机器人", "WeCom robot")
    api_version = "webhook/send"
    verified = Text(
        "不需要签名;错误码和限制:文档;其余只对照过我们的模拟器",
        "nothing is signed; codes and limits: documented; the rest: our simulator only",
    )
    settings = (
        hook_setting("robot_key"),
        gateway_setting("https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
    )
    hook = "robot_key"
    marker = "?key="
    room = 2048

    def post(self, post: Post) -> None:
        """One call of the robot's address."""
        mobiles = [mention.mobile for mention in post.mentions if mention.mobile]
        text = {"content": post.text, "mentioned_mobile_list": mobiles}
        query = urlencode({"key": self.values["robot_key"]})
        address = f"{self.values['gateway']}?{query}"
        answer = self.client.post_json(address, {"msgtype": "text", "text": text}).json()
        if not isinstance(answer, dict) or answer.get("errcode") is None:
            raise bad_answer("errcode")
        if answer["errcode"] != 0:
            raise self._failure(answer)

    def called(self, mention: Mention) -> str:
        """The platform adds those it knows by their number itself."""
        return "" if mention.mobile else f"@{mention.name}"

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
