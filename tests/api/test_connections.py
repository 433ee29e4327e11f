"""The connections screen's calls: trying, adding, changing, pausing, retiring, filling roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from connectors.simulators import robots, taobao
from connectors.simulators.robots import DingTalkSimulator
from orderloom.connect import (
    Connector,
    Listed,
    Permanent,
    Registry,
    Request,
    Response,
    Seller,
    Setting,
    Text,
    Transport,
    TryLater,
    Unpaced,
)
from orderloom.services.connecting import breaker, connections, managing, trial
from orderloom.services.connecting.connections import Gateway
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.site import Browser, Site
from tests.support.tapping import tapped

AT = "/api/v1/connections"
SHOP = taobao.demo_settings("http://127.0.0.1:80/taobao")
ROBOT = DingTalkSimulator.demo_settings("http://127.0.0.1:80/dingtalk")


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


@pytest.fixture
def plain(lite_database: Database, tmp_path: Path) -> Site:
    """On SQLite only: for what has nothing to do with the kind of database."""
    hub = Hub(lite_database)
    return Site.of(hub, tmp_path)


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.signed_in("admin")


def seen(browser: Browser, title: str) -> dict[str, Any]:
    found = browser.get(AT).get_json()["connections"]
    return next(one for one in found if one["title"] == title)


def role(browser: Browser, key: str) -> dict[str, Any]:
    found = browser.get(AT).get_json()["roles"]
    return next(one for one in found if one["role"] == key)


def test_the_list_says_what_works_and_what_does_not(hub: Hub, admin: Browser) -> None:
    hub.shop.shop.make(2, "today")
    hub.run()
    shop = seen(admin, "天猫主店")
    assert (shop["state"], shop["problem"], shop["orders_today"]) == ("ok", None, 2)
    assert shop["questions"] == [{"what": "orders", "seconds": 5, "asked_at": shop["worked_at"]}]
    assert seen(admin, "仓库系统(奇门)")["address"].startswith("/hooks/")
    assert shop["address"] is None
    with hub.write() as tx:
        for _ in range(breaker.OPENS_AT):
            error = TryLater("connect.unreachable", "a.example:443")
            breaker.failed(tx, hub.connections["taobao"], error, hub.clock.now())
    assert seen(admin, "天猫主店")["state"] == "resting"
    hub.advance(31)
    assert seen(admin, "天猫主店")["state"] == "failing"
    hub.shop.set_session({"state": "expired"})
    hub.pull()
    stopped = seen(admin, "天猫主店")
    assert (stopped["state"], "授权" in stopped["problem"]["message"]["zh"]) == (
        "auth_failed",
        True,
    )
    assert not admin.send("POST", f"{AT}/{shop['id']}/trial").get_json()["ok"]
    hub.shop.set_session({"state": "valid"})
    assert admin.send("POST", f"{AT}/{shop['id']}/trial").get_json()["ok"]
    assert seen(admin, "天猫主店")["state"] == "ok"


def test_a_trial_says_in_words_what_is_wrong(plain: Site) -> None:
    admin = plain.signed_in("admin")

    def tried(connector: str, **settings: Any) -> dict[str, Any]:
        body = {"connector": connector, "settings": settings}
        answer: dict[str, Any] = admin.send("POST", f"{AT}/trial", body).get_json()
        return answer

    good = tried("taobao", **SHOP)
    assert (good["ok"], good["known"]) == (True, "天猫主店")
    wrong = tried("taobao", **{**SHOP, "app_secret": "wrong"})
    assert not wrong["ok"]
    assert "签名" in wrong["problem"]["message"]["zh"]
    inside = tried("smtp", host="10.1.2.3", port=25, security="none", sender="a@b.example")
    assert "ORDERLOOM_ALLOW" in inside["problem"]["how"]["en"]
    faults = tried(
        "taobao", **{**SHOP, "gateway": "taobao.example", "page_size": 999, "app_key": ""}
    )
    assert {one["field"] for one in faults["errors"]} == {"gateway", "page_size", "app_key"}
    assert "100" in next(e for e in faults["errors"] if e["field"] == "page_size")["message"]
    assert (
        admin.send("POST", f"{AT}/trial", {"connector": "none", "settings": {}}).status_code == 404
    )


def test_a_robot_is_added_changed_and_taken_away(hub: Hub, admin: Browser) -> None:
    asked = {"connector": "dingtalk", "title": " 新群 ", "settings": ROBOT}
    made = admin.send("POST", AT, asked)
    assert made.status_code == 201
    mine = f"{AT}/{made.get_json()['id']}"
    assert admin.send("POST", AT, asked).get_json()["code"] == "connection.title_taken"
    form = admin.get(mine).get_json()
    assert form["set"] == ["access_token", "secret"]
    assert not {"access_token", "secret"} & form["values"].keys()
    everything = admin.get(AT).get_data(as_text=True) + str(form)
    assert not any(value in everything for value in (robots.TOKEN, robots.SECRET))

    kept = {"title": "新群", "revision": 1, "settings": {"access_token": "", "keyword": "订单"}}
    assert admin.send("PUT", mine, kept).status_code == 204
    assert admin.send("POST", f"{mine}/trial").get_json()["ok"]
    moved = {**kept["settings"], "gateway": "http://127.0.0.1:80/elsewhere"}  # type: ignore[dict-item]
    answer = admin.send("PUT", mine, {**kept, "settings": moved}).get_json()
    assert [one["field"] for one in answer["errors"]] == ["access_token", "secret"]
    taken = {**kept, "revision": 2, "settings": {"secret": None}}
    assert admin.send("PUT", mine, taken).status_code == 204
    assert admin.get(mine).get_json()["set"] == ["access_token"]

    assert admin.send("DELETE", mine).get_json() == {"kept": False}
    assert admin.get(mine).status_code == 404


def test_a_shop_is_continued_by_a_new_connection_and_never_by_anothers_credentials(
    hub: Hub, admin: Browser
) -> None:
    old = seen(admin, "天猫主店")["id"]
    made = admin.send("POST", AT, {"connector": "taobao", "title": "新授权", "settings": SHOP})
    assert made.status_code == 201
    shop = seen(admin, "新授权")
    assert [one["id"] for one in shop["shops"]] == [str(hub.account)]
    assert hub.of_account("next_pull_at") == hub.clock.now()
    assert admin.send("DELETE", f"{AT}/{old}").get_json() == {"kept": False}
    assert role(admin, "tmall_main")["target"] == str(hub.account)

    every = {"what": "orders", "seconds": 60}
    assert admin.send("PUT", f"{AT}/{shop['id']}/every", every).status_code == 204
    assert seen(admin, "新授权")["questions"][0]["seconds"] == 60
    for bad in ({"what": "orders", "seconds": 0}, {"what": "stock", "seconds": 60}):
        assert admin.send("PUT", f"{AT}/{shop['id']}/every", bad).status_code in (404, 422)

    hub.execute("UPDATE account SET seller_id = 'somebody' WHERE id = :id", id=hub.account)
    change = {"title": "新授权", "revision": 1, "settings": {"page_size": 40}}
    answer = admin.send("PUT", f"{AT}/{shop['id']}", change)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "connection.other_shop")


class Meanwhile:
    """A way to platforms on which something else happens in the middle of a call."""

    def __init__(self, way: Transport) -> None:
        self._way = way
        self.happens: Callable[[], None] = lambda: None

    def send(self, request: Request) -> Response:
        """Carry it, and let it happen."""
        self.happens()
        return self._way.send(request)


def test_tokens_renewed_while_a_form_is_checked_are_not_lost(
    database: Database, tmp_path: Path
) -> None:
    hub, way = tapped(database, Meanwhile)
    shop, gateway = hub.connections["taobao"], hub.context.gateway
    site = Site(hub.database, tmp_path, clock=hub.clock, gateway=gateway)
    admin = site.signed_in("admin")

    def renew() -> None:
        with hub.write() as tx:
            connections.merge(tx, gateway, shop, {"session": "renewed"}, hub.clock.now())

    way.happens = renew
    change = {"title": "天猫主店", "revision": 1, "settings": {"page_size": 40}}
    answer = admin.send("PUT", f"{AT}/{shop}", change)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "connection.changed_meanwhile")
    with hub.database.read() as tx:
        kept = connections.stored(gateway, managing.known(tx, shop))
    assert (kept["session"], kept["page_size"]) == ("renewed", 50)


def test_what_a_person_stopped_stays_so_until_a_person_takes_it_up(
    hub: Hub, admin: Browser
) -> None:
    mine = f"{AT}/{hub.connections['taobao']}"
    hub.shop.shop.make(1, "paused")
    assert admin.send("PUT", f"{mine}/state", {"state": "paused"}).status_code == 204
    change = {"title": "天猫主店", "revision": 1, "settings": {"page_size": 40}}
    assert admin.send("PUT", mine, change).status_code == 204
    assert hub.pull() == 0
    assert seen(admin, "天猫主店")["state"] == "paused"
    assert admin.send("PUT", f"{mine}/state", {"state": "ok"}).status_code == 204
    assert hub.pull() == 1
    assert admin.send("DELETE", mine).get_json() == {"kept": True}
    assert seen(admin, "天猫主店")["state"] == "retired"
    assert role(admin, "tmall_main")["candidates"] == []
    hub.execute("UPDATE connection SET calls_refused = 3, call_refused_at = 1")
    assert admin.send("PUT", f"{mine}/state", {"state": "ok"}).status_code == 204
    back = seen(admin, "天猫主店")
    assert (back["state"], back["calls_refused"]) == ("ok", 0)


def test_of_two_forms_filled_in_at_a_time_the_second_is_told(plain: Site) -> None:
    first, second = plain.signed_in("admin"), plain.signed_in("admin", "another")
    mine = f"{AT}/{seen(first, '运营钉钉群')['id']}"
    forms = [browser.get(mine).get_json() for browser in (first, second)]
    one = {"title": "运营钉钉群", "revision": forms[0]["revision"], "settings": {"keyword": "一"}}
    assert first.send("PUT", mine, one).status_code == 204
    two = {**one, "revision": forms[1]["revision"], "settings": {"keyword": "二"}}
    answer = second.send("PUT", mine, two)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "connection.changed_by_other")
    assert "读取现在的设置" in answer.get_json()["how"]
    form = second.get(mine).get_json()
    assert form["values"]["keyword"] == "一"
    assert second.send("PUT", mine, {**two, "revision": form["revision"]}).status_code == 204


def test_a_retired_connection_is_checked_like_a_new_one_when_it_is_used_again(
    hub: Hub, admin: Browser
) -> None:
    old = f"{AT}/{hub.connections['taobao']}"
    hub.shop.shop.make(1, "history")
    hub.run()
    again = {"state": "ok"}
    assert admin.send("DELETE", old).get_json() == {"kept": True}
    new = {"connector": "taobao", "title": "天猫主店", "settings": SHOP}
    made = f"{AT}/{admin.send('POST', AT, new).get_json()['id']}"

    def refused() -> str:
        answer = admin.send("PUT", f"{old}/state", again)
        assert answer.status_code >= 400
        return str(answer.get_json()["code"])

    assert refused() == "connection.title_taken"
    renamed = {"title": "新授权", "revision": 1, "settings": {}}
    assert admin.send("PUT", made, renamed).status_code == 204
    assert refused() == "connection.shop_elsewhere"
    assert admin.send("DELETE", made).status_code == 200
    hub.shop.set_session({"state": "expired"})
    assert refused() == "connect.auth"
    hub.shop.set_session({"state": "valid"})
    hub.execute("UPDATE account SET seller_id = 'other'")
    hub.execute("UPDATE account SET connection_id = :id", id=hub.connections["taobao"])
    assert refused() == "connection.other_shop"


def test_a_new_address_ends_the_old_and_what_is_needed_stays(plain: Site) -> None:
    admin = plain.signed_in("admin")
    before = seen(admin, "仓库系统(奇门)")
    address, wms = before["address"], before["id"]
    new = admin.send("POST", f"{AT}/{wms}/address").get_json()["address"]
    assert seen(admin, "仓库系统(奇门)")["address"] == new != address
    assert admin.client.post(address).status_code == 404
    refused = admin.send("DELETE", f"{AT}/{wms}")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "connection.in_use")


def test_roles_are_filled_by_what_fits_and_the_next_order_follows(hub: Hub, admin: Browser) -> None:
    place = {"blueprint": "fashion-order-hub", "role": "tmall_main"}
    jd = hub.accounts["jd"]
    for wrong, code in ((jd, "role_misfit"), (9, "role_misfit")):
        answer = admin.send("PUT", f"{AT}/roles", {**place, "target": str(wrong)})
        assert answer.get_json()["code"] == f"connection.{code}"
    open_ = {**place, "target": None}
    assert admin.send("PUT", f"{AT}/roles", open_).status_code == 204
    shown = role(admin, "tmall_main")
    assert (shown["target"], [one["title"] for one in shown["candidates"]]) == (
        None,
        [hub.of_account("title")],
    )
    filled = {**place, "target": str(hub.account)}
    assert admin.send("PUT", f"{AT}/roles", filled).status_code == 204
    hub.shop.shop.make(1, "role")
    hub.run()
    assert hub.value("SELECT count(*) FROM orders") == 1
    assert role(admin, "mini_program")["provides"] == ["description"]
    unknown = admin.send("PUT", f"{AT}/roles", {**place, "role": "none", "target": None})
    assert unknown.status_code == 404


def test_a_role_is_not_filled_by_what_would_not_understand_live_rules(
    hub: Hub, admin: Browser
) -> None:
    erp = {"key": "erp", "title": {"zh": "进销存", "en": "Purchasing"}, "kind": "connection"}

    def tell(document: dict[str, Any]) -> None:
        document["roles"].append(erp)
        document["rules"][0]["rows"][1]["then"].append({"do": "send", "send_to": "erp"})

    hub.republish(tell)
    fill = {"blueprint": "fashion-order-hub", "role": "erp"}
    deaf = {**fill, "target": seen(admin, "运营钉钉群")["id"]}
    answer = admin.send("PUT", f"{AT}/roles", deaf)
    refused = answer.get_json()
    assert (answer.status_code, refused["code"]) == (422, "connection.role_not_understood")
    assert "“钉钉群机器人”收不了规则发的消息" in refused["message"]
    assert "「风险」第 2 行「" in refused["message"]
    assert role(admin, "erp")["target"] is None

    def hush(document: dict[str, Any]) -> None:
        document["rules"][0]["rows"][1]["then"].pop()

    hub.republish(hush)
    assert admin.send("PUT", f"{AT}/roles", deaf).status_code == 204


def test_who_may_do_what(plain: Site) -> None:
    ops, viewer = plain.signed_in("ops"), plain.signed_in("viewer")
    robot_id = seen(ops, "运营钉钉群")["id"]
    one = f"{AT}/{robot_id}"
    assert viewer.get(AT).status_code == viewer.get(f"{AT}/connectors").status_code == 403
    assert ops.get(AT).status_code == ops.get(f"{AT}/connectors").status_code == 200
    assert ops.send("POST", f"{one}/trial").get_json()["ok"]
    robot = {"title": "x", "settings": {}}
    for method, path, body in (
        ("POST", AT, {**robot, "connector": "dingtalk"}),
        ("POST", f"{AT}/trial", {"connector": "dingtalk", "settings": {}}),
        ("GET", one, None),
        ("PUT", one, {**robot, "revision": 1}),
        ("DELETE", one, None),
        ("PUT", f"{one}/state", {"state": "paused"}),
        ("PUT", f"{one}/every", {"what": "stock", "seconds": 60}),
        ("POST", f"{one}/address", None),
        ("PUT", f"{AT}/roles", {"blueprint": "x", "role": "y", "target": None}),
    ):
        assert ops.send(method, path, body).status_code == 403, (method, path)


class Odd(Connector):
    """Waits for somebody who never comes, or breaks down."""

    key = "odd"
    title = Text("怪", "Odd")
    api_version = "1"
    kind = "alert"
    settings = (Setting("breaks", Text("坏", "Breaks"), "bool", default=False),)
    never = Event()

    def check(self) -> Seller:
        if self.values["breaks"]:
            raise AttributeError("a mistake")
        self.never.wait()
        return Seller("", "")


def test_broken_plugins_and_connectors_that_never_answer_are_facts(lite: Site) -> None:
    fault = Permanent("connect.plugin_broken", "bad.py", reason="SyntaxError")
    found = Registry(
        [Listed("odd", "drop_in", "odd.py", Odd), Listed("bad", "drop_in", "bad.py", fault=fault)]
    )
    gateway = Gateway.of(lite.settings, lite.clock, Unpaced(), found)
    lite.app = lite.make_app(gateway)
    bad, odd = lite.signed_in("ops").get(f"{AT}/connectors").get_json()["items"]
    assert "SyntaxError" in bad["problem"]["message"]["en"]
    assert (odd["problem"], odd["verified"]["en"], odd["capabilities"]) == (
        None,
        "not stated",
        ["check"],
    )
    with pytest.raises(TryLater, match=r"connect\.timeout"):
        trial.check(gateway, "odd", {"breaks": False}, patience_s=0.05)
    Odd.never.set()
    with pytest.raises(Permanent, match=r"delivery\.connector_broke"):
        trial.check(gateway, "odd", {"breaks": True})
