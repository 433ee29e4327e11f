"""The simulated gateway is as strict as the platform."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.simulators.shop import ShopSimulator
from connectors.simulators.top import APP_KEY, APP_SECRET, SESSION
from orderloom.connect import HttpClient, Ref, WsgiTransport, beijing_text, top_sign
from tests.connectors.stages import TaobaoStage


def _ask(simulator: ShopSimulator, change: Callable[[dict[str, str]], None]) -> dict[str, Any]:
    """The raw answer to a well-formed, signed list call after `change` to its parameters."""
    now = simulator.clock.now()
    params = {
        "method": "taobao.trades.sold.increment.get",
        "app_key": APP_KEY,
        "session": SESSION,
        "timestamp": beijing_text(now),
        "v": "2.0",
        "format": "json",
        "sign_method": "md5",
        "fields": "tid,status",
        "start_modified": beijing_text(now - 3_600_000),
        "end_modified": beijing_text(now),
    }
    change(params)
    params["sign"] = params.get("sign") or top_sign(params, APP_SECRET)
    client = HttpClient(WsgiTransport(simulator))
    answer: dict[str, Any] = client.post_form("http://top/router/rest", params).json()
    return answer


def _simulator() -> ShopSimulator:
    stage = TaobaoStage()
    stage.simulator.shop.make(3, "strict")
    return stage.simulator


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "taobao.items.get"}, 22),
        ({"method": ""}, 21),
        ({"sign": "0123456789ABCDEF"}, 25),
        ({"app_key": "1"}, 29),
        ({"app_key": ""}, 28),
        ({"session": "other"}, 27),
        ({"session": ""}, 26),
        ({"timestamp": "2026-10-03 09:19:59"}, 31),
        ({"timestamp": "soon"}, 30),
        ({"fields": ""}, 40),
        ({"start_modified": ""}, 40),
        ({"page_size": "101"}, 41),
        ({"page_no": "0"}, 41),
        ({"page_no": "x"}, 41),
        ({"start_modified": "yesterday"}, 41),
        ({"start_modified": "2026-10-01 00:00:00"}, 15),
        ({"end_modified": "2026-10-03 00:00:00"}, 15),
    ],
)
def test_the_simulator_refuses_bad_calls(change: dict[str, str], code: int) -> None:
    answer = _ask(_simulator(), lambda params: params.update(change))
    assert answer["error_response"]["code"] == code


def test_the_simulator_gives_only_what_was_asked_for() -> None:
    answer = _ask(_simulator(), lambda params: None)
    rows = answer["trades_sold_increment_get_response"]["trades"]["trade"]
    assert [set(row) for row in rows] == [{"tid", "status"}] * 3
    wish = {"fields": "tid,receiver_name,buyer_message,orders", "use_has_next": "true"}
    thin = _ask(_simulator(), lambda params: params.update(wish))
    content = thin["trades_sold_increment_get_response"]
    assert [set(row) for row in content["trades"]["trade"]] == [{"tid"}] * 3
    assert content["has_next"] is False
    assert "total_results" not in content


def test_an_empty_list_has_no_wrapper() -> None:
    answer = _ask(TaobaoStage().simulator, lambda params: None)
    content = answer["trades_sold_increment_get_response"]
    assert content["total_results"] == 0
    assert "trades" not in content


def test_the_token_needs_all_its_fields() -> None:
    stage = TaobaoStage()
    (tid,) = stage.make(1)
    whole = stage.connect().detail([Ref(tid, None)])[0]
    assert "oaid" in json.loads(whole.payload_text)
    wish = {"method": "taobao.trade.fullinfo.get", "tid": tid, "include_oaid": "true"}
    answer = _ask(stage.simulator, lambda params: params.update(wish))
    assert "oaid" not in answer["trade_fullinfo_get_response"]["trade"]
