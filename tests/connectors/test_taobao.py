"""What is particular to Taobao: its answers, its errors, its windows, its order form."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.simulators.goods import make_trade
from connectors.taobao import Taobao
from orderloom.connect import (
    AuthFailed,
    Connector,
    ConnectorError,
    HttpClient,
    Permanent,
    Ref,
    Request,
    Response,
    TryLater,
)
from orderloom.connect.conformance.stage import Hub
from orderloom.engine.canonical import MASKABLE, ORDER_BY_NAME
from orderloom.errors import InputError
from tests.connectors.answers import Fixed
from tests.connectors.stages import FullListStage, TaobaoStage
from tests.connectors.staging import shipment

SAMPLE = """{"trade_fullinfo_get_response":{"trade":{"tid":2034455667788990011,
"tid_str":"2034455667788990011","seller_nick":"演示旗舰店","buyer_nick":"t**1",
"buyer_open_uid":"AAEdemo000000000000000001","type":"fixed","status":"WAIT_SELLER_SEND_GOODS",
"payment":"118.00","post_fee":"0.00","created":"2026-10-03 08:58:11",
"pay_time":"2026-10-03 08:58:40","modified":"2026-10-03 08:58:41","end_time":"",
"consign_time":"0000-00-00 00:00:00","receiver_name":"李**","receiver_state":"浙江省",
"receiver_address":"仓**街道**路**号","receiver_mobile":"138********","receiver_phone":"",
"oaid":"1demoOaid000AbCdEf==","promotion_details":{"promotion_detail":{"id":2034455667788990011,
"promotion_name":"满减"}},"orders":{"order":[{"oid":2034455667788990012,
"num_iid":610000000001,"sku_id":"4600000000001","outer_sku_id":"TEE-BLK-M","num":2,
"refund_status":"NO_REFUND"}]}},"request_id":"demo0001"}}"""


def _against(answer: Any, **options: Any) -> Taobao:
    stage = TaobaoStage()
    return Taobao(stage.settings(), HttpClient(Fixed(answer, **options)), stage.clock)


def _error(code: Any, sub_code: str = "", sub_msg: str = "", msg: str = "words") -> dict[str, Any]:
    answer = {"code": code, "msg": msg, "sub_code": sub_code, "sub_msg": sub_msg}
    return {"error_response": answer}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (_error(7, "accesscontrol.limited-by-api-access-count"), TryLater, "throttled"),
        (_error("7"), TryLater, "throttled"),
        (_error(15, "accesscontrol.limited-by-dynamic-access-count"), TryLater, "throttled"),
        (_error(10), TryLater, "platform_busy"),
        (_error(15, "isp.service-unavailable"), TryLater, "platform_busy"),
        (_error(15, "isp.top-remote-connection-timeout"), TryLater, "platform_busy"),
        (_error(15), TryLater, "platform_busy"),
        (_error(50, "isp.service-unavailable"), TryLater, "platform_busy"),
        (_error(15, "isv.invalid-parameter"), Permanent, "refused"),
        (_error(9), Permanent, "bad_call"),
        (_error(11, "isv.permission-api-package-limit"), Permanent, "permission"),
        (_error(21), Permanent, "bad_call"),
        (_error(24), Permanent, "signature"),
        (_error(25), Permanent, "signature"),
        (_error(26), AuthFailed, "auth"),
        (_error(27, "session-expired"), AuthFailed, "auth"),
        (_error(15, "isv.invalid-sessionkey"), AuthFailed, "auth"),
        (_error(53), AuthFailed, "auth"),
        (_error(28), Permanent, "app_key"),
        (_error(29), Permanent, "app_key"),
        (_error(31), TryLater, "clock_skew"),
        (_error(43), Permanent, "bad_call"),
        (_error("odd"), Permanent, "bad_call"),
        ({"error_response": {}}, Permanent, "bad_call"),
        ({}, TryLater, "bad_answer"),
        ([], TryLater, "bad_answer"),
        ({"something_else": {}}, TryLater, "bad_answer"),
        (b"<html>", TryLater, "bad_answer"),
        (b"", TryLater, "bad_answer"),
        (b"\xff\xfe", TryLater, "bad_answer"),
        ({"user_seller_get_response": {}}, TryLater, "bad_answer"),
        ({"user_seller_get_response": {"user": {}}}, TryLater, "bad_answer"),
        ({"user_seller_get_response": {"user": 5}}, TryLater, "bad_answer"),
    ],
)
def test_every_error_class(answer: Any, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        _against(answer).check()
    assert type(caught.value) is kind
    assert caught.value.code == f"connect.{code}"
    assert not getattr(caught.value, "item", False)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("This ban will last for 3 more seconds", 3),
        ("This ban will last for 1 more second", 1),
        ("", 1),
    ],
)
def test_the_length_of_a_ban(words: str, seconds: float) -> None:
    with pytest.raises(TryLater) as banned:
        _against(_error(7, sub_msg=words)).check()
    assert banned.value.after_s == seconds


def test_a_trade_that_is_gone_concerns_only_itself() -> None:
    with pytest.raises(Permanent) as gone:
        _against(_error(15, "isv.trade-not-exist")).detail([Ref("1", None)])
    assert gone.value.item


@pytest.mark.parametrize(
    "content",
    [
        {"request_id": "x"},
        {"total_results": "many"},
        {"total_results": 3},
        {"total_results": 3, "trades": {"trade": []}},
    ],
)
def test_a_list_at_odds_with_itself_does_not_count_as_read(content: dict[str, Any]) -> None:
    connector = _against({"trades_sold_increment_get_response": content})
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.pull(None, connector.clock.now())


def test_a_single_row_may_come_without_its_list() -> None:
    row = {"tid": 2034455667788990011, "modified": "2026-10-03 09:00:00"}
    content = {"total_results": "1", "trades": {"trade": row}}
    connector = _against({"trades_sold_increment_get_response": content})
    page = connector.pull(None, connector.clock.now())
    assert page.refs == [Ref("2034455667788990011", 1_790_989_200_000)]


def test_a_row_without_a_number_lands_and_is_refused_later() -> None:
    rows = [{"modified": "2026-10-03 09:00:00"}, 7, {"tid": 2.03e18}, {"tid": "5"}]
    content = {"total_results": 4, "trades": {"trade": rows}}
    connector = _against({"trades_sold_increment_get_response": content})
    page = connector.pull(None, connector.clock.now())
    assert [ref.external_no for ref in page.refs] == ["5"]
    assert len({item.external_no for item in page.items}) == 3
    for item in page.items:
        with pytest.raises(Permanent) as refused:
            Taobao.read(item.payload_text)
        assert refused.value.item


def test_payloads_are_the_very_text_received() -> None:
    inner = '{"tid": 2034455667788990011,  "modified":"2026-10-03 09:00:00","fee":1.10}'
    text = '{"trades_sold_increment_get_response":{"total_results":1,"trades":{"trade":[%s]}}}'
    stage = TaobaoStage()
    settings = {**stage.settings(), "details": "never"}
    transport = Fixed((text % inner).encode())
    page = Taobao(settings, HttpClient(transport), stage.clock).pull(None, stage.clock.now())
    assert [item.payload_text for item in page.items] == [inner]


def test_rows_that_join_an_open_window_late_are_read() -> None:
    stage = FullListStage()
    for _ in range(10):
        stage.make(20)
        stage.clock.advance(120_000)
    stage.clock.advance(600_000)
    hub = Hub(stage)
    while not hub.cursor or hub.cursor["page"] < 3:
        hub.pull_once(stage.connect())
    window = hub.cursor
    stage.backdate(window["end"] - 1_200_000)
    hub.pull_all()
    hub.expect_all("a row joined the open window")


def test_only_the_counting_calls_ask_for_a_total() -> None:
    """The platform asks for that: totals are slow."""
    stage = FullListStage()
    stage.make(120)
    stage.clock.advance(120_000)
    asked: list[tuple[str, str]] = []

    class Watching:
        def send(self, request: Request) -> Response:
            form = dict(parse_qsl(request.body.decode()))
            asked.append((form["page_no"], form["use_has_next"]))
            return stage.transport().send(request)

    connector = Taobao(stage.settings(), HttpClient(Watching()), stage.clock)
    page = connector.pull(None, stage.clock.now())
    while page.more:
        page = connector.pull(page.cursor, stage.clock.now())
    assert asked[-4:] == [("1", "false"), ("3", "true"), ("2", "true"), ("1", "false")]


def test_a_wrong_clock_is_set_by_the_platforms() -> None:
    stage = TaobaoStage()
    stage.make(1)
    stage.skew(-3600)
    connector = stage.connect()
    with pytest.raises(TryLater) as skewed:
        connector.check()
    assert skewed.value.code == "connect.clock_skew"
    assert connector.check().title == "演示旗舰店"


def test_fewer_requests_than_rows_when_lists_are_whole() -> None:
    stage = FullListStage()
    stage.make(40)
    stage.clock.advance(120_000)
    hub = Hub(stage)
    hub.pull_all()
    assert len(hub.landed) == 40
    assert "taobao.trade.fullinfo.get" not in stage.simulator.calls


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
def test_every_signature_method_is_accepted(method: str) -> None:
    stage = TaobaoStage()
    connector = stage.connect({**stage.settings(), "sign_method": method})
    assert connector.check().seller_id == "2200000000001"


def test_normal_form_of_the_published_sample() -> None:
    normal = Taobao.read(SAMPLE)
    assert normal.external_no == "2034455667788990011"
    assert normal.parent_no is None
    assert normal.modified_ms == 1_790_989_121_000
    assert normal.masked == {"receiver_name", "phone", "address"}
    body = normal.body
    assert body["tid"] == "2034455667788990011"
    assert "tid_str" not in body
    assert (body["end_time"], body["consign_time"]) == (None, None)
    assert body["orders"][0]["oid"] == "2034455667788990012"
    assert body["orders"][0]["num_iid"] == "610000000001"
    assert body["promotion_details"] == [{"id": "2034455667788990011", "promotion_name": "满减"}]


def test_the_exact_number_wins_over_a_rounded_one() -> None:
    rounded = '{"tid":2034455667788990000,"tid_str":"2034455667788990011","orders":[]}'
    assert Taobao.read(rounded).external_no == "2034455667788990011"


def test_the_weekly_token_is_no_new_version_but_a_memo_is() -> None:
    trade = json.loads(SAMPLE)["trade_fullinfo_get_response"]["trade"]
    first = Taobao.normalise(trade)
    assert Taobao.normalise({**trade, "oaid": "2other"}).digest == first.digest
    assert Taobao.normalise({**trade, "seller_memo": "急"}).digest != first.digest


def test_clear_data_is_not_masked() -> None:
    assert Taobao.normalise(make_trade(1, 0)).masked == frozenset()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"order": [{"oid": 1}]}, [{"oid": "1"}]),
        ({"order": {"oid": 1}}, [{"oid": "1"}]),
        ([{"oid": 1, "oid_str": "2"}], [{"oid": "2"}]),
        ({"oid": 1}, [{"oid": "1"}]),
        ([], []),
        (None, []),
        ("", []),
        ([7], [7]),
    ],
)
def test_lines_are_a_list_whatever_their_wrapping(lines: Any, expected: list[Any]) -> None:
    assert Taobao.normalise({"tid": 5, "orders": lines}).body["orders"] == expected


@pytest.mark.parametrize(
    ("modified", "expected"),
    [("0000-00-00 00:00:00", None), ("", None), ("gestern", None), (None, None), (7, None)],
)
def test_odd_times_of_change(modified: Any, expected: int | None) -> None:
    assert Taobao.normalise({"tid": 5, "modified": modified}).modified_ms is expected


TRADE = {"tid": 2034455667788990011, "modified": "2026-10-03 09:00:00"}


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (TRADE, 1),
        ([TRADE, TRADE], 2),
        ({"trade": TRADE}, 1),
        ({"trade_fullinfo_get_response": {"trade": TRADE, "request_id": "r"}}, 1),
        ({"trades_sold_get_response": {"total_results": 2, "trades": {"trade": [TRADE] * 2}}}, 2),
        ({"trades_sold_get_response": {"total_results": 0, "request_id": "r"}}, 0),
        ([{"trade_fullinfo_get_response": {"trade": TRADE}}, {"trades": [TRADE]}], 2),
        ([], 0),
    ],
)
def test_files_with_any_wrapping(data: Any, count: int) -> None:
    items = list(Taobao.read_file(data))
    assert [item.external_no for item in items] == ["2034455667788990011"] * count


@pytest.mark.parametrize("data", [7, "text", {"order": {}}, [[7]], {"trades": 7}])
def test_files_without_orders(data: Any) -> None:
    with pytest.raises(Permanent) as refused:
        list(Taobao.read_file(data))
    assert refused.value.code == "connect.no_records"


def test_coverage_speaks_of_canonical_fields() -> None:
    assert set(Taobao.coverage) <= set(ORDER_BY_NAME)
    masked = {name for name, fill in Taobao.coverage.items() if fill == "masked"}
    assert masked <= MASKABLE
    assert masked == TaobaoStage.masks


def test_a_refused_setting_is_named() -> None:
    stage = TaobaoStage()
    settings = {**stage.settings(), "page_size": 101}
    with pytest.raises(InputError, match="page_size"):
        stage.connect(settings)


def test_capabilities() -> None:
    has = {"check", "pull", "detail", "normalise", "read_file", "send", "read_back"}
    assert Taobao.capabilities() == has
    for name in ("send", "read_back", "stock", "parse_webhook"):
        with pytest.raises(Permanent, match=name):
            getattr(Connector, name)(*[None] * (3 if name == "stock" else 2))


# -- shipments ---------------------------------------------------------------------------------


def trade_of(stage: TaobaoStage, number: str) -> dict[str, Any]:
    return stage.simulator.shop.get(number)


def test_parcels_of_one_order_are_reported_line_by_line() -> None:
    stage = TaobaoStage()
    made = make_trade(7, stage.clock.now())
    first = made["orders"]["order"][0]
    made["orders"]["order"] = [first, {**first, "oid": str(int(first["oid"]) + 1)}]
    number = stage.simulator.shop.add(made)
    lines = [line["oid"] for line in made["orders"]["order"]]
    parts = [shipment(n + 1, number, whole=False, line_nos=[no]) for n, no in enumerate(lines)]
    connector = stage.connect()
    assert [receipt.ok for receipt in connector.send(parts[:1])] == [True]
    assert trade_of(stage, number)["status"] == "SELLER_CONSIGNED_PART"
    assert connector.read_back(parts)[1] is None
    assert [receipt.ok for receipt in connector.send(parts)] == [True, True]
    assert trade_of(stage, number)["status"] == "WAIT_BUYER_CONFIRM_GOODS"
    numbers = [line["invoice_no"] for line in trade_of(stage, number)["orders"]["order"]]
    assert numbers == ["ZT0001", "ZT0002"]


def test_an_order_shipped_under_another_number_is_refused() -> None:
    stage = TaobaoStage()
    (number,) = stage.make(1)
    stage.simulator.shop.act(number, "ship", "SF999")
    (receipt,) = stage.connect().send([shipment(1, number)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert "B04" in receipt.error.params["platform_code"]


def test_an_order_shipped_under_the_same_number_counts_as_reported() -> None:
    stage = TaobaoStage()
    (number,) = stage.make(1)
    stage.simulator.shop.act(number, "ship", "ZT0001")
    (receipt,) = stage.connect().send([shipment(1, number)])
    assert receipt.ok
