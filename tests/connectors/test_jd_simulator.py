"""JD's simulator is as strict as the platform, and JD ships, renews and refuses as JD does."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from connectors.jd import Jd
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    Permanent,
    Request,
    Response,
    TryLater,
    md5_sign,
)
from tests.connectors.answers import Fixed
from tests.connectors.jd_stages import JdStage
from tests.connectors.staging import shipment


def test_what_was_shipped_by_hand_with_the_same_number_counts_as_done() -> None:
    stage = JdStage()
    (order_no,) = stage.make(1)
    stage.simulator.shop.act(order_no, "ship", "467:SF1")
    done, other = stage.connect().send(
        [
            shipment(1, order_no, courier="SF", tracking_no="SF1"),
            shipment(2, order_no, tracking_no="ZT2"),
        ]
    )
    assert done.ok
    assert isinstance(other.error, Permanent)
    assert other.error.item
    assert "已出库" in other.error.params["reason"]
    assert stage.connect().read_back([shipment(2, order_no, tracking_no="ZT2")]) == [None]


def test_one_of_several_numbers_is_found() -> None:
    order = {"orderId": "5", "orderState": "WAIT_GOODS_RECEIVE_CONFIRM", "waybill": "A|B"}
    answer = {"jingdong_pop_order_enGet_responce": {"orderDetailInfo": {"orderInfo": order}}}
    stage = JdStage()
    connector = Jd(stage.settings(), HttpClient(Fixed(answer)), stage.clock)
    found = connector.read_back([shipment(1, "5", tracking_no=n) for n in ("B", "C")])
    assert [one is not None for one in found] == [True, False]


@pytest.mark.parametrize("action", ["refund", "forbid"])
def test_locked_and_paused_orders_are_not_shipped(action: str) -> None:
    stage = JdStage()
    (order_no,) = stage.make(1)
    stage.simulator.shop.act(order_no, action)
    (receipt,) = stage.connect().send([shipment(1, order_no)])
    assert isinstance(receipt.error, Permanent)
    assert stage.effects() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"courier": "JTSD"}, "connect.courier_unknown"),
        ({"courier": ""}, "connect.message_lacks"),
        ({"tracking_no": ""}, "connect.message_lacks"),
    ],
)
def test_reports_that_lack_something(body: dict[str, Any], code: str) -> None:
    stage = JdStage()
    (order_no,) = stage.make(1)
    (receipt,) = stage.connect().send([shipment(1, order_no, **body)])
    assert receipt.error is not None
    assert receipt.error.code == code


def test_the_shop_may_know_other_couriers() -> None:
    stage = JdStage()
    (order_no,) = stage.make(1)
    connector = stage.connect({**stage.settings(), "courier_codes": "JTSD=2087"})
    assert connector.send([shipment(1, order_no, courier="JTSD")])[0].ok
    assert stage.simulator.shop.get(order_no)["logisticsId"] == "2087"


def test_a_renewed_token_runs_out_again() -> None:
    stage = JdStage()
    renewed = stage.connect().renew()
    assert renewed.expires_ms == stage.clock.now() + 86_400_000
    settings = {**stage.settings(), **renewed.settings}
    stage.connect(settings).check()
    stage.clock.advance(86_400_000)
    with pytest.raises(AuthFailed):
        stage.connect(settings).check()


@pytest.mark.parametrize(
    "change", [{"refresh_token": ""}, {"refresh_token": "other"}, {"app_secret": "wrong-secret"}]
)
def test_a_renewal_that_is_refused_needs_a_person(change: dict[str, str]) -> None:
    stage = JdStage()
    with pytest.raises(AuthFailed):
        stage.connect({**stage.settings(), **change}).renew()


def test_the_simulator_is_strict() -> None:
    stage = JdStage()
    stage.make(1)
    refused = {
        "method": ("jingdong.items.get", "15"),
        "v": ("3.0", "5"),
        "app_key": ("x", "21"),
        "timestamp": ("2026-10-03 09:23:59", "8"),
        "sign": ("0" * 32, "12"),
        "access_token": ("x", "19"),
        "360buy_param_json": ("[]", None),
    }
    for name, (value, code) in refused.items():
        assert _refusal(stage, {name: value}) == code, name


def _refusal(stage: JdStage, change: dict[str, str]) -> str | None:
    """The code the gateway answers a well-formed call with after a change to its parameters."""

    class Changed:
        def send(self, request: Request) -> Response:
            form = {**dict(parse_qsl(request.body.decode())), **change}
            if "sign" not in change:
                form["sign"] = md5_sign(form, stage.settings()["app_secret"])
            body = urlencode(form).encode()
            self.response = stage.transport().send(
                Request(request.method, request.url, request.headers, body)
            )
            return self.response

    transport = Changed()
    with pytest.raises(ConnectorError):
        Jd(stage.settings(), HttpClient(transport), stage.clock).pull(None, stage.clock.now())
    error = transport.response.json().get("error_response")
    return error["code"] if error else None


def test_more_calls_than_allowed_are_refused() -> None:
    class Limited(JdStage):
        options = JdStage.options._replace(per_second=3)

    stage = Limited()
    for _ in range(3):
        stage.connect().check()
    with pytest.raises(TryLater, match=r"connect\.throttled"):
        stage.connect().check()
    stage.clock.advance(1000)
    stage.connect().check()
