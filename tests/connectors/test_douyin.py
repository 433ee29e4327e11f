"""What is particular to Douyin's shops: errors, two lists, after-sales with times of their own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from connectors.douyin import Douyin
from connectors.simulators.douyin import (
    DouyinSimulator,
    Options,
)
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    Permanent,
    Ref,
    Request,
    Response,
    TryLater,
    WsgiTransport,
)
from orderloom.connect.conformance.stage import Hub
from tests.connectors.answers import Fixed
from tests.connectors.douyin_stages import DouyinSplitWindowStage, DouyinStage
from tests.connectors.staging import assert_noticed


def against(answer: Any, **settings: Any) -> Douyin:
    stage = DouyinStage()
    return Douyin({**stage.settings(), **settings}, HttpClient(Fixed(answer)), stage.clock)


def error(code: Any, sub_code: str = "", sub_msg: str = "") -> dict[str, Any]:
    return {"code": code, "msg": "words", "sub_code": sub_code, "sub_msg": sub_msg, "log_id": "x"}


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (error(10001), TryLater, "platform_busy"),
        (error(20000, "isp.service-error:20005"), TryLater, "platform_busy"),
        (error(20001), TryLater, "platform_busy"),
        (error(30001, "isv.permission-denied"), Permanent, "permission"),
        (error(30002), Permanent, "permission"),
        (error(40001), Permanent, "bad_call"),
        (error(40003, "isv.signature-invalid"), Permanent, "signature"),
        (error(40003, "isv.access-token-expired"), AuthFailed, "auth"),
        (error(40003, "isv.access-token-no-existed"), AuthFailed, "auth"),
        (error(40003, "isv.access-token-invalid"), AuthFailed, "auth"),
        (error(40003, "isv.timestamp-invalid"), TryLater, "clock_skew"),
        (error(40003, "isv.app-key-invalid"), Permanent, "app_key"),
        (error(40003, "isv.something-else"), Permanent, "bad_call"),
        (error(40004, "isv.parameter-invalid:20012"), Permanent, "refused"),
        (error(50001), Permanent, "refused"),
        (error(50002, "isv.business-failed:60110", "订单已发货"), Permanent, "refused"),
        (
            error(50002, "isv.business-failed:60121", "系统繁忙,请稍后重试。"),
            TryLater,
            "platform_busy",
        ),
        (error(60000), TryLater, "throttled"),
        (error("60000"), TryLater, "throttled"),
        (error(70000), TryLater, "platform_busy"),
        (error(80000), TryLater, "platform_busy"),
        (error(90000), TryLater, "platform_busy"),
        ({"err_no": 30007, "message": "access_token已过期"}, AuthFailed, "auth"),
        ({"err_no": 7, "message": "参数错误"}, Permanent, "bad_call"),
        (error("odd"), TryLater, "bad_answer"),
        ({}, TryLater, "bad_answer"),
        ([], TryLater, "bad_answer"),
        ({"data": {}}, TryLater, "bad_answer"),
        (b"<html>", TryLater, "bad_answer"),
        (b"\xff\xfe", TryLater, "bad_answer"),
    ],
)
def test_every_error_class(answer: Any, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        against(answer).check()
    assert type(caught.value) is kind
    assert caught.value.code == f"connect.{code}"
    assert not getattr(caught.value, "item", False)


def test_an_order_that_is_gone_concerns_only_itself() -> None:
    gone = error(50002, "isv.business-failed:60033", "订单不存在")
    with pytest.raises(Permanent) as refused:
        against(gone).detail([Ref("1", None)])
    assert refused.value.item
    assert refused.value.params["platform_code"] == "50002 isv.business-failed:60033"


def test_the_wrong_clock_is_set_by_the_platforms() -> None:
    stage = DouyinStage()
    stage.skew(-3600)
    connector = stage.connect()
    with pytest.raises(TryLater, match=r"connect\.clock_skew"):
        connector.check()
    assert connector.check().seller_id == "70000001"


def test_too_many_calls_a_second_are_told_by_the_platform() -> None:
    stage = DouyinStage()
    simulator = DouyinSimulator(stage.clock, Options(per_second=2))
    connector = Douyin(stage.settings(), HttpClient(WsgiTransport(simulator)), stage.clock)
    for _ in range(2):
        connector.check()
    with pytest.raises(TryLater, match=r"connect\.throttled") as throttled:
        connector.check()
    assert throttled.value.after_s
    stage.clock.advance(1000)
    connector.check()


def test_the_token_of_another_shop_is_noticed() -> None:
    stage = DouyinStage()
    nameless = {**stage.settings(), "shop_name": ""}
    assert stage.connect(nameless).check().title == "70000001"
    assert stage.connect().check().title == "演示抖店"
    stage.make(1)
    assert stage.connect(nameless).check().title == "演示抖店"
    with pytest.raises(AuthFailed):
        stage.connect({**stage.settings(), "shop_id": "70000002"}).check()


# -- calls -------------------------------------------------------------------------------------


class Watching:
    """Passes requests on and remembers them as (method, query, parameters)."""

    def __init__(self, stage: DouyinStage) -> None:
        self.stage = stage
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    def send(self, request: Request) -> Response:
        query = dict(parse_qsl(urlsplit(request.url).query))
        self.asked.append((query["method"], query, json.loads(request.body)))
        return self.stage.transport().send(request)


def test_what_is_sent_is_what_was_signed_and_names_no_more_than_needed() -> None:
    stage = DouyinStage()
    stage.make(120)
    stage.clock.advance(300_000)
    watching = Watching(stage)
    connector = Douyin(stage.settings(), HttpClient(watching), stage.clock)
    page = connector.pull(None, stage.clock.now())
    while page.more:
        page = connector.pull(page.cursor, stage.clock.now())
    orders = [asked for method, _, asked in watching.asked if method == "order.searchList"]
    assert [asked["page"] for asked in orders][-4:] == [0, 2, 1, 0]
    assert {(asked["order_by"], asked["order_asc"]) for asked in orders} == {("update_time", True)}
    for _, query, asked in watching.asked:
        assert all(
            len(str(at)) == 10
            for name, at in asked.items()
            if "time" in name and at != ["update_time asc"]
        )
        assert len(query["timestamp"]) == 10
        assert query["v"] == "2"


def test_a_list_at_odds_with_itself_does_not_count_as_read() -> None:
    for data in ({}, {"total": 3, "shop_order_list": []}, {"total": "many"}):
        connector = against({"code": 10000, "msg": "success", "data": data})
        with pytest.raises(TryLater, match=r"connect\.bad_answer"):
            connector.pull(None, connector.clock.now())


def test_a_row_without_a_number_lands_and_is_refused_later() -> None:
    rows = [{"update_time": 1_790_989_200}, 7, {"order_id": "6930000000000000001"}]
    connector = against({"code": 10000, "data": {"total": 3, "shop_order_list": rows}})
    page = connector.pull(None, connector.clock.now())
    assert [ref.external_no for ref in page.refs] == ["6930000000000000001"]
    assert len({item.external_no for item in page.items}) == 2
    for item in page.items:
        with pytest.raises(Permanent) as refused:
            Douyin.read(item.payload_text)
        assert refused.value.item


def test_a_cursor_of_somebody_else_is_refused() -> None:
    stage = DouyinStage()
    with pytest.raises(Permanent, match=r"connect\.bad_cursor"):
        stage.connect().pull({"mark": 1}, stage.clock.now())


# -- after-sales -------------------------------------------------------------------------------


def state_of(hub: Hub, number: str) -> int:
    found: int = hub.landed[number][-1].body["sku_order_list"][0]["after_sale"]
    return found


@pytest.mark.parametrize("staged", [DouyinStage, DouyinSplitWindowStage])
def test_after_sales_are_found_although_their_orders_do_not_move(staged: type[DouyinStage]) -> None:
    stage = staged()
    numbers = stage.make(30)
    stage.clock.advance(900_000)
    hub = Hub(stage)
    hub.pull_all()
    before = dict(stage.truth())
    for number in numbers:
        stage.simulator.shop.act(number, "refund")
    assert stage.truth() == before
    stage.clock.advance(120_000)
    hub.pull_all()
    assert {state_of(hub, number) for number in numbers} == {6}
    stage.simulator.shop.act(numbers[0], "refund_withdrawn")
    stage.clock.advance(120_000)
    hub.pull_all()
    assert (state_of(hub, numbers[0]), state_of(hub, numbers[1])) == (51, 6)


def test_one_after_sale_is_asked_for_once() -> None:
    stage = DouyinStage()
    (number,) = stage.make(1)
    stage.simulator.shop.act(number, "refund")
    hub = Hub(stage)
    for _ in range(20):
        stage.clock.advance(30_000)
        hub.pull_all()
    assert stage.simulator.calls["order.orderDetail"] == 1
    assert hub.cursor["seen"] == {}


def test_after_sales_are_not_asked_for_without_their_permission() -> None:
    stage = DouyinStage()
    stage.make(1)
    stage.clock.advance(300_000)
    connector = stage.connect({**stage.settings(), "after_sales": False})
    page = connector.pull(None, stage.clock.now())
    while page.more:
        page = connector.pull(page.cursor, stage.clock.now())
    assert "afterSale.List" not in stage.simulator.calls


def test_a_crash_between_the_lists_loses_no_after_sale() -> None:
    stage = DouyinStage()
    numbers = stage.make(5)
    for number in numbers:
        stage.simulator.shop.act(number, "refund")
    stage.clock.advance(120_000)
    hub = Hub(stage)
    for turn in range(40):
        kept = hub.cursor, dict(hub.landed), list(hub.items)
        more = hub.pull_once(stage.connect())
        if turn % 2 == 0:
            hub.cursor, hub.landed, hub.items = kept
        elif not more:
            break
    assert {state_of(hub, number) for number in numbers} == {6}


# -- and mistakes would be seen ----------------------------------------------------------------


class AsksInMilliseconds(Douyin):
    """The platform finds nothing there, and says so politely."""

    def _search(self, span: Any, page: int, size: int) -> Response:
        return super()._search({name: at * 1000 for name, at in span.items()}, page, size)


class CountsFromOne(Douyin):
    """Takes the second page for the first."""

    def _search(self, span: Any, page: int, size: int) -> Response:
        return super()._search(span, page + 1, size)


class KeepsCiphers(Douyin):
    """Every cipher makes a new version."""

    @classmethod
    def normalise(cls, raw: Any) -> Any:
        normal = super().normalise(raw)
        return type(normal)(
            normal.external_no,
            None,
            normal.modified_ms,
            {**normal.body, "receiver": {}},
            frozenset(),
            str(raw["encrypt_post_tel"]),
        )


@pytest.mark.parametrize(
    ("mistaken", "name"),
    [
        (AsksInMilliseconds, "every_page_is_read"),
        (CountsFromOne, "every_page_is_read"),
        (KeepsCiphers, "normal_form"),
    ],
)
def test_the_suite_notices(mistaken: type[Douyin], name: str) -> None:
    assert_noticed(DouyinStage, mistaken, name, TryLater)
