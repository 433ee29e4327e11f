"""The director's page: what it shows, what it does, and to whom it listens."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.simulators import taobao
from connectors.simulators.director import Director
from connectors.simulators.director_words import ACTIONS, FAULTS, NAMES, PAGE, STATES, SWITCHES
from connectors.simulators.serve import demo_settings, simulators
from connectors.simulators.server import mounted
from connectors.simulators.shop import ShopSimulator
from connectors.taobao import Taobao
from orderloom.connect import (
    AuthFailed,
    ConnectorError,
    HttpClient,
    ManualClock,
    Permanent,
    Registry,
    TryLater,
    WsgiTransport,
    complete_settings,
)
from orderloom.connect.conformance.stage import NOON

HERE = "127.0.0.1:8000"


class Stage:
    """All simulators behind one address, the page, and a shop as a connector sees it."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.all = simulators(self.clock, None, full_list=True)
        self.app = mounted({**self.all, "demo": Director(self.all)})
        settings = taobao.demo_settings(f"http://{HERE}/taobao")
        self.shop = Taobao(settings, HttpClient(WsgiTransport(self.app)), self.clock)

    def call(self, path: str, body: str | None = None, **environ: str) -> tuple[str, str]:
        """(status with its place to go, body)."""
        content, answered = (body or "").encode(), list[tuple[str, dict[str, str]]]()

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            answered.append((status, dict(headers)))

        path, _, query = path.partition("?")
        asked: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": HERE,
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": BytesIO(content),
            **environ,
        }
        said = b"".join(self.app(asked, start)).decode()
        status, headers = answered[0]
        return f"{status} {headers.get('Location', '')}".strip(), said

    def see(self, lang: str = "zh") -> str:
        return self.call(f"/demo/?lang={lang}")[1]

    def do(self, simulator: str, do: str, token: str = "", **fields: str) -> str:
        """Sends one of the page's forms; what the page says afterwards."""
        found = re.search(r'name="token" value="([^"]+)"', self.see())
        assert found
        form = {"token": token or found[1], "simulator": simulator, "do": do, **fields}
        status, _ = self.call("/demo/do?lang=zh", urlencode(form))
        said = re.search(r"said=(\w+)", status)
        return said[1] if said else status


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_orders_are_made_and_changed(stage: Stage) -> None:
    assert stage.do("taobao", "make", count="3", state="to_ship") == "done"
    shop = stage.all["taobao"]
    assert isinstance(shop, ShopSimulator)
    assert len(shop.shop) == 3
    assert stage.do("taobao", "act", action="cancel", number="") == "done"
    assert shop.shop.latest(9, "closed") == [shop.newest()]
    assert stage.do("taobao", "act", action="refund", number="77") == "no_order"
    assert stage.do("jd", "act", action="refund", number="") == "no_order"
    for bad in ({"count": "0"}, {"count": "999"}, {"count": "x"}, {"state": "odd"}):
        assert stage.do("taobao", "make", **{"count": "1", "state": "to_ship", **bad}) == "bad"
    assert "3 单" in stage.see()


def test_trouble_is_real_until_it_is_ended(stage: Stage) -> None:
    now = stage.clock.now()
    assert stage.do("taobao", "fault", kind="throttled", times="2", seconds="4") == "done"
    with pytest.raises(TryLater) as throttled:
        stage.shop.pull(None, now)
    assert throttled.value.after_s == 4
    assert "还有 1 次" in stage.see()
    assert stage.do("taobao", "switch", name="expired", on="1") == "done"
    with pytest.raises(AuthFailed):
        stage.shop.check()
    assert stage.do("taobao", "end") == "done"
    assert stage.shop.check().title
    stage.shop.pull(None, now)
    for name, simulator in stage.all.items():
        for one in simulator.switches:
            stage.do(name, "switch", name=one, on="1")
            assert getattr(simulator, one) is True
            stage.do(name, "end")
            assert getattr(simulator, one) is False
    assert stage.do("mail", "fault", kind="slow", times="1", seconds="1") == "bad"
    assert stage.do("taobao", "switch", name="__class__", on="1") == "bad"
    assert stage.do("qimen", "switch", name="mute", on="1") == "done"


SHOPS = ("douyin", "jd", "pdd", "rest", "taobao", "wxshop")


@pytest.mark.parametrize("key", SHOPS)
def test_a_secret_changed_at_the_platform_is_refused_in_its_own_words_until_it_is_back(
    stage: Stage, key: str
) -> None:
    way = HttpClient(WsgiTransport(stage.app))
    found = Registry.load().get(key)
    settings = dict(demo_settings(int(HERE.partition(":")[2]), 9)[key])
    shop = found(complete_settings(found.settings, settings), way, stage.clock)
    if "renew" in found.capabilities() and not settings.get("access_token"):
        settings |= shop.renew().settings
        shop = found(complete_settings(found.settings, settings), way, stage.clock)
    assert stage.do(key, "switch", name="secret_changed", on="1") == "done"
    assert "换了密钥" in stage.see()
    with pytest.raises(ConnectorError) as refused:
        shop.renew() if key == "wxshop" else shop.check()
    assert isinstance(refused.value, Permanent)
    assert not refused.value.item
    assert set(SHOPS) == {k for k, one in stage.all.items() if isinstance(one, ShopSimulator)}
    expected = "connect.app_key" if key == "wxshop" else "connect.signature"
    assert refused.value.code == expected
    assert refused.value.params.get("reason"), "the platform's own words"
    assert stage.do(key, "end") == "done"
    assert shop.check().title


def test_everything_has_words_in_both_languages(stage: Stage) -> None:
    kinds = {kind for one in stage.all.values() for kind in one.fault_kinds}
    switches = {name for one in stage.all.values() for name in one.switches}
    assert kinds == set(FAULTS)
    assert switches == set(SWITCHES)
    assert set(NAMES) == set(stage.all)
    assert {one.holds for one in stage.all.values()} <= set(PAGE)
    english = stage.see("en")
    assert {words[1] for words in (*STATES.values(), *ACTIONS.values())} <= set(
        re.findall(r">([^<>]+)</option>", english)
    )
    assert re.findall(r"[\u4e00-\u9fff]+", english.replace(PAGE["other"][1], "")) == []
    assert "<script" not in english


def test_only_this_machine_and_only_this_page(stage: Stage) -> None:
    assert stage.do("taobao", "make", count="1", state="to_ship", token="guessed")[:3] == "403"
    for foreign in (
        {"REMOTE_ADDR": "192.168.1.9"},
        {"HTTP_HOST": "rebound.example:8000"},
        {"REMOTE_ADDR": ""},
    ):
        assert stage.call("/demo/", **foreign)[0][:3] == "403"
    found = re.search(r'name="token" value="([^"]+)"', stage.see())
    assert found
    form = urlencode({"token": found[1], "simulator": "taobao", "do": "end"})
    assert stage.call("/demo/do", form, HTTP_ORIGIN="http://evil.example")[0][:3] == "403"
    assert stage.call("/demo/do", form, HTTP_ORIGIN=f"http://{HERE}")[0][:3] == "303"
    session = '{"state": "expired"}'
    evil = stage.call("/taobao/_sim/session", session, HTTP_ORIGIN="http://evil.example")
    assert evil[0][:3] == "403"
    assert stage.shop.check().title
