"""Group robots as WSGI applications: strict about signatures, sizes and how often they are called.

Each shows what was posted under `/_sim/posts`; `/_sim/robot` takes it out of the group and back.
"""

from __future__ import annotations

import base64
import hmac
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from orderloom.connect import Clock, SystemClock, beijing_text

from .journal import Journal
from .wire import Call, Fault, Reply, Simulator, json_reply, spoil

TOKEN = "demo0robot0token"  # noqa: S105 - invented, for the simulator only
SECRET = "SECdemo0robot"  # noqa: S105 - invented, for the simulator only
_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_KEPT = 5000

Answer = dict[str, Any]


class Refusal(Exception):
    """What the platform answers instead of posting."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


class RobotSimulator(Simulator):
    """One robot in one group.

    `keyword`: posts must contain it, if set. `refuse(text)` True: a post the platform dislikes.
    """

    switches = ("removed",)
    holds = "posts"

    key: str
    done: Answer
    busy: Answer
    refused: Answer
    most_a_minute = 20
    mute_ms = _MINUTE_MS
    room = 20_000

    def __init__(
        self,
        clock: Clock | None = None,
        on_change: Callable[[str, str, Any], None] | None = None,
    ) -> None:
        super().__init__(clock or SystemClock())
        self.keyword = ""
        self.refuse: Callable[[str], bool] = lambda text: False
        self.removed = False
        self.arrivals: list[int] = []  # of every call that was let in or refused as too much
        self._muted_until = 0
        self._on_change = on_change or (lambda kind, key, document: None)
        self._lock = threading.Lock()
        self._posts: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._number = 0

    @classmethod
    def demo_settings(cls, site: str) -> dict[str, Any]:
        """Settings that reach the robot at `site`."""
        raise NotImplementedError

    def recall(self, journal: Journal) -> None:
        """Takes up what an earlier run kept."""
        posts = journal.all(self.key)
        self._posts.extend(sorted(posts.values(), key=lambda post: post["number"]))
        self._number = max((post["number"] for post in posts.values()), default=0)

    def count_of(self) -> int:
        return self._number

    def posts(self) -> list[dict[str, Any]]:
        """Number, text, mentions (mobile numbers) and time of arrival, oldest first."""
        return list(self._posts)

    def answer(self, call: Call) -> Reply:
        """One call of the robot's address."""
        self.count("post")
        fault = self.faults.take("post")
        try:
            with self._lock:
                self._authorise(call)
                self._pace()
                if fault is None or fault.after or fault.kind == "slow":
                    self._keep(*self._wanted(call))
                else:
                    self._refuse(fault)
            answer = self.done
        except Refusal as refusal:
            answer = refusal.answer
        reply = json_reply(answer)
        return spoil(reply, fault) if fault is not None else reply

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`posts` (GET), `robot` (POST {"state": "removed" or "back"}), `state`."""
        if path == ["posts"]:
            return {"posts": self.posts()}
        if path == ["robot"] and verb == "POST":
            self.removed = {"removed": True, "back": False}[call.json()["state"]]
            return {"removed": self.removed}
        if path == ["state"]:
            return {"posts": self._number, "calls": self.calls}
        return None

    def _pace(self) -> None:
        """Refuse calls beyond the limit, and all calls of a robot that is mute for them."""
        now = self.clock.now()
        if now < self._muted_until:
            raise Refusal(self._too_fast())
        if sum(at > now - _MINUTE_MS for at in self.arrivals) >= self.most_a_minute:
            self._muted_until = now + self.mute_ms
            raise Refusal(self._too_fast())
        self.arrivals.append(now)

    def _wanted(self, call: Call) -> tuple[str, list[str]]:
        text, mentions = self._read(call)
        if self.refuse(text):
            raise Refusal(self.refused)
        return text, mentions

    def _refuse(self, fault: Fault) -> None:
        """What the platform itself says to a call that is to fail; other faults are the net's."""
        own = {"busy": self.busy, "refused": self.refused, "throttled": self._throttled(fault)}
        if fault.kind in own:
            raise Refusal(own[fault.kind])

    def _keep(self, text: str, mentions: list[str]) -> None:
        self._number += 1
        at = beijing_text(self.clock.now())
        post = {"number": self._number, "text": text, "mentions": mentions, "at": at}
        self._posts.append(post)
        self._on_change(self.key, str(self._number), post)

    def _document(self, call: Call, malformed: Answer) -> dict[str, Any]:
        try:
            if "application/json" in call.content_type:
                return call.json()
        except ValueError:
            pass
        raise Refusal(malformed)

    def _recent(self, timestamp: str, unit_ms: int) -> bool:
        return timestamp.isdecimal() and (
            abs(int(timestamp) * unit_ms - self.clock.now()) <= _HOUR_MS
        )

    def _too_fast(self) -> Answer:
        raise NotImplementedError

    def _throttled(self, fault: Fault) -> Answer:
        return self._too_fast()

    def _authorise(self, call: Call) -> None:
        raise NotImplementedError

    def _read(self, call: Call) -> tuple[str, list[str]]:
        """Text and mobile numbers of a post; Refusal for one the platform would not take."""
        raise NotImplementedError


def _errcode(code: int, words: str) -> Answer:
    return {"errcode": code, "errmsg": words}


class DingTalkSimulator(RobotSimulator):
    """`/robot/send`. More than 20 calls a minute mute the robot for ten minutes."""

    key = "dingtalk"
    done = _errcode(0, "ok")
    busy = _errcode(-1, "系统繁忙")
    refused = _errcode(400106, "不合法的消息")
    mute_ms = 10 * _MINUTE_MS

    @classmethod
    def demo_settings(cls, site: str) -> dict[str, Any]:
        """The address as people copy it, and the signing secret."""
        return {"access_token": f"{site}/robot/send?access_token={TOKEN}", "secret": SECRET}

    def _too_fast(self) -> Answer:
        return _errcode(130101, "send too fast, exceed 20 times per minute")

    def _throttled(self, fault: Fault) -> Answer:
        return {"status": 1111, "wait": int(fault.seconds), "source": "x5", "punish": "deny"}

    def _authorise(self, call: Call) -> None:
        if call.path != "/robot/send" or call.query.get("access_token") != TOKEN or self.removed:
            raise Refusal(_errcode(300005, "token is not exist"))
        timestamp = call.query.get("timestamp", "")
        if not self._recent(timestamp, 1):
            raise Refusal(_errcode(310000, "invalid timestamp"))
        expected = _hmac64(SECRET, f"{timestamp}\n{SECRET}")
        if not hmac.compare_digest(call.query.get("sign", ""), expected):
            raise Refusal(_errcode(310000, "description:机器人发送签名不匹配;solution:请确认签名"))

    def _read(self, call: Call) -> tuple[str, list[str]]:
        body = self._document(call, _errcode(40035, "缺少参数 json"))
        content = body.get("text")
        text = content.get("content") if isinstance(content, dict) else None
        if body.get("msgtype") != "text" or not text or len(call.body) > self.room:
            raise Refusal(_errcode(400106, "不合法的消息"))
        if self.keyword not in text:
            raise Refusal(_errcode(310000, "keywords not in content"))
        return text, [str(number) for number in (body.get("at") or {}).get("atMobiles") or ()]


class WeComSimulator(RobotSimulator):
    """`/cgi-bin/webhook/send`. A text has at most 2048 bytes."""

    key = "wecom"
    done = _errcode(0, "ok")
    busy = _errcode(-1, "system busy")
    refused = _errcode(40058, "invalid Request Parameter")
    room = 2048

    @classmethod
    def demo_settings(cls, site: str) -> dict[str, Any]:
        """The address as people copy it."""
        return {"robot_key": f"{site}/cgi-bin/webhook/send?key={TOKEN}"}

    def _too_fast(self) -> Answer:
        return _errcode(45009, "api freq out of limit")

    def _authorise(self, call: Call) -> None:
        right = call.path == "/cgi-bin/webhook/send" and call.query.get("key") == TOKEN
        if not right or self.removed:
            raise Refusal(_errcode(93000, "invalid webhook url"))

    def _read(self, call: Call) -> tuple[str, list[str]]:
        body = self._document(call, _errcode(40058, "invalid json"))
        if body.get("msgtype") != "text" or not isinstance(body.get("text"), dict):
            raise Refusal(_errcode(40008, "invalid message type"))
        text = body["text"].get("content")
        if not text:
            raise Refusal(_errcode(44004, "empty content"))
        if len(str(text).encode()) > self.room:
            raise Refusal(_errcode(40058, "text.content exceed max length 2048"))
        return text, [str(n) for n in body["text"].get("mentioned_mobile_list") or ()]


class FeishuSimulator(RobotSimulator):
    """`/open-apis/bot/v2/hook/TOKEN`. At most 100 calls a minute and 5 a second."""

    key = "feishu"
    done: Answer = {"code": 0, "msg": "success", "data": {}}  # noqa: RUF012 - never changed
    busy: Answer = {"code": 9499, "msg": "too many request"}  # noqa: RUF012
    refused: Answer = {"code": 9499, "msg": "Bad Request"}  # noqa: RUF012
    most_a_minute = 100
    most_a_second = 5

    @classmethod
    def demo_settings(cls, site: str) -> dict[str, Any]:
        """The address as people copy it, and the signing secret."""
        return {"hook": f"{site}/open-apis/bot/v2/hook/{TOKEN}", "secret": SECRET}

    def _too_fast(self) -> Answer:
        return {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform]"}

    def _pace(self) -> None:
        now = self.clock.now()
        if sum(at > now - 1000 for at in self.arrivals) >= self.most_a_second:
            raise Refusal(self._too_fast())
        super()._pace()

    def _authorise(self, call: Call) -> None:
        if call.path != f"/open-apis/bot/v2/hook/{TOKEN}" or self.removed:
            words = "param invalid: incoming webhook access token invalid"
            raise Refusal({"code": 19001, "msg": words, "data": {}})
        body = self._document(call, self.refused)
        timestamp = str(body.get("timestamp") or "")
        expected = _hmac64(f"{timestamp}\n{SECRET}", "")
        signed = hmac.compare_digest(str(body.get("sign") or ""), expected)
        if not signed or not self._recent(timestamp, 1000):
            words = "sign match fail or timestamp is not within one hour from current time"
            raise Refusal({"code": 19021, "msg": words, "data": {}})

    def _read(self, call: Call) -> tuple[str, list[str]]:
        body = self._document(call, self.refused)
        content: Mapping[str, Any] = body.get("content") or {}
        text = content.get("text") if isinstance(content, dict) else None
        if body.get("msg_type") != "text" or not text or len(call.body) > self.room:
            raise Refusal(self.refused)
        if self.keyword not in text:
            raise Refusal({"code": 19024, "msg": "Key Words Not Found", "data": {}})
        return text, []


ROBOTS: dict[str, type[RobotSimulator]] = {
    robot.key: robot for robot in (DingTalkSimulator, WeComSimulator, FeishuSimulator)
}


def _hmac64(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()
