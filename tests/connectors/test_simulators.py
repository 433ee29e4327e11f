"""The scene: deterministic traffic, a memory that survives kills, one process for everything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.qimen import Qimen
from connectors.simulators.goods import GOODS, UNKNOWN, make_trade
from connectors.simulators.journal import Journal
from connectors.simulators.places import CITIES, PROVINCES
from connectors.simulators.qimen import QimenSimulator
from connectors.simulators.serve import demo_settings
from connectors.simulators.server import SimulatorServer
from connectors.simulators.shop import ACTIONS
from connectors.simulators.taobao import TaobaoSimulator
from connectors.simulators.traffic import Traffic
from connectors.smtp import Smtp
from connectors.taobao import Taobao
from orderloom.connect import (
    AddressGuard,
    HttpClient,
    ManualClock,
    Message,
    Permanent,
    SystemClock,
    UrllibTransport,
)
from orderloom.connect.conformance.stage import NOON
from tests.connectors.staging import delivery_order

ROOT = Path(__file__).parents[2]


def _fen(text: str) -> int:
    return round(float(text) * 100)


def test_invented_orders_add_up() -> None:
    skus, provinces, cities = Counter[str](), Counter[str](), set()
    for number in range(3000):
        trade = make_trade(number, NOON)
        lines = trade["orders"]["order"]
        shares = sum(_fen(line["divide_order_fee"]) for line in lines)
        assert shares + _fen(trade["post_fee"]) == _fen(trade["payment"])
        assert all(_fen(line["total_fee"]) == _fen(line["price"]) * line["num"] for line in lines)
        assert len(trade["tid"]) == 19
        assert trade["receiver_city"] in CITIES[trade["receiver_state"]]
        skus.update(line["outer_sku_id"] for line in lines)
        provinces[trade["receiver_state"]] += 1
        cities.add(trade["receiver_city"])
    assert set(skus) == {good.sku for good in (*GOODS, UNKNOWN)}
    assert 10 <= skus[UNKNOWN.sku] <= 60
    assert set(provinces) == set(PROVINCES)
    assert len(cities) > 250


def test_the_same_number_is_the_same_order() -> None:
    assert make_trade(5, NOON, "a") == make_trade(5, NOON, "a")
    assert make_trade(5, NOON, "a") != make_trade(5, NOON, "b")
    assert len(PROVINCES) == 34


def _traffic(steps: int) -> tuple[TaobaoSimulator, QimenSimulator]:
    clock = ManualClock(NOON)
    shop, wms = TaobaoSimulator(clock), QimenSimulator(clock)
    traffic = Traffic([shop], wms)
    for _ in range(steps):
        traffic.step()
        clock.advance(1000)
    return shop, wms


def test_traffic_is_deterministic_and_lively() -> None:
    shop, wms = _traffic(600)
    again, _ = _traffic(600)
    trades = shop.shop.all()
    assert trades == again.shop.all()
    assert len(trades) == 600
    statuses = Counter(trade["status"] for trade in trades)
    assert statuses["WAIT_SELLER_SEND_GOODS"] > 450
    assert {"TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO", "PAID_FORBID_CONSIGN"} <= set(statuses)
    refunds = Counter(line["refund_status"] for t in trades for line in t["orders"]["order"])
    assert {"WAIT_SELLER_AGREE", "SUCCESS"} <= set(refunds)
    assert any(trade["modified"] > trade["created"] for trade in trades)
    assert any(trade["seller_memo"] for trade in trades)
    assert shop.faults.waiting()
    assert wms.faults.waiting()


def test_every_action_shows_in_the_time_of_change() -> None:
    clock = ManualClock(NOON)
    shop = TaobaoSimulator(clock).shop
    for number, action in enumerate(ACTIONS):
        state = "to_pay" if action == "pay" else "to_ship"
        (tid,) = shop.make(1, "act", state)
        before = shop.get(tid)["modified"]
        clock.advance(1000)
        shop.act(tid, action)
        assert shop.get(tid)["modified"] > before
        assert len(shop) == number + 1
    with pytest.raises(ValueError, match="action"):
        shop.act(tid, "vanish")


def test_a_journal_survives_being_cut_short(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.put("trade", "1", {"n": 1})
    journal.put("trade", "2", {"n": 2})
    journal.put("trade", "1", {"n": 3})
    journal.close()
    path = tmp_path / "simulators.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '["trade","9",{"n"', encoding="utf-8")
    again = Journal(tmp_path)
    assert again.all("trade") == {"1": {"n": 3}, "2": {"n": 2}}
    again.put("trade", "3", {"n": 4})
    again.close()
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    last = Journal(tmp_path)
    assert list(last.all("trade")) == ["1", "2", "3"]
    last.close()


class Scene:
    """The simulators as their own process."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "connectors.simulators.serve", *arguments]
        env = {**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=ROOT)
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())

    def see(self, path: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        url = f"http://127.0.0.1:{self.ready['http']}/{path}"
        with urllib.request.urlopen(url, body, timeout=10) as answer:
            return json.load(answer)

    def connect(self, connector: type[Any]) -> Any:
        http, smtp = self.ready["http"], self.ready["smtp"]
        guard = AddressGuard([f"127.0.0.1:{http}", f"127.0.0.1:{smtp}"])
        client = HttpClient(UrllibTransport(guard), connector.limits, guard)
        return connector(demo_settings(http, smtp)[connector.key], client, SystemClock())

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def scenes() -> Iterator[list[Scene]]:
    started: list[Scene] = []
    yield started
    for scene in started:
        if scene.process.poll() is None:
            scene.end(signal.SIGKILL)


def test_one_process_with_everything_that_continues_after_a_kill(
    tmp_path: Path, scenes: list[Scene]
) -> None:
    state = ("--state", str(tmp_path))
    first = Scene(*state, "--rate", "0")
    scenes.append(first)
    assert first.ready["ready"] is True
    made = first.see("taobao/_sim/orders", {"count": 3})["made"]
    first.see(f"taobao/_sim/orders/{made[0]}", {"action": "cancel"})
    message = Message("1", "fulfilment.create", "F0001", "F0001", delivery_order(1))
    assert first.connect(Qimen).send([message])[0].ok
    mail = Message("1", "mail", "s", "k", {"to": "ops@x.example", "subject": "s", "text": "t"})
    assert first.connect(Smtp).send([mail])[0].ok
    assert first.connect(Taobao).check().title == "演示旗舰店"
    first.end(signal.SIGKILL)

    second = Scene(*state, "--rate", "0")
    scenes.append(second)
    assert (second.ready["http"], second.ready["smtp"]) == (
        first.ready["http"],
        first.ready["smtp"],
    )
    orders = {order["tid"]: order["status"] for order in second.see("taobao/_sim/orders")["orders"]}
    assert set(orders) == set(made)
    assert orders[made[0]] == "TRADE_CLOSED"
    assert [order["code"] for order in second.see("qimen/_sim/orders")["orders"]] == ["F0001"]
    assert len(second.see("mail/_sim/mails")["mails"]) == 1
    assert second.connect(Qimen).send([message])[0].ok
    assert len(second.see("qimen/_sim/orders")["orders"]) == 1
    fresh = second.see("taobao/_sim/orders", {"count": 1})["made"]
    assert set(fresh).isdisjoint(made)
    assert second.end(signal.SIGTERM) == 0


def test_a_taken_port_is_replaced(tmp_path: Path, scenes: list[Scene]) -> None:
    first = Scene("--state", str(tmp_path), "--rate", "0")
    scenes.append(first)
    second = Scene("--http-port", str(first.ready["http"]), "--rate", "0")
    scenes.append(second)
    assert second.ready["http"] != first.ready["http"]
    assert second.see("taobao/_sim/state")["orders"] == 0


def test_the_directors_pages() -> None:
    clock = ManualClock(NOON)
    shop = TaobaoSimulator(clock)
    server = SimulatorServer(shop).start()

    def see(path: str, document: Any = None) -> tuple[int, Any]:
        url, body = f"http://127.0.0.1:{server.port}{path}", None
        if document is not None:
            body = json.dumps(document).encode()
        try:
            with urllib.request.urlopen(url, body, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    assert see("/_sim/nothing")[0] == 404
    assert see("/_sim/faults", {"kind": "earthquake"})[0] == 400
    assert see("/_sim/orders/5", {"action": "cancel"})[0] == 400
    assert see("/_sim/faults", {"kind": "garbage", "times": 2})[1]["waiting"][0]["times"] == 2
    assert see("/_sim/session", {"state": "expired"})[1] == {"expired": True}
    assert see("/_sim/orders", {"order": make_trade(1, NOON)})[0] == 200
    assert see("/_sim/state")[1]["orders"] == 1
    server.stop()


def test_settings_of_the_demo_fit_the_connectors() -> None:
    settings = demo_settings(1234, 2525)
    for connector in (Taobao, Qimen, Smtp):
        connector(settings[connector.key], HttpClient(UrllibTransport()), SystemClock())
    closed = Taobao(settings["taobao"], HttpClient(UrllibTransport()), SystemClock())
    with pytest.raises(Permanent, match=r"connect\.address_refused"):
        closed.check()
