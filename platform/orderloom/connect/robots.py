"""Group robots: a webhook address that posts into one group, and is called seldom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orderloom.clock import Clock

from .base import Connector
from .content import digest
from .http import HttpClient
from .joining import Mention, Post, send_joined
from .model import Limits, Message, Receipt, Seller, Setting, Text

KEYWORD = Setting("keyword", Text("自定义关键词", "Keyword"), required=False, default="")
SIGNING_SECRET = Setting(
    "secret", Text("加签密钥", "Signing secret"), required=False, secret=True, default=""
)
_LINE = "Orderloom 织单 ✓"


def hook_setting(name: str) -> Setting:
    """Where people paste the robot's whole address."""
    label, how = Text("Webhook 地址", "Webhook address"), "Copied whole from the robot's settings"
    return Setting(name, label, secret=True, help=Text("从机器人设置里整个复制", how))


def gateway_setting(address: str) -> Setting:
    """The part of the address that is no secret."""
    return Setting("gateway", Text("网关地址", "Gateway address"), "url", default=address)


class RobotConnector(Connector):
    """Posts text. Message body: {"subject", "text", "mentions": [{"name", "mobile"}]}.

    A robot says how one post is made, and where the secret part of its address begins.
    """

    kind = "alert"
    delivery = "fire_and_forget"
    effects = ("post",)
    groups = True
    # 20 a minute are allowed, or the robot is mute for minutes. 3 at once and one each 4 s are 18.
    # Where a platform allows more, people in a group do not.
    limits = Limits(per_second=0.25, burst=3, send_batch=50)
    hook: ClassVar[str]
    """The setting with the secret part of the address; people may paste all of it there."""
    marker: ClassVar[str]
    """What stands before the secret part, the last time."""
    room: ClassVar[int]
    """Bytes of text one post may have."""

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        super().__init__(self._apart(settings), client, clock)

    def check(self) -> Seller:
        """Posts a line: nothing else proves token, signature, keyword and address list."""
        self.post(Post(_LINE, ()))
        return Seller(digest({self.hook: self.values[self.hook]})[:12], str(self.title.zh))

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One post of as many messages as fit."""
        return send_joined(messages, self.room, self.post, self.called)

    def post(self, post: Post) -> None:
        """Makes one post; raises ConnectorError."""
        raise NotImplementedError

    def called(self, mention: Mention) -> str:
        """How somebody is called in the text; "" where the platform adds it by itself."""
        return f"@{mention.name}"

    def with_keyword(self, post: Post) -> str:
        """The text, with the word in it that the robot's guard asks for."""
        keyword = self.values["keyword"]
        return post.text if keyword in post.text else f"{keyword}\n{post.text}"

    @classmethod
    def _apart(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of somebody who pasted the whole address where its secret part belongs."""
        pasted = str(settings.get(cls.hook) or "").strip()
        gateway, found, rest = pasted.rpartition(cls.marker)
        given = dict(settings)
        return {**given, "gateway": gateway, cls.hook: rest} if found else given
