"""Douyin's shops: tokens that run out, messages the platform pushes, parcels that are reported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.simulators.douyin import APP_KEY, APP_SECRET, REFRESH_TOKEN
from orderloom.connect import (
    AuthFailed,
    Permanent,
    Ref,
    Request,
    doudian_event_sign,
    doudian_sign,
)
from tests.connectors.douyin_stages import DouyinStage
from tests.connectors.staging import shipment

# -- renewal -----------------------------------------------------------------------------------


def test_ones_own_app_authorises_itself_with_nothing_but_its_keys() -> None:
    stage = DouyinStage()
    bare = {**stage.settings(), "access_token": "", "refresh_token": ""}
    with pytest.raises(AuthFailed):
        stage.connect(bare).check()
    renewed = stage.connect(bare).renew()
    assert stage.connect({**bare, **renewed.settings}).check()
    assert renewed.expires_ms == stage.clock.now() + 7 * 86_400_000


def test_a_used_up_refresh_token_needs_a_person_unless_the_app_is_ones_own() -> None:
    stage = DouyinStage()
    stage.connect().renew()
    used = {**stage.settings(), "refresh_token": REFRESH_TOKEN}
    assert stage.connect(used).renew().settings["access_token"] == stage.simulator.token
    with pytest.raises(AuthFailed):
        stage.connect({**used, "app_type": "tool"}).renew()
    with pytest.raises(AuthFailed):
        stage.connect({**used, "app_type": "tool", "refresh_token": ""}).renew()


# -- messages ----------------------------------------------------------------------------------

NUMBER = "6930000000000000001"


def received(body: bytes, headers: dict[str, str], url: str = "http://hub/hooks/1") -> Any:
    return DouyinStage().connect().parse_webhook(Request("POST", url, headers, body))


def test_a_message_names_its_order_and_gets_the_answer_the_platform_wants() -> None:
    push = received(*DouyinStage().simulator.message(NUMBER))
    assert push.refs == [Ref(NUMBER, None)]
    assert (push.answer.status, json.loads(push.answer.body)) == (
        200,
        {"code": 0, "msg": "success"},
    )


def signed(messages: Any, how: str = "md5") -> tuple[bytes, dict[str, str]]:
    body = messages if isinstance(messages, bytes) else json.dumps(messages).encode()
    sign = doudian_event_sign(APP_KEY, body, APP_SECRET, how)
    return body, {"app-id": APP_KEY, "event-sign": sign, "sign-method": how}


@pytest.mark.parametrize(
    ("messages", "numbers"),
    [
        ([{"tag": "0", "msg_id": "0", "data": "2026-10-03T09:30:00"}], []),
        ([{"tag": "100", "data": {"p_id": int(NUMBER)}}] * 2, [NUMBER]),
        (
            [{"tag": "100", "data": json.dumps({"p_id": int(NUMBER), "shop_id": 70000001})}],
            [NUMBER],
        ),
        ([{"tag": "200", "data": {"p_id": NUMBER, "aftersale_id": 7, "s_ids": [1]}}], [NUMBER]),
        ([{"tag": "100", "data": {"p_id": int(NUMBER), "shop_id": 70000002}}], []),
        ([{"tag": "400", "data": {"product_id": 5}}, 7, {"data": None}], []),
        ({"tag": "100", "data": {"p_id": NUMBER}}, [NUMBER]),
        ([], []),
    ],
)
def test_which_orders_messages_speak_of(messages: Any, numbers: list[str]) -> None:
    push = received(*signed(messages))
    assert [ref.external_no for ref in push.refs] == numbers


def test_messages_signed_in_the_query_are_read_too() -> None:
    body, at = json.dumps([{"tag": "101", "data": {"p_id": NUMBER}}]), "1790991000"
    named = {"app_key": APP_KEY, "param_json": body, "timestamp": at}
    sign = doudian_sign(named, APP_SECRET, "hmac-sha256")
    query = f"app_key={APP_KEY}&timestamp={at}&sign={sign}&sign_method=hmac-sha256"
    push = received(body.encode(), {}, f"http://hub/hooks/1?{query}")
    assert push.refs == [Ref(NUMBER, None)]
    with pytest.raises(Permanent, match=r"connect\.signature"):
        received(body.encode(), {}, f"http://hub/hooks/1?{query.replace(at, '1790991001')}")


@pytest.mark.parametrize(
    "change",
    [
        {"event-sign": "0" * 64},
        {"event-sign": ""},
        {"app-id": "7000000000000000002"},
        {"sign-method": "sha1"},
        {"sign-method": "md5"},
    ],
)
def test_messages_that_are_not_genuine(change: dict[str, str]) -> None:
    body, headers = DouyinStage().simulator.message(NUMBER)
    for wrong in ((body, {**headers, **change}), (body + b" ", headers), (body, {})):
        with pytest.raises(Permanent, match=r"connect\.signature"):
            received(*wrong)


def test_a_genuine_message_nobody_can_read() -> None:
    for body in (b"{", b"\xff", b""):
        with pytest.raises(Permanent, match=r"connect\.payload_not_json"):
            received(*signed(body))


# -- shipments ---------------------------------------------------------------------------------


def test_another_number_for_a_shipped_order_is_refused() -> None:
    stage = DouyinStage()
    (number,) = stage.make(1)
    assert stage.connect().send([shipment(1, number)])[0].ok
    (receipt,) = stage.connect().send([shipment(2, number)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert "60110" in receipt.error.params["platform_code"]


def with_lines(stage: DouyinStage, count: int) -> dict[str, Any]:
    """An order with that many lines."""
    orders = (stage.simulator.shop.get(number) for number in stage.make(60))
    return next(one for one in orders if len(one["sku_order_list"]) == count)


def test_an_order_in_several_parcels() -> None:
    stage = DouyinStage()
    order = with_lines(stage, 2)
    lines = [line["order_id"] for line in order["sku_order_list"]]
    parts = [
        shipment(n, order["order_id"], whole=False, line_nos=[line]) for n, line in enumerate(lines)
    ]
    assert stage.connect().send(parts[:1])[0].ok
    assert stage.simulator.shop.get(order["order_id"])["order_status"] == 101
    for _ in range(2):
        assert all(receipt.ok for receipt in stage.connect().send(parts))
    record = stage.simulator.shop.get(order["order_id"])
    assert record["order_status"] == 3
    assert stage.tracking_numbers(record) == ["ZT0000", "ZT0001"]
    assert all(receipt and receipt.ok for receipt in stage.connect().read_back(parts))


def test_a_part_needs_its_lines() -> None:
    stage = DouyinStage()
    (number,) = stage.make(1)
    (receipt,) = stage.connect().send([shipment(1, number, whole=False)])
    assert receipt.error is not None
    assert (receipt.error.code, receipt.error.where) == ("connect.message_lacks", "line_nos")
    (receipt,) = stage.connect().send([shipment(1, number, whole=False, line_nos=["7"])])
    assert isinstance(receipt.error, Permanent)
    assert stage.effects() == []


@pytest.mark.parametrize("action", ["refund", "forbid", "cancel"])
def test_what_must_not_be_shipped_is_refused_and_no_refund_is_rejected_for_it(action: str) -> None:
    stage = DouyinStage()
    (number,) = stage.make(1)
    stage.simulator.shop.act(number, action)
    (receipt,) = stage.connect().send([shipment(1, number)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert stage.effects() == []


def test_couriers_by_table_and_by_setting() -> None:
    stage = DouyinStage()
    numbers = stage.make(2)
    message = shipment(1, numbers[0], courier="OTHER")
    (receipt,) = stage.connect().send([message])
    assert receipt.error is not None
    assert receipt.error.code == "connect.courier_unknown"
    own = {**stage.settings(), "courier_codes": "OTHER=ems"}
    assert stage.connect(own).send([message])[0].ok
    assert stage.connect().send([shipment(2, numbers[1], courier="SF")])[0].ok
    companies = [stage.simulator.shop.get(n)["logistics_info"][0]["company"] for n in numbers]
    assert companies == ["ems", "shunfeng"]
