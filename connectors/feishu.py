"""Feishu and Lark (飞书): a group's robot, which posts notices into the group."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from orderloom.connect import (
    KEYWORD,
    SIGNING_SECRET,
    AuthFailed,
    ConnectorError,
    Permanent,
    Post,
    RobotConnector,
    Text,
    TryLater,
    bad_answer,
    feishu_sign,
    gateway_setting,
    hook_setting,
)

_REST_S = 60.0
_TOO_OFTEN = 11232
_SIGNATURE = 19021
_ADDRESS_LIST = 19022
_KEYWORD = 19024
_NO_SUCH_ROBOT = 19001
_BAD_REQUEST = 9499


class Feishu(RobotConnector):
    """People are called by their names in the text: a robot does not know mobile numbers."""

    key = "feishu"
    title = Text("飞书群机器人", "Feishu / Lark robot")
    api_version = "bot/v2"
    verified = Text(
        "签名:按文档规则的算例;其余只对照过我们的模拟器",
        "signature: a worked example of the documented rule; the rest: our simulator only",
    )
    settings = (
        hook_setting("hook"),
        SIGNING_SECRET,
        KEYWORD,
        gateway_setting("https://open.feishu.cn/open-apis/bot/v2/hook"),
    )
    hook = "hook"
    marker = "/"
    room = 15_000  # the platform takes 20 KB of the whole body

    def post(self, post: Post) -> None:
        """One call of the robot's address."""
        text = {"text": self.with_keyword(post)}
        content = {**self._signature(), "msg_type": "text", "content": text}
        gateway = self.values["gateway"]
        address = f"{gateway}/{quote(self.values['hook'], safe='')}"
        answer = self.client.post_json(address, content, shown=f"{gateway}/***").json()
        code = _code(answer)
        if code != 0:
            raise self._failure(code, str(answer.get("msg") or answer.get("StatusMessage") or ""))

    def _signature(self) -> dict[str, str]:
        secret = self.values["secret"]
        now = self.clock.now() // 1000
        return {"timestamp": str(now), "sign": feishu_sign(now, secret)} if secret else {}

    def _failure(self, code: int, words: str) -> ConnectorError:
        facts: dict[str, Any] = {"platform_code": str(code), "reason": self.say(words)}
        if code == _TOO_OFTEN or (code == _BAD_REQUEST and "too many" in words.lower()):
            return TryLater("connect.throttled", after_s=_REST_S, **facts)
        if code == _NO_SUCH_ROBOT:
            return AuthFailed("connect.auth", **facts)
        if code == _SIGNATURE:
            return Permanent("connect.signature", **facts)
        if code == _ADDRESS_LIST:
            return Permanent("connect.permission", **facts)
        if code == _KEYWORD:
            return Permanent("connect.keyword", **facts)
        return Permanent("connect.refused", item=code == _BAD_REQUEST, **facts)


def _code(answer: Any) -> int:
    """The answer's code, in the new or the old spelling; raises TryLater if it has none."""
    found = answer if isinstance(answer, dict) else {}
    code = found.get("code", found.get("StatusCode"))
    if not isinstance(code, int):
        raise bad_answer("code")
    return code
