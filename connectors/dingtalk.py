"""DingTalk (钉钉): a group's robot, which posts notices into the group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from orderloom.connect import (
    KEYWORD,
    SIGNING_SECRET,
    AuthFailed,
    ConnectorError,
    Mention,
    Permanent,
    Post,
    RobotConnector,
    Text,
    TryLater,
    bad_answer,
    dingtalk_sign,
    gateway_setting,
    hook_setting,
)

_LOCKED_S = 600.0
_TOO_FAST = (130101, 410100)
_GONE = (300001, 300005, 400101, 400102, 400013)
_MALFORMED = (400106, 40035, 43004)
_GUARDS = 310000
_DENIED = 1111


class DingTalk(RobotConnector):
    """People are called by their mobile numbers."""

    key = "dingtalk"
    title = Text("钉钉群机器人", "DingTalk robot")
    api_version = "robot/send"
    verified = Text(
        "签名:按文档规则的算例;其余只对照过我们的模拟器",
        "signature: a worked example of the documented rule; the rest: our simulator only",
    )
    settings = (
        hook_setting("access_token"),
        SIGNING_SECRET,
        KEYWORD,
        gateway_setting("https://oapi.dingtalk.com/robot/send"),
    )
    hook = "access_token"
    marker = "?access_token="
    room = 15_000  # the platform takes 20,000 of the whole body

    def post(self, post: Post) -> None:
        """One call of the robot's address."""
        mobiles = [mention.mobile for mention in post.mentions if mention.mobile]
        content = {
            "msgtype": "text",
            "text": {"content": self.with_keyword(post)},
            "at": {"atMobiles": mobiles, "isAtAll": False},
        }
        answer = self.client.post_json(self._address(), content).json()
        if not isinstance(answer, dict):
            raise bad_answer("errcode")
        if answer.get("errcode") != 0:
            raise self._failure(answer)

    def called(self, mention: Mention) -> str:
        """The platform wants the number in the text, too."""
        return f"@{mention.mobile or mention.name}"

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


def _guarded(reason: str, facts: dict[str, Any]) -> ConnectorError:
    """Which of the robot's guards said no; the platform tells it in words only."""
    if "timestamp" in reason or "签名过期" in reason:
        return TryLater("connect.clock_skew", after_s=60.0, **facts)
    if "sign" in reason or "签名" in reason:
        return Permanent("connect.signature", **facts)
    if "keyword" in reason or "关键词" in reason:
        return Permanent("connect.keyword", **facts)
    return Permanent("connect.permission", **facts)
