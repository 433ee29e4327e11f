"""What is particular to Pinduoduo: its errors, its windows, renewal, reports of shipments."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.pdd import Pdd
from connectors.simulators.pdd import Options, PddSimulator
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    Listing,
    Message,
    Permanent,
    Receipt,
    Ref,
    Request,
    Response,
    TryLater,
    WsgiTransport,
    digest,
)
from orderloom.connect.conformance.stage import Hub
from tests.connectors.answers import Fixed
from tests.connectors.pdd_stages import PddStage, PddThinListStage
from tests.connectors.staging import assert_noticed, shipment

NUMBER = "261003-000000000000001"


def against(answer: Any, **settings: Any) -> Pdd:
    stage = PddStage()
    return Pdd({**stage.settings(), **settings}, HttpClient(Fixed(answer)), stage.clock)


def error(code: Any, sub_msg: str = "", msg: str = "words", sub_code: Any = None) -> dict[str, Any]:
    answer = {"error_code": code, "error_msg": msg, "sub_code": sub_code, "sub_msg": sub_msg}
    return {"error_response": {**answer, "request_id": "15464049615056181"}}


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (error(10000), Permanent, "bad_call"),
        (error(10001, msg="公共参数错误:type"), Permanent, "bad_call"),
        (error(10001, msg="公共参数错误:timestamp"), TryLater, "clock_skew"),
        (error(10016), Permanent, "app_key"),
        (error(10017), Permanent, "bad_call"),
        (error(10018), Permanent, "app_key"),
        (error(10019), AuthFailed, "auth"),
        (error("10019"), AuthFailed, "auth"),
        (error(20032), AuthFailed, "auth"),
        (error(20004), Permanent, "signature"),
        (error(20005), Permanent, "permission"),
        (error(20031), Permanent, "permission"),
        (error(20034), Permanent, "permission"),
        (error(21001), Permanent, "bad_call"),
        (error(21002), Permanent, "bad_call"),
        (error(50000), TryLater, "platform_busy"),
        (error(50001, "时间跨度不能超过24小时"), Permanent, "refused"),
        (error(50001, "系统繁忙,请稍后再试"), TryLater, "platform_busy"),
        (error(50002), TryLater, "platform_busy"),
        (error(52001), TryLater, "platform_busy"),
        (error(52002), TryLater, "platform_busy"),
        (error(52004), Permanent, "bad_call"),
        (error(52101), TryLater, "throttled"),
        (error(52102), TryLater, "platform_busy"),
        (error(52103), TryLater, "platform_busy"),
        (error(70031), TryLater, "throttled"),
        (error(70032), TryLater, "throttled"),
        (error(70033), TryLater, "platform_busy"),
        (error(70034), Permanent, "permission"),
        (error(70036), TryLater, "throttled"),
        (error("odd"), Permanent, "bad_call"),
        ({"error_response": {}}, Permanent, "bad_call"),
        ({}, TryLater, "bad_answer"),
        ([], TryLater, "bad_answer"),
        ({"something_else": {}}, TryLater, "bad_answer"),
        (b"<html>", TryLater, "bad_answer"),
        (b"\xff\xfe", TryLater, "bad_answer"),
        ({"mall_info_get_response": {"mall_name": "no number"}}, TryLater, "bad_answer"),
    ],
)
def test_every_error_class(answer: Any, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        against(answer).check()
    assert type(caught.value) is kind
    assert caught.value.code == f"connect.{code}"
    assert not getattr(caught.value, "item", False)


def test_the_worse_the_ban_the_longer_the_wait() -> None:
    waits = []
    for code in (70031, 52102, 70032):
        with pytest.raises(TryLater) as caught:
            against(error(code)).check()
        waits.append(caught.value.after_s or 0)
    assert waits == sorted(waits)
    assert all(wait >= 10 for wait in waits)


def test_an_order_that_is_gone_concerns_only_itself() -> None:
    with pytest.raises(Permanent) as gone:
        against(error(50001, "订单不存在", sub_code="10002")).detail([Ref("1", None)])
    assert gone.value.item
    assert gone.value.params["platform_code"] == "50001 10002"


def test_the_wrong_clock_is_set_by_the_platforms() -> None:
    stage = PddStage()
    stage.skew(-3600)
    connector = stage.connect()
    with pytest.raises(TryLater) as skewed:
        connector.check()
    assert skewed.value.code == "connect.clock_skew"
    assert connector.check().seller_id == "171000001"


def test_too_many_calls_a_second_are_told_by_the_platform() -> None:
    stage = PddStage()
    simulator = PddSimulator(stage.clock, Options(per_second=2))
    connector = Pdd(stage.settings(), HttpClient(WsgiTransport(simulator)), stage.clock)
    for _ in range(2):
        connector.check()
    with pytest.raises(TryLater, match=r"connect\.throttled"):
        connector.check()
    stage.clock.advance(1000)
    connector.check()


# -- calls -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        {"request_id": "x"},
        {"total_count": "many", "order_sn_list": []},
        {"total_count": 3, "order_sn_list": []},
    ],
)
def test_a_list_at_odds_with_itself_does_not_count_as_read(content: dict[str, Any]) -> None:
    connector = against({"order_sn_increment_get_response": content})
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.pull(None, connector.clock.now())


def test_a_row_without_a_number_lands_and_is_refused_later() -> None:
    rows = [{"updated_at": "2026-10-03 09:00:00"}, 7, {"order_sn": NUMBER}]
    connector = against(
        {"order_sn_increment_get_response": {"total_count": 3, "order_sn_list": rows}}
    )
    page = connector.pull(None, connector.clock.now())
    assert [ref.external_no for ref in page.refs] == [NUMBER]
    assert len({item.external_no for item in page.items}) == 2
    for item in page.items:
        with pytest.raises(Permanent) as refused:
            Pdd.read(item.payload_text)
        assert refused.value.item


def test_calls_are_forms_in_seconds_and_windows_at_most_half_an_hour() -> None:
    stage = PddStage()
    stage.make(3)
    asked: list[tuple[Request, dict[str, str]]] = []

    class Watching:
        def send(self, request: Request) -> Response:
            asked.append((request, dict(parse_qsl(request.body.decode()))))
            return stage.transport().send(request)

    widest = {"window_s": 1500, "overlap_s": 300, "history_hours": 3}
    connector = Pdd({**stage.settings(), **widest}, HttpClient(Watching()), stage.clock)
    page = connector.pull(None, stage.clock.now())
    while page.more:
        page = connector.pull(page.cursor, stage.clock.now())
    spans = [int(p["end_updated_at"]) - int(p["start_updated_at"]) for _, p in asked]
    assert max(spans) == 1800
    last = max(int(p["end_updated_at"]) for _, p in asked)
    assert last * 1000 <= stage.clock.now() - 180_000
    for request, params in asked:
        assert "?" not in request.url
        assert not {"version", "v", "format", "sign_method"} & params.keys()
        assert len(params["timestamp"]) == 10


def test_whole_lists_need_no_further_calls_and_thin_ones_one_each() -> None:
    calls = {}
    for stage in (PddStage(), PddThinListStage()):
        stage.make(30)
        stage.clock.advance(300_000)
        hub = Hub(stage)
        hub.pull_all()
        assert len(hub.landed) == 30
        calls[type(stage)] = stage.simulator.calls.get("pdd.order.information.get", 0)
    assert calls == {PddStage: 0, PddThinListStage: 30}


def test_orders_nobody_has_confirmed_are_not_listed_until_they_are() -> None:
    stage = PddStage()
    (number,) = stage.simulator.shop.make(1, "stage", "to_pay")
    hub = Hub(stage)
    stage.clock.advance(300_000)
    hub.pull_all()
    assert hub.landed == {}
    stage.simulator.shop.act(number, "pay")
    stage.clock.advance(300_000)
    hub.pull_all()
    assert list(hub.landed) == [number]


# -- renewal -----------------------------------------------------------------------------------


def test_tokens_run_out_and_are_renewed_again_and_again() -> None:
    stage = PddStage()
    settings = stage.settings()
    for _ in range(2):
        renewed = stage.connect(settings).renew()
        assert renewed.expires_ms is not None
        settings |= renewed.settings
        stage.connect(settings).check()
        stage.clock.advance(renewed.expires_ms - stage.clock.now())
        with pytest.raises(AuthFailed):
            stage.connect(settings).check()
    assert stage.connect({**settings, **stage.connect(settings).renew().settings}).check()


def test_a_person_has_to_log_in_when_the_refresh_token_is_used_up_or_missing() -> None:
    stage = PddStage()
    stage.connect().renew()
    with pytest.raises(AuthFailed):
        stage.connect().renew()
    with pytest.raises(AuthFailed):
        stage.connect({**stage.settings(), "refresh_token": ""}).renew()


# -- shipments ---------------------------------------------------------------------------------


def _shipped(stage: PddStage, number: int = 1) -> tuple[str, Message]:
    message = stage.message(number, "shipment.report")
    (receipt,) = stage.connect().send([message])
    assert receipt.ok
    return str(message.body["order_no"]), message


def test_another_number_for_a_shipped_order_is_refused() -> None:
    stage = PddStage()
    number, _ = _shipped(stage)
    (receipt,) = stage.connect().send([shipment(2, number)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert "已发货" in receipt.error.params["reason"]
    assert stage.connect().read_back([shipment(2, number)]) == [None]


def test_an_order_in_several_parcels() -> None:
    stage = PddStage()
    (number,) = stage.make(1)
    parts = [shipment(n, number, whole=False) for n in (1, 2, 3)]
    connector = stage.connect()
    for _ in range(2):
        assert all(receipt.ok for receipt in connector.send(parts))
    record = stage.simulator.shop.get(number)
    assert stage.tracking_numbers(record) == ["ZT0001", "ZT0002", "ZT0003"]
    assert record["logistics_id"] == 115
    assert all(receipt and receipt.ok for receipt in connector.read_back(parts))


@pytest.mark.parametrize("action", ["refund", "forbid", "cancel"])
def test_what_must_not_be_shipped_is_refused(action: str) -> None:
    stage = PddStage()
    (number,) = stage.make(1)
    stage.simulator.shop.act(number, action)
    for whole in (True, False):
        (receipt,) = stage.connect().send([shipment(1, number, whole=whole)])
        assert isinstance(receipt.error, Permanent)
        assert receipt.error.item
    assert stage.effects() == []


def test_couriers_by_table_and_by_setting() -> None:
    stage = PddStage()
    numbers = stage.make(2)
    message = shipment(1, numbers[0], courier="PIGEON")
    (receipt,) = stage.connect().send([message])
    assert receipt.error is not None
    assert receipt.error.code == "connect.courier_unknown"
    own = {**stage.settings(), "courier_codes": "PIGEON=180, SF=44"}
    assert stage.connect(own).send([message])[0].ok
    assert stage.connect().send([shipment(2, numbers[1], courier="SF")])[0].ok
    assert [stage.simulator.shop.get(n)["logistics_id"] for n in numbers] == [180, 44]


@pytest.mark.parametrize("lacking", ["order_no", "courier", "tracking_no"])
def test_a_report_that_lacks_something(lacking: str) -> None:
    stage = PddStage()
    body = {**shipment(1, "1").body, lacking: ""}
    (receipt,) = stage.connect().send([Message("1", "shipment.report", "1", "F0001", body)])
    assert receipt.error is not None
    assert (receipt.error.code, receipt.error.where) == ("connect.message_lacks", lacking)


# -- and mistakes would be seen ----------------------------------------------------------------


class ReadsTooFresh(Pdd):
    """Up to a second ago, whatever the platform has not sorted in yet."""

    def __init__(self, settings: dict[str, Any], *rest: Any) -> None:
        super().__init__({**settings, "lag_s": 1, "overlap_s": 0}, *rest)


class ReadsForward(Pdd):
    """Page 1 first."""

    def _list(self, window: Any, page: int, *, count: bool) -> Listing:
        pages = -(-window.total // self.values["page_size"])
        turned = pages + 1 - page if window.page else page
        listing = super()._list(window, turned, count=count)
        total = window.total if window.page == 1 else listing.total
        return Listing(listing.records, total, listing.date_ms)


class TakesCiphersForNames(Pdd):
    """Shows what nobody can read, as if it were a name."""

    @classmethod
    def normalise(cls, raw: Any) -> Any:
        normal = super().normalise(raw)
        body = {**normal.body, "receiver_name": raw["receiver_name"]}
        hidden = normal.masked - {"receiver_name"}
        return type(normal)(
            normal.external_no, None, normal.modified_ms, body, hidden, digest(body, cls.volatile)
        )


class BelievesRefusals(Pdd):
    """Does not look whether the order carries the number already."""

    def _report(self, message: Message) -> Receipt:
        self._ship(self._shipment(message))
        return Receipt(message.id, True)


class KeepsTheOldToken(Pdd):
    """Renews, and goes on with the token it had."""

    def renew(self) -> Any:
        renewed = super().renew()
        renewed.settings["access_token"] = self.values["access_token"]  # type: ignore[index]
        return renewed


@pytest.mark.parametrize(
    ("mistaken", "name"),
    [
        (ReadsTooFresh, "clock_skew_loses_nothing"),
        (ReadsForward, "rows_may_move_while_reading"),
        (TakesCiphersForNames, "normal_form"),
        (BelievesRefusals, "the_same_message_twice_is_one_effect"),
        (KeepsTheOldToken, "expired_credentials_are_renewed"),
    ],
)
def test_the_suite_notices(mistaken: type[Pdd], name: str) -> None:
    assert_noticed(PddStage, mistaken, name, AuthFailed)
