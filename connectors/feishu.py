"""Feishu and Lark (飞书): a group's robot, which posts notices into the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from orderloom.connect import (
    AuthFailed,
    Clock,
    Connector,
    ConnectorError,
    HttpClient,
    Limits,
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
    feishu_sign,
    send_joined,
)

_GATEWAY = "https://open.feishu.cn/open-apis/bot/v2/hook"
_ROOM = 15_000  # bytes of text; the platform takes 20 KB of the whole body
_REST_S = 60.0
_TOO_OFTEN = 11232
_SIGNATURE = 19021
_ADDRESS_LIST = 19022
_KEYWORD = 19024
_NO_SUCH_ROBOT = 19001
_BAD_REQUEST = 9499


class Feishu(Connector):
    """Posts text. Message body: {"subject", "text", "mentions": [{"name"}]}.

    People are called by their names in the text: a robot does not know mobile numbers.
    """

    key = "feishu"
    title = Text("飞书群机器人", "Feishu / Lark robot")
    api_version = "bot/v2"
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
            "hook",
            Text("Webhook 地址", "Webhook address"),
            secret=True,
            help=Text("从机器人设置里整个复制", "Copied whole from the robot's settings"),
        ),
        Setting(
            "secret",
            Text("签名校验密钥", "Signing secret"),
            required=False,
            secret=True,
            default="",
        ),
        Setting("keyword", Text("自定义关键词", "Keyword"), required=False, default=""),
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
    )
    # The platform takes 100 a minute; people in a group do not. As the other robots: 18.
    limits = Limits(per_second=0.25, burst=3, send_batch=50)

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        super().__init__(_apart(settings), client, clock)

    def check(self) -> Seller:
        """Posts a line: nothing else proves robot, signature, keyword and address list."""
        self._post(Post("Orderloom 织单 ✓", ()))
        return Seller(digest({"hook": self.values["hook"]})[:12], str(self.title.zh))

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One post of as many messages as fit."""
        return send_joined(messages, _ROOM, self._post)

    def _post(self, post: Post) -> None:
        keyword = self.values["keyword"]
        text = post.text if keyword in post.text else f"{keyword}\n{post.text}"
        content = {**self._signature(), "msg_type": "text", "content": {"text": text}}
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


def _apart(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of somebody who pasted the whole address where the robot's id belongs."""
    gateway, found, hook = str(settings.get("hook") or "").strip().rpartition("/")
    given = dict(settings)
    return {**given, "gateway": gateway, "hook": hook} if found else given
