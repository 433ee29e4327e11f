"""The simulated platform of Douyin's shops is as strict as the real one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.simulators.douyin import APP_KEY, APP_SECRET, TOKEN, DouyinSimulator, Options
from connectors.simulators.douyin_orders import make_order
from orderloom.connect import (
    HttpClient,
    ManualClock,
    WsgiTransport,
    beijing_text,
    doudian_sign,
    sorted_json,
)
from orderloom.connect.conformance.stage import NOON

SEARCH, DETAIL = "order.searchList", "order.orderDetail"
NOW = NOON // 1000


def simulator(
    options: Options = Options(),  # noqa: B008 - immutable
    clock: ManualClock | None = None,
) -> DouyinSimulator:
    made = DouyinSimulator(clock or ManualClock(NOON), options)
    made.shop.make(3, "strict")
    return made


def ask(
    shop: DouyinSimulator,
    method: str = SEARCH,
    asked: dict[str, Any] | None = None,
    path: str = "",
    **changes: Any,
) -> dict[str, Any]:
    """The answer to a well-formed, signed call after `changes` to its public parameters."""
    wanted = {
        "update_time_start": NOW - 3600,
        "update_time_end": NOW,
        "order_by": "update_time",
        "page": 0,
        "size": 50,
    }
    body = sorted_json(wanted | (asked or {}) if method == SEARCH else asked or {})
    query = {"app_key": APP_KEY, "method": method, "timestamp": str(NOW), "v": "2", **changes}
    how = query.setdefault("sign_method", "hmac-sha256")
    named = {name: query[name] for name in ("app_key", "method", "timestamp", "v")}
    usable = how if how in ("hmac-sha256", "md5") else "md5"
    query.setdefault("sign", doudian_sign({**named, "param_json": body}, APP_SECRET, usable))
    query.setdefault("access_token", TOKEN)
    url = f"http://doudian/{path or method.replace('.', '/')}?{urlencode(query)}"
    client = HttpClient(WsgiTransport(shop))
    answer: dict[str, Any] = client.send("POST", url, body=body.encode()).json()
    return answer


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"app_key": "1"}, "isv.app-key-invalid"),
        ({"timestamp": str(NOW - 601)}, "isv.timestamp-invalid"),
        ({"timestamp": str(NOON)}, "isv.timestamp-invalid"),
        ({"timestamp": "soon"}, "isv.timestamp-invalid"),
        ({"sign": "0" * 64}, "isv.signature-invalid"),
        ({"sign_method": "sha1"}, "isv.signature-invalid"),
        ({"v": "1"}, "isv.signature-invalid"),
        ({"access_token": "other"}, "isv.access-token-no-existed"),
        ({"method": "product.listV2", "path": "product/listV2"}, "isv.permission-denied"),
    ],
)
def test_the_simulator_refuses_bad_callers(changes: dict[str, Any], sub_code: str) -> None:
    answer = ask(simulator(), **changes)
    assert answer["sub_code"] == sub_code
    assert answer["code"] != 10000


@pytest.mark.parametrize(
    ("asked", "code", "sub_code"),
    [
        ({"size": 101}, 40004, "isv.parameter-invalid:20008"),
        ({"page": -1}, 40004, "isv.parameter-invalid:10035"),
        ({"page": 200}, 40004, "isv.parameter-invalid:20013"),
        ({"size": None}, 40001, "isv.missing-parameter:size"),
        ({"update_time_end": None}, 40004, "isv.parameter-invalid:20011"),
        ({"update_time_start": NOW}, 40004, "isv.parameter-invalid:20011"),
        ({"update_time_start": NOW - 91 * 86_400}, 40004, "isv.parameter-invalid:20022"),
        (
            {"combine_status": [{"order_status": "2"}, {"order_status": "101"}]},
            40004,
            "isv.parameter-invalid:20012",
        ),
    ],
)
def test_the_simulator_refuses_bad_searches(
    asked: dict[str, Any], code: int, sub_code: str
) -> None:
    answer = ask(simulator(), asked=asked)
    assert (answer["code"], answer["sub_code"]) == (code, sub_code)


def test_seconds_and_text_are_both_a_time_and_both_signatures_are_taken() -> None:
    assert ask(simulator(), timestamp=beijing_text(NOON))["data"]["total"] == 3
    assert ask(simulator(), sign_method="md5")["data"]["total"] == 3


def test_milliseconds_are_a_time_in_which_nothing_happened() -> None:
    window = {"update_time_start": NOON - 3_600_000, "update_time_end": NOON}
    assert ask(simulator(), asked=window)["data"] == {
        "page": 0,
        "size": 50,
        "total": 0,
        "shop_order_list": [],
    }


def test_pages_start_at_zero_and_every_one_tells_the_total() -> None:
    shop = simulator()
    numbers: list[str] = []
    for page, rows in ((0, 2), (1, 1), (2, 0)):
        data = ask(shop, asked={"page": page, "size": 2})["data"]
        assert (data["total"], len(data["shop_order_list"])) == (3, rows)
        numbers += [row["order_id"] for row in data["shop_order_list"]]
    assert len(set(numbers)) == 3


def test_the_old_form_of_an_answer() -> None:
    answer = ask(simulator(Options(old_form=True)))
    assert (answer["err_no"], answer["message"]) == (0, "success")
    assert "code" not in answer


def test_an_expired_token_is_told_from_a_wrong_one() -> None:
    shop = simulator()
    shop.expired = True
    assert ask(shop)["sub_code"] == "isv.access-token-expired"


def test_receivers_are_ciphers_with_stars_beside_them() -> None:
    shop = simulator()
    row = ask(shop)["data"]["shop_order_list"][0]
    assert row["encrypt_post_receiver"].startswith("##")
    assert row["encrypt_post_tel"].endswith("$1$$")
    assert "detail" not in row["post_addr"]
    assert "post_receiver" not in row
    assert not [name for name in row if name.startswith("_")]
    again = ask(shop, DETAIL, {"shop_order_id": row["order_id"]})["data"]["shop_order_detail"]
    assert again["encrypt_post_tel"] != row["encrypt_post_tel"]


def test_what_moves_an_orders_time_and_what_does_not() -> None:
    clock = ManualClock(NOON)
    shop = simulator(clock=clock)
    number = shop.shop.make(1, "time")[0]
    clock.advance(60_000)
    for action in ("memo", "refund", "refund_withdrawn"):
        before = shop.shop.get(number)["update_time"]
        shop.shop.act(number, action)
        assert shop.shop.get(number)["update_time"] == before
    shop.shop.act(number, "move")
    assert shop.shop.get(number)["update_time"] == before + 60


def test_after_sales_have_a_list_of_their_own() -> None:
    clock = ManualClock(NOON)
    shop = simulator(clock=clock)
    first, second, _ = (order["order_id"] for order in shop.shop.all())
    shop.shop.act(first, "refund")
    clock.advance(1000)
    shop.shop.act(second, "refund")
    shop.shop.act(first, "refund_done")
    asked = {
        "update_start_time": NOW - 60,
        "update_end_time": NOW + 60,
        "order_by": ["update_time asc"],
        "page": 0,
        "size": 50,
    }
    data = ask(shop, "afterSale.List", asked)["data"]
    found = {row["order_info"]["shop_order_id"]: row["aftersale_info"] for row in data["items"]}
    assert data["total"] == 2
    assert (found[first]["aftersale_status"], found[second]["aftersale_status"]) == (12, 6)
    assert found[first]["update_time"] == NOW + 1


def test_invented_orders_add_up() -> None:
    for number in range(300):
        order = make_order(number, NOON)
        lines = order["sku_order_list"]
        assert sum(line["pay_amount"] for line in lines) == order["pay_amount"]
        total = order["order_amount"] - order["promotion_amount"]
        assert total == order["pay_amount"]
        assert len({line["order_id"] for line in lines}) == len(lines)
