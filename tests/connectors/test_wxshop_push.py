"""What 微信小店 pushes is opened and believed only when it is genuine; its simulator is strict."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.simulators.wxshop import PUSH_TOKEN, TOKEN, Options, WxshopSimulator
from orderloom.connect import (
    HttpClient,
    Permanent,
    Ref,
    Request,
    TryLater,
    wechat_open,
    wechat_seal,
    wechat_sign,
)
from tests.connectors.wxshop_stages import WxshopStage

VENDOR_KEY, VENDOR_OWNER = "A" * 43, "wxba5fad812f8e6fb9"
VENDOR_CIPHER = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)


# -- pushed messages ---------------------------------------------------------------------------


def test_the_vendors_vectors() -> None:
    assert wechat_sign("AAAAA", "1714036504", "1514711492") == (
        "f464b24fc39322e44b38aa78f5edd27bd1441696"
    )
    assert wechat_sign("AAAAA", "1714112445", "415670741", VENDOR_CIPHER) == (
        "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    )
    message = json.loads(wechat_open(VENDOR_CIPHER, VENDOR_KEY, VENDOR_OWNER))
    assert (message["Event"], message["debug_str"]) == ("debug_demo", "hello world")
    answer = (
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    )
    assert wechat_open(answer, VENDOR_KEY, VENDOR_OWNER) == '{"demo_resp":"good luck"}'


@pytest.mark.parametrize(
    ("cipher", "key", "owner"),
    [
        (VENDOR_CIPHER, VENDOR_KEY, "wxother"),
        (VENDOR_CIPHER, "B" * 43, VENDOR_OWNER),
        (VENDOR_CIPHER, "short", VENDOR_OWNER),
        (VENDOR_CIPHER[:-8], VENDOR_KEY, VENDOR_OWNER),
        ("no base64!", VENDOR_KEY, VENDOR_OWNER),
        ("", VENDOR_KEY, VENDOR_OWNER),
        ("签", VENDOR_KEY, VENDOR_OWNER),
    ],
)
def test_what_cannot_be_opened(cipher: str, key: str, owner: str) -> None:
    with pytest.raises(ValueError, match="not a WeChat message"):
        wechat_open(cipher, key, owner)


def test_sealed_and_opened() -> None:
    for message in ("", "好" * 40, "x" * 33):
        cipher = wechat_seal(message, VENDOR_KEY, VENDOR_OWNER)
        assert wechat_open(cipher, VENDOR_KEY, VENDOR_OWNER) == message


def _pushed(query: dict[str, str], body: Any = None) -> Request:
    url = f"https://hub.example/hooks/1?{urlencode(query)}"
    method = "GET" if body is None else "POST"
    return Request(method, url, {}, b"" if body is None else json.dumps(body).encode())


def test_a_message_names_its_order_exactly() -> None:
    stage = WxshopStage()
    (number,) = stage.make(1)
    assert isinstance(stage.simulator, WxshopSimulator)
    sent = stage.simulator.push("channels_ec_order_pay", number)
    push = stage.connect().parse_webhook(_pushed(sent["query"], sent["body"]))
    assert push.refs == [Ref(number, None)]
    assert (push.answer.body, push.answer.status) == (b"success", 200)


def test_news_of_after_sales_names_the_order_and_other_news_nothing() -> None:
    stage = WxshopStage()
    about = {"finder_shop_aftersale_status_update": {"order_id": "5", "status": "USER_CANCELD"}}
    for message, refs in ((about, [Ref("5", None)]), ({"Event": "coupon"}, []), ([1], [])):
        push = stage.connect().parse_webhook(_sealed(json.dumps(message)))
        assert push.refs == refs
        assert push.answer.body == b"success"


def _sealed(message: str, **changes: str) -> Request:
    settings = {**WxshopStage().settings(), **changes}
    cipher = wechat_seal(message, settings["push_key"], settings["app_id"])
    signed = wechat_sign(settings["push_token"], "1", "2", cipher)
    query = {"timestamp": "1", "nonce": "2", "msg_signature": signed}
    return _pushed(query, {"ToUserName": "gh", "Encrypt": cipher})


@pytest.mark.parametrize(
    "request_",
    [
        _sealed("{}", push_token="forged"),
        _sealed("{}", push_key="B" * 43),
        _sealed("{}", app_id="wxother"),
        _sealed("no json"),
        _pushed(
            {"timestamp": "1", "nonce": "2", "signature": wechat_sign(PUSH_TOKEN, "1", "2")}, {}
        ),
        _pushed({"timestamp": "1", "nonce": "2", "msg_signature": "x"}, {"Encrypt": "x"}),
        _pushed({}, {"Encrypt": "x"}),
        _pushed({"timestamp": "1", "nonce": "2", "signature": "x"}),
        _pushed({}),
    ],
)
def test_what_is_not_genuine_is_refused(request_: Request) -> None:
    with pytest.raises(Permanent, match=r"connect\.signature"):
        WxshopStage().connect().parse_webhook(request_)


def test_nothing_is_genuine_without_a_token_of_ours() -> None:
    stage = WxshopStage()
    connector = stage.connect({**stage.settings(), "push_token": "", "push_key": ""})
    query = {"timestamp": "1", "nonce": "2", "signature": wechat_sign("", "1", "2")}
    with pytest.raises(Permanent, match=r"connect\.signature"):
        connector.parse_webhook(_pushed({**query, "echostr": "5"}))


def test_a_body_that_is_no_json_is_refused() -> None:
    request = Request("POST", "https://hub.example/hooks/1", {}, b"<xml/>")
    with pytest.raises(Permanent, match=r"connect\.payload_not_json"):
        WxshopStage().connect().parse_webhook(request)


def test_the_echo_when_push_is_set_up() -> None:
    signed = wechat_sign(PUSH_TOKEN, "1714036504", "1514711492")
    query = {"signature": signed, "timestamp": "1714036504", "nonce": "1514711492"}
    push = WxshopStage().connect().parse_webhook(_pushed({**query, "echostr": "4375120948"}))
    assert (push.answer.body, push.answer.content_type) == (b"4375120948", "text/plain")


# -- the simulator -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "code"),
    [
        ("GET", "/cgi-bin/stable_token", {}, None, 43002),
        ("POST", "/cgi-bin/stable_token", {}, {"appid": "x"}, 40013),
        ("POST", "/channels/ec/basics/info/get", {"access_token": TOKEN}, {}, 43001),
        ("POST", "/channels/ec/order/get", {}, {}, 41001),
        ("POST", "/channels/ec/order/get", {"access_token": "x"}, {}, 40001),
        ("POST", "/channels/ec/order/get", {"access_token": TOKEN}, {"order_id": "1"}, 31042),
        ("POST", "/channels/ec/order/get", {"access_token": TOKEN}, [], 47001),
        ("GET", "/channels/ec/order/get", {"access_token": TOKEN}, None, 43002),
        ("POST", "/shop/order/get", {"access_token": TOKEN}, {}, 48001),
        ("POST", "/channels/ec/order/list/get", {"access_token": TOKEN}, {}, 40097),
    ],
)
def test_the_simulator_is_strict(
    method: str, path: str, query: dict[str, str], body: Any, code: int
) -> None:
    stage = WxshopStage()
    content = b"" if body is None else json.dumps(body).encode()
    client = HttpClient(stage.transport())
    answer = client.send(method, f"http://wx{path}?{urlencode(query)}", body=content).json()
    assert answer["errcode"] == code


@pytest.mark.parametrize(
    "change",
    [
        {"update_time_range": {"start_time": 0, "end_time": 604_801}},
        {"page_size": 101},
        {"page_size": "5"},
        {"next_key": "nonsense"},
    ],
)
def test_the_simulated_list_is_strict(change: dict[str, Any]) -> None:
    stage = WxshopStage()
    wish = {"update_time_range": {"start_time": 0, "end_time": 1}, "page_size": 10, **change}
    url = f"http://wx/channels/ec/order/list/get?access_token={TOKEN}"
    answer = HttpClient(stage.transport()).send("POST", url, body=json.dumps(wish).encode()).json()
    assert answer["errcode"] == 40097


def test_more_calls_than_allowed_are_refused() -> None:
    class Limited(WxshopStage):
        options = Options(per_second=2)

    stage = Limited()
    for _ in range(2):
        stage.connect().check()
    with pytest.raises(TryLater, match=r"connect\.throttled"):
        stage.connect().check()
