"""What is particular to 微信小店: its errors, its tokens, keys to pages, parcels."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.wxshop import TOKEN
from connectors.wxshop import Wxshop
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    KeyedWindow,
    Permanent,
    Ref,
    TryLater,
)
from orderloom.connect.conformance.stage import Hub
from tests.connectors.answers import Fixed
from tests.connectors.staging import shipment
from tests.connectors.wxshop_stages import WxshopStage


def against(answer: Any, **settings: Any) -> Wxshop:
    stage = WxshopStage()
    return Wxshop({**stage.settings(), **settings}, HttpClient(Fixed(answer)), stage.clock)


def error(code: Any, words: str = "words rid: 1") -> dict[str, Any]:
    return {"errcode": code, "errmsg": words}


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (error(-1), TryLater, "platform_busy"),
        (error("-1"), TryLater, "platform_busy"),
        (error(101100), TryLater, "platform_busy"),
        (error(606034), TryLater, "platform_busy"),
        (error(40001), AuthFailed, "auth"),
        (error(40014), AuthFailed, "auth"),
        (error(41001), AuthFailed, "auth"),
        (error(42001), AuthFailed, "auth"),
        (error(40013), Permanent, "app_key"),
        (error(40125), Permanent, "app_key"),
        (error(40164, "invalid ip 203.0.113.9"), Permanent, "permission"),
        (error(48001), Permanent, "permission"),
        (error(43001), Permanent, "bad_call"),
        (error(43002), Permanent, "bad_call"),
        (error(40097), Permanent, "bad_call"),
        (error(45009), TryLater, "throttled"),
        (error(45011), TryLater, "throttled"),
        ({"errcode": 0}, TryLater, "bad_answer"),
        ({"errcode": 0, "info": 5}, TryLater, "bad_answer"),
        ({"errcode": "odd", "info": {}}, TryLater, "bad_answer"),
        ({}, TryLater, "bad_answer"),
        ([], TryLater, "bad_answer"),
        (b"<html>", TryLater, "bad_answer"),
        (b"", TryLater, "bad_answer"),
        (b"\xff\xfe", TryLater, "bad_answer"),
    ],
)
def test_every_error_class(answer: Any, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        against(answer).check()
    assert type(caught.value) is kind
    assert caught.value.code == f"connect.{code}"
    assert not getattr(caught.value, "item", False)


def test_an_address_that_is_not_on_the_list_is_named() -> None:
    with pytest.raises(Permanent) as refused:
        against(error(40164, "invalid ip 203.0.113.9")).check()
    assert "203.0.113.9" in refused.value.params["reason"]


@pytest.mark.parametrize(
    ("code", "seconds"),
    [(45011, 60), (45009, 14.5 * 3600)],  # it is 9:30 in Beijing
)
def test_how_long_a_limit_lasts(code: int, seconds: float) -> None:
    with pytest.raises(TryLater) as throttled:
        against(error(code)).check()
    assert throttled.value.after_s == seconds


@pytest.mark.parametrize("code", [606006, 31042, 40097, 12345])
def test_what_is_refused_of_one_order_concerns_that_order(code: int) -> None:
    with pytest.raises(Permanent) as refused:
        against(error(code)).detail([Ref("1", None)])
    assert refused.value.item
    assert refused.value.code == "connect.refused"


# -- tokens ------------------------------------------------------------------------------------


def test_the_first_token_is_fetched_and_then_shared() -> None:
    stage = WxshopStage()
    fresh = {**stage.settings(), "access_token": ""}
    assert stage.connect(fresh).check().seller_id == "wxdemo0000000001"
    with pytest.raises(AuthFailed):
        stage.connect(fresh).pull(None, stage.clock.now())
    renewed = stage.connect(fresh).renew()
    assert renewed.settings == {"access_token": TOKEN}
    assert renewed.expires_ms == stage.clock.now() + 7_200_000


def test_a_token_is_replaced_only_when_it_nearly_ends() -> None:
    stage = WxshopStage()
    stage.expire()
    first = stage.connect().renew().settings["access_token"]
    stage.clock.advance(6_000_000)
    assert stage.connect().renew().settings["access_token"] == first
    stage.clock.advance(1_000_000)
    assert stage.connect().renew().settings["access_token"] != first


@pytest.mark.parametrize("change", [{"app_secret": "wrong-secret"}, {"app_id": "wxother"}])
def test_a_wrong_app_needs_a_person(change: dict[str, str]) -> None:
    stage = WxshopStage()
    with pytest.raises(Permanent, match=r"connect\.app_key"):
        stage.connect({**stage.settings(), **change}).renew()


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": "x"}, b"<html>"])
def test_a_broken_renewal_is_tried_again(answer: Any) -> None:
    with pytest.raises(TryLater):
        against(answer).renew()


# -- lists -------------------------------------------------------------------------------------


def _page(**content: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", "order_id_list": [], **content}


@pytest.mark.parametrize(
    "answer",
    [
        _page(),
        _page(has_more="true", next_key="k"),
        _page(has_more=True),
        _page(has_more=True, next_key=""),
    ],
)
def test_a_list_that_does_not_say_where_it_goes_on_does_not_count_as_read(answer: Any) -> None:
    connector = against(answer)
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.pull(None, connector.clock.now())


def test_a_key_that_leads_nowhere_is_noticed() -> None:
    connector = against(_page(has_more=True, next_key="k"))
    page = connector.pull(None, connector.clock.now())
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.pull(page.cursor, connector.clock.now())


def test_a_window_stays_as_it_is_while_its_keys_are_used() -> None:
    stage = WxshopStage()
    stage.make(120)
    stage.clock.advance(120_000)
    page = stage.connect().pull(None, stage.clock.now())
    while not page.cursor["key"]:
        page = stage.connect().pull(page.cursor, stage.clock.now())
    stage.clock.advance(600_000)
    again = stage.connect().pull(page.cursor, stage.clock.now())
    assert (again.cursor["start"], again.cursor["end"]) == (
        page.cursor["start"],
        page.cursor["end"],
    )


def test_a_cursor_of_somebody_else_is_refused() -> None:
    connector = against(_page())
    with pytest.raises(Permanent, match=r"connect\.bad_cursor"):
        connector.pull({"page": 3}, connector.clock.now())


def test_an_odd_number_in_a_list_lands_and_is_refused_later() -> None:
    answer = _page(order_id_list=["5", 3720000000000000001, None, {"x": 1}], has_more=False)
    connector = against(answer)
    page = connector.pull(None, connector.clock.now())
    assert [ref.external_no for ref in page.refs] == ["5", "3720000000000000001"]
    assert len({item.external_no for item in page.items}) == 2


def test_one_call_an_order_and_no_more() -> None:
    stage = WxshopStage()
    stage.make(40)
    stage.clock.advance(120_000)
    hub = Hub(stage)
    hub.pull_all()
    assert stage.simulator.calls["/channels/ec/order/get"] == 40 == len(hub.landed)


def test_windows_close_behind_the_last_page() -> None:
    window = KeyedWindow(1000).opened(9000, 5000, 2000)
    assert (window.start, window.end) == (0, 6000)
    assert window.read("a").read("b").key == "b"
    assert window.read("a").read(None) == KeyedWindow(6000)
    assert KeyedWindow(9000).opened(9000, 5000, 0) == KeyedWindow(9000)


# -- parcels -----------------------------------------------------------------------------------


def _two_lines(stage: WxshopStage) -> tuple[str, list[str]]:
    for order_no in stage.make(100):
        lines = stage.simulator.shop.get(order_no)["order_detail"]["product_infos"]
        if len(lines) == 2:
            return order_no, [line["sku_id"] for line in lines]
    raise AssertionError("no order with two lines")


def test_parcels_hold_what_their_lines_still_want() -> None:
    stage = WxshopStage()
    order_no, (first, second) = _two_lines(stage)
    part = shipment(1, order_no, line_nos=[first], whole=False)
    assert stage.connect().send([part])[0].ok
    assert stage.simulator.shop.get(order_no)["status"] == 21
    rest = shipment(2, order_no, line_nos=[second], whole=False)
    assert stage.connect().send([rest, part])[0].ok
    order = stage.simulator.shop.get(order_no)
    assert order["status"] == 30
    parcels = order["order_detail"]["delivery_info"]["delivery_product_info"]
    assert [[one["sku_id"] for one in p["product_infos"]] for p in parcels] == [[first], [second]]
    assert all(stage.connect().read_back([part, rest]))


def test_pieces_in_after_sale_stay_out_of_the_parcel() -> None:
    stage = WxshopStage()
    order_no, (first, second) = _two_lines(stage)
    stage.simulator.shop.act(order_no, "refund", first)
    assert stage.connect().send([shipment(1, order_no)])[0].ok
    (parcel,) = stage.simulator.shop.get(order_no)["order_detail"]["delivery_info"][
        "delivery_product_info"
    ]
    assert [one["sku_id"] for one in parcel["product_infos"]] == [second]


@pytest.mark.parametrize("action", ["forbid", "cancel", "finish"])
def test_what_must_not_be_shipped_is_refused(action: str) -> None:
    stage = WxshopStage()
    (order_no,) = stage.make(1)
    stage.simulator.shop.act(order_no, action)
    (receipt,) = stage.connect().send([shipment(1, order_no)])
    assert isinstance(receipt.error, Permanent)
    assert receipt.error.item
    assert stage.effects() == []


def test_shipped_by_hand_under_the_same_number_counts_as_done() -> None:
    stage = WxshopStage()
    (order_no,) = stage.make(1)
    stage.simulator.shop.act(order_no, "ship", "ZT0001")
    done, other = stage.connect().send([shipment(1, order_no), shipment(2, order_no)])
    assert done.ok
    assert isinstance(other.error, Permanent)


def test_capabilities() -> None:
    has = "check renew pull detail normalise read_file parse_webhook send read_back"
    assert Wxshop.capabilities() == set(has.split())
