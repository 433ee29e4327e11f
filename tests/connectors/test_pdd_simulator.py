"""The simulated gateway of Pinduoduo is as strict as the platform."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.simulators.pdd import CLIENT_ID, CLIENT_SECRET, TOKEN, Options, PddSimulator
from connectors.simulators.pdd_orders import make_order
from orderloom.connect import HttpClient, ManualClock, WsgiTransport, md5_sign
from orderloom.connect.conformance.stage import NOON

LIST = "pdd.order.number.list.increment.get"
ORDER, SHIP = "pdd.order.information.get", "pdd.logistics.online.send"


def simulator(
    options: Options = Options(),  # noqa: B008 - immutable
    clock: ManualClock | None = None,
) -> PddSimulator:
    made = PddSimulator(clock or ManualClock(NOON), options)
    made.shop.make(3, "strict")
    return made


def ask(shop: PddSimulator, method: str = LIST, query: str = "", **changes: str) -> dict[str, Any]:
    """The answer to a well-formed, signed call after `changes` to its parameters."""
    now = shop.clock.now() // 1000
    window = {"start_updated_at": str(now - 1800), "end_updated_at": str(now)}
    states = {"order_status": "5", "refund_status": "5", "is_lucky_flag": "0"}
    params = {
        "type": method,
        "client_id": CLIENT_ID,
        "access_token": TOKEN,
        "timestamp": str(now),
        **({**window, **states} if method == LIST else {}),
        **changes,
    }
    params["sign"] = params.get("sign") or md5_sign(params, CLIENT_SECRET)
    client = HttpClient(WsgiTransport(shop))
    answer: dict[str, Any] = client.post_form(f"http://pop/api/router{query}", params).json()
    return answer


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = answer["order_sn_increment_get_response"]["order_sn_list"]
    return listed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "1"}, 10016),
        ({"type": "pdd.goods.list.get"}, 10017),
        ({"type": ""}, 10017),
        ({"timestamp": str(NOON)}, 10001),
        ({"timestamp": str(NOON // 1000 - 601)}, 10001),
        ({"timestamp": "soon"}, 10001),
        ({"data_type": "XML"}, 10001),
        ({"query": "?page=1"}, 10001),
        ({"sign": "0123456789ABCDEF"}, 20004),
        ({"access_token": "other"}, 20032),
        ({"order_status": ""}, 21002),
        ({"start_updated_at": ""}, 21002),
        ({"start_updated_at": "yesterday"}, 21001),
        ({"page_size": "101"}, 21001),
        ({"page": "0"}, 21001),
        ({"version": "V1"}, 21001),
        ({"format": "json"}, 21001),
        ({"start_updated_at": str(NOON // 1000 - 1801)}, 50001),
        ({"start_updated_at": str(NOON // 1000 + 1)}, 50001),
    ],
)
def test_the_simulator_refuses_bad_calls(changes: dict[str, str], code: int) -> None:
    assert ask(simulator(), **changes)["error_response"]["error_code"] == code


def test_an_expired_token_is_told_from_a_wrong_one() -> None:
    shop = simulator()
    shop.expired = True
    assert ask(shop)["error_response"]["error_code"] == 10019


def test_pages_tell_their_total_or_whether_there_are_more() -> None:
    first = ask(simulator(), page_size="2")["order_sn_increment_get_response"]
    assert (first["total_count"], len(first["order_sn_list"])) == (3, 2)
    for page, more in (("1", True), ("2", False)):
        found = ask(simulator(), page=page, page_size="2", use_has_next="true")
        content = found["order_sn_increment_get_response"]
        assert (content["total_count"], content["has_next"]) == (0, more)


def test_the_newest_come_first_and_the_youngest_later() -> None:
    clock = ManualClock(NOON)
    shop = simulator(Options(settle_s=60), clock)
    assert rows(ask(shop)) == []
    clock.advance(60_000)
    (number,) = shop.shop.make(1, "late")
    assert len(rows(ask(shop))) == 3
    clock.advance(60_000)
    assert rows(ask(shop))[0]["order_sn"] == number


def test_thin_lists_only_name_orders() -> None:
    names = {"order_sn", "order_status", "refund_status", "updated_at"}
    assert [set(row) for row in rows(ask(simulator(Options(thin_list=True))))] == [names] * 3


def test_receivers_are_ciphers_and_empty_once_they_are_nobodys_business() -> None:
    shop = simulator()
    told = {row["order_sn"]: row for row in rows(ask(shop))}
    for number, action in zip(told, ("ship", "forbid", "cancel"), strict=True):
        assert told[number]["receiver_name"].startswith("~Ag")
        assert told[number]["receiver_phone_mask"].startswith("1***")
        shop.shop.act(number, action, "115:ZT0001" if action == "ship" else "")
    for row in rows(ask(shop)):
        assert [row[name] for name in ("receiver_name", "receiver_phone", "address")] == [""] * 3
        assert row["province"]


def test_the_same_buyer_has_another_cipher_each_time() -> None:
    shop = simulator()
    number = rows(ask(shop))[0]["order_sn"]
    asked = [ask(shop, ORDER, order_sn=number)["order_info_get_response"] for _ in range(2)]
    first, second = (answer["order_info"]["receiver_name"] for answer in asked)
    assert first != second
    assert first[:16] == second[:16]  # the index is the same


def test_money_is_numbers() -> None:
    row = rows(ask(simulator()))[0]
    assert {type(row[name]) for name in ("pay_amount", "goods_amount", "postage")} <= {int, Decimal}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"order_sn": "261003-1"}, "订单不存在"),
        ({"logistics_id": "999"}, "快递公司不支持"),
        ({"tracking_number": "12 34"}, "快递单号格式不正确"),
    ],
)
def test_shipping_is_checked(changes: dict[str, str], words: str) -> None:
    shop = simulator()
    good = {
        "order_sn": rows(ask(shop))[0]["order_sn"],
        "logistics_id": "115",
        "tracking_number": "ZT0001",
    }
    refused = ask(shop, SHIP, **{**good, **changes})["error_response"]
    assert (refused["error_code"], refused["sub_msg"]) == (50001, words)
    assert ask(shop, SHIP, **good)["logistics_online_send_response"]["is_success"] == 1
    again = ask(shop, SHIP, **good)["error_response"]
    assert again["sub_msg"].startswith("订单已发货")


def test_invented_orders_add_up() -> None:
    lines = []
    for number in range(400):
        order = make_order(number, NOON)
        fen = {name: round(value * 100) for name, value in order.items() if _is_money(name)}
        assert fen["pay_amount"] == (fen["goods_amount"] - fen["discount_amount"] + fen["postage"])
        assert fen["discount_amount"] == fen["seller_discount"] + fen["platform_discount"]
        lines.append(len(order["item_list"]))
    assert 0 < sum(count > 1 for count in lines) < 40


def _is_money(name: str) -> bool:
    return name.endswith(("amount", "discount")) or name == "postage"
