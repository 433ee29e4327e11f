"""What is particular to group robots: how often, how long, who is called, and what they answer."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.dingtalk import DingTalk
from connectors.feishu import Feishu
from connectors.simulators.robots import SECRET, TOKEN
from orderloom.connect import (
    AuthFailed,
    Connector,
    HttpClient,
    Message,
    Permanent,
    Request,
    Response,
    TryLater,
    cut,
    dingtalk_sign,
    dump_json,
    parse_json,
)
from tests.connectors.stages import DingTalkStage, FeishuStage, RobotStage, WeComStage

STAGES = (DingTalkStage, WeComStage, FeishuStage)


def notice(number: int, text: str, *people: tuple[str, str]) -> Message:
    mentions = [{"name": name, "mobile": mobile} for name, mobile in people]
    body = {"subject": "缺货", "text": text, "mentions": mentions}
    return Message(str(number), "post", f"order:{number}", f"alert-{number}", body)


def posted(stage: RobotStage) -> list[tuple[str, list[str]]]:
    return [(post["text"], post["mentions"]) for post in stage.simulator.posts()]


@pytest.mark.parametrize("stage", STAGES)
def test_the_address_may_be_pasted_whole_or_in_parts(stage: type[RobotStage]) -> None:
    """The platforms show an address; some people copy the token out of it."""
    own = stage()
    name = own.connector.settings[0].name
    whole = own.settings()
    gateway = whole[name].removesuffix(TOKEN).rstrip("/").partition("?")[0]
    for settings in (whole, {**whole, name: TOKEN, "gateway": gateway}):
        assert own.connect(settings).check().title == own.connector.title.zh
    assert len(own.simulator.posts()) == 2


def test_equal_words_for_several_people_stand_in_the_group_once() -> None:
    stage = DingTalkStage()
    sent = stage.connect().send(
        [
            notice(1, "M 码缺货", ("王主管", "13800000001")),
            notice(2, "M 码缺货", ("小李", "13800000002")),
            notice(3, "L 码缺货", ("小李", "13800000002"), ("赵", "")),
        ]
    )
    assert [dict(receipt.detail) for receipt in sent] == [{"joined": 3}] * 3
    ((text, mentions),) = posted(stage)
    assert text == (
        "(1/2) 缺货\nM 码缺货\n@13800000001 @13800000002\n\n(2/2) 缺货\nL 码缺货\n@13800000002 @赵"
    )
    assert mentions == ["13800000001", "13800000002"]


@pytest.mark.parametrize(
    ("stage", "words"),
    [(DingTalkStage, "@13800000001 @赵"), (WeComStage, "@赵"), (FeishuStage, "@王主管 @赵")],
)
def test_people_are_called_as_the_platform_can(stage: type[RobotStage], words: str) -> None:
    own = stage()
    own.connect().send([notice(1, "M 码缺货", ("王主管", "13800000001"), ("赵", ""))])
    assert posted(own)[0][0] == f"缺货\nM 码缺货\n{words}"


@pytest.mark.parametrize("stage", STAGES)
def test_a_notice_longer_than_a_post_is_cut_between_characters(stage: type[RobotStage]) -> None:
    own = stage()
    first, second = own.connect().send([notice(1, "缺货😀" * 10_000), notice(2, "短")])
    assert (first.ok, dict(first.detail)) == (True, {"shortened": True})
    assert second.error is not None
    assert second.error.code == "connect.not_attempted"
    ((text, _),) = posted(own)
    assert text.endswith("…")
    assert "\N{REPLACEMENT CHARACTER}" not in text


def test_cutting() -> None:
    assert [cut("一二三", room) for room in (9, 8, 6, 5, 3)] == ["一二三", "一…", "一…", "…", "…"]
    assert cut("ab…", 5) == "ab…"


@pytest.mark.parametrize("stage", [DingTalkStage, FeishuStage])
def test_the_keyword_of_a_robot_is_added_where_it_lacks(stage: type[RobotStage]) -> None:
    own = stage()
    own.simulator.keyword = "织单"
    (refused,) = own.connect().send([notice(1, "x")])
    assert isinstance(refused.error, Permanent)
    assert (refused.error.code, refused.error.item) == ("connect.keyword", False)
    told = own.connect({**own.settings(), "keyword": "织单"})
    assert [r.ok for r in told.send([notice(1, "x"), notice(2, "织单说:x")])] == [True, True]
    told.send([notice(3, "y")])
    assert [text for text, _ in posted(own)][1] == "织单\n缺货\ny"


def test_more_than_twenty_a_minute_mute_a_dingtalk_robot_for_ten() -> None:
    stage = DingTalkStage()
    robot = stage.connect()
    sent = [robot.send([notice(n, str(n))])[0] for n in range(22)]
    assert [receipt.ok for receipt in sent] == [True] * 20 + [False] * 2
    assert all(isinstance(r.error, TryLater) and r.error.after_s == 600 for r in sent[20:])
    stage.clock.advance(599_000)
    assert not robot.send([notice(23, "x")])[0].ok
    stage.clock.advance(1_000)
    assert robot.send([notice(24, "x")])[0].ok


def test_the_other_robots_recover_within_a_minute() -> None:
    for stage, most in ((WeComStage(), 20), (FeishuStage(), 5)):
        robot = stage.connect()
        sent = [robot.send([notice(n, str(n))])[0] for n in range(most + 1)]
        assert [receipt.ok for receipt in sent] == [True] * most + [False]
        error = sent[-1].error
        assert isinstance(error, TryLater)
        stage.clock.advance(int((error.after_s or 0) * 1000))
        assert robot.send([notice(99, "x")])[0].ok


class Answers:
    """A platform that answers the same to everything."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def send(self, request: Request) -> Response:
        return Response(200, {}, dump_json(self.answer).encode())


def _failure(stage: type[RobotStage], answer: Any) -> Any:
    own = stage()
    robot: Connector = own.connector(own.settings(), HttpClient(Answers(answer)), own.clock)
    return robot.send([notice(1, "x")])[0].error


ERRORS = [
    (DingTalkStage, {"errcode": 310000, "errmsg": "sign not match"}, "signature", Permanent),
    (DingTalkStage, {"errcode": 310000, "errmsg": "invalid timestamp"}, "clock_skew", TryLater),
    (
        DingTalkStage,
        {"errcode": 310000, "errmsg": "ip 1.2.3.4 not in whitelist"},
        "permission",
        Permanent,
    ),
    (DingTalkStage, {"errcode": 410100, "errmsg": "限流"}, "throttled", TryLater),
    (DingTalkStage, {"status": 1111, "wait": 5, "punish": "deny"}, "throttled", TryLater),
    (DingTalkStage, {"errcode": -1, "errmsg": "系统繁忙"}, "platform_busy", TryLater),
    (DingTalkStage, {"errcode": 300001, "errmsg": "token is not exist"}, "auth", AuthFailed),
    (DingTalkStage, {"errcode": 400102, "errmsg": "机器人已停用"}, "auth", AuthFailed),
    (DingTalkStage, {"errcode": 43004, "errmsg": "x"}, "refused", Permanent),
    (DingTalkStage, {"errcode": 90030, "errmsg": "x"}, "refused", Permanent),
    (DingTalkStage, {"hello": 1}, "bad_answer", TryLater),
    (DingTalkStage, [1], "bad_answer", TryLater),
    (WeComStage, {"errcode": 45009, "errmsg": "x"}, "throttled", TryLater),
    (WeComStage, {"errcode": 93000, "errmsg": "x"}, "auth", AuthFailed),
    (WeComStage, {"errcode": -1, "errmsg": "x"}, "platform_busy", TryLater),
    (WeComStage, {"errcode": 40058, "errmsg": "x"}, "refused", Permanent),
    (WeComStage, {"errmsg": "x"}, "bad_answer", TryLater),
    (FeishuStage, {"code": 19021, "msg": "x"}, "signature", Permanent),
    (FeishuStage, {"code": 19022, "msg": "Ip Not Allowed"}, "permission", Permanent),
    (FeishuStage, {"code": 19024, "msg": "Key Words Not Found"}, "keyword", Permanent),
    (FeishuStage, {"code": 19001, "msg": "x"}, "auth", AuthFailed),
    (FeishuStage, {"code": 11232, "msg": "x"}, "throttled", TryLater),
    (FeishuStage, {"code": 9499, "msg": "too many request"}, "throttled", TryLater),
    (FeishuStage, {"code": 9499, "msg": "Bad Request"}, "refused", Permanent),
    (FeishuStage, {"ok": True}, "bad_answer", TryLater),
]


@pytest.mark.parametrize(("stage", "answer", "code", "kind"), ERRORS)
def test_what_the_platforms_answer(
    stage: type[RobotStage], answer: Any, code: str, kind: type[Exception]
) -> None:
    error = _failure(stage, answer)
    assert (type(error), error.code) == (kind, f"connect.{code}")


def test_only_malformed_messages_are_their_own_fault() -> None:
    assert _failure(DingTalkStage, {"errcode": 400106, "errmsg": "x"}).item
    assert not _failure(DingTalkStage, {"errcode": 90030, "errmsg": "x"}).item
    assert _failure(DingTalkStage, {"status": 1111, "wait": 5}).after_s == 5


def test_the_old_spelling_of_success_is_understood() -> None:
    assert _failure(FeishuStage, {"StatusCode": 0, "StatusMessage": "success"}) is None


class SignsLikeDingTalk(Feishu):
    """The control: the secret as key, time and secret as text."""

    def _signature(self) -> dict[str, str]:
        now = self.clock.now() // 1000
        return {"timestamp": str(now), "sign": dingtalk_sign(now, SECRET)}


def test_the_simulators_know_a_wrong_signature_and_an_old_one() -> None:
    feishu = FeishuStage()
    client = HttpClient(feishu.transport())
    with pytest.raises(Permanent, match=r"connect\.signature"):
        SignsLikeDingTalk(feishu.settings(), client, feishu.clock).check()
    stage = DingTalkStage()
    late = stage.connect()
    stage.simulator.clock = type(stage.clock)(stage.clock.now() + 3_600_001)
    with pytest.raises(TryLater, match=r"connect\.clock_skew"):
        late.check()


def test_the_signature_travels_url_encoded() -> None:
    """A "+" that arrives as a space is no signature; some instants have one, so try several."""
    stage = DingTalkStage()
    for _ in range(8):
        stage.clock.advance(60_001)
        assert isinstance(stage.connect(), DingTalk)
        stage.connect().check()


@pytest.mark.parametrize("stage", STAGES)
def test_the_director_takes_robots_away_and_brings_them_back(stage: type[RobotStage]) -> None:
    own = stage()
    transport = own.transport()

    def direct(method: str, path: str, body: str = "") -> Any:
        url = f"http://127.0.0.1/{own.robot.key}/_sim/{path}"
        return parse_json(transport.send(Request(method, url, {}, body.encode())).text())

    assert direct("POST", "robot", '{"state": "removed"}') == {"removed": True}
    with pytest.raises(AuthFailed):
        own.connect().check()
    direct("POST", "robot", '{"state": "back"}')
    own.connect().check()
    assert direct("GET", "state") == {"posts": 1, "calls": {"post": 2}}
    assert [post["text"] for post in direct("GET", "posts")["posts"]] == ["Orderloom 织单 ✓"]
